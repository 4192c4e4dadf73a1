#include "vyre/session/runner.hpp"

#include <algorithm>

#include "session/outcome.hpp"
#include "session/player.hpp"
#include "session/recorder.hpp"
#include "session/run_origin.hpp"
#include "session/stream_layout.hpp"
#include "session/stream_retirements.hpp"
#include "session/tracing.hpp"

namespace vyre::session {

namespace {

bool all_passed(const std::vector<workload::CheckResult>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.passed; });
}

Result<void> play(const workload::Workload& workload, const recording::RunRecord& origin, Backend& backend,
                  trace::Tracer* tracer, const RunOptions& options, std::vector<std::uint32_t>& control,
                  RunReport& report) {
  std::unique_ptr<Recorder> recorder;
  if (options.record) { VYRE_TRY(recorder, Recorder::open(*options.record, origin, backend)); }
  VYRE_TRY(auto io, start_io(origin, backend));
  RunConsumer consumer(backend, options.interrupted);
  StreamRetirements retirements;
  ring::PublisherOptions publishing{.listeners = {recorder.get(), tracer, &retirements}};
  for (const auto& tenant : workload.tenants) publishing.backlog[tenant.id] = tenant.backlog;
  ring::Publisher publisher(backend.ring_memory(), consumer, publishing);
  Player player(workload, origin, backend, consumer, publisher, retirements, recorder.get(), tracer, options);
  Result<void> result = write_initial_state(origin, backend);
  if (result) result = player.play();
  io.reset();  // before anything stops the backend
  report.elapsed = player.elapsed();
  report.snapshots = player.snapshots();
  report.streams = player.take_streams();
  return finish_run(origin, backend, publisher, recorder.get(), options.observe, options.dump,
                    std::move(result), control, report);
}

Result<void> play_and_stop(const workload::Workload& workload, Backend& backend, const RunOptions& options,
                           std::vector<std::uint32_t>& control, RunReport& report) {
  const recording::RunRecord origin = describe_run(workload, backend, options);
  report.names = recording::names_of(origin);
  auto trace = options.trace;
  if (trace)
    for (const auto& handler : workload.handlers) trace->opcode_names.emplace(handler.opcode, handler.name);
  VYRE_TRY(const auto tracer, open_tracer(trace, origin, backend));
  Result<void> result = play(workload, origin, backend, tracer.get(), options, control, report);
  if (auto stopped = backend.stop(); result && !stopped) result = std::move(stopped);
  if (auto traced = finish_trace(tracer.get(), report); result && !traced) result = std::move(traced);
  return result;
}

/// The arena as far as expectations look at it: reading all of a large one takes seconds on a discrete
/// device.
Result<void> read_expected(const workload::Workload& workload, Backend& backend,
                           std::vector<std::uint32_t>& arena) {
  for (const auto& expectation : workload.expectations) {
    const auto* wanted = std::get_if<workload::ArenaExpectation>(&expectation.condition);
    if (wanted == nullptr) continue;
    arena.resize(workload.arena_words);
    VYRE_CHECK(backend.read_arena(wanted->first_word,
                                  std::span(arena).subspan(wanted->first_word, wanted->words.size())));
  }
  return {};
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kPassed: return "passed";
    case Verdict::kFailed: return "failed";
    case Verdict::kUnsupported: return "unsupported";
    case Verdict::kError: return "error";
  }
  return "error";
}

BackendConfig config_for(const workload::Workload& workload, std::span<const std::uint32_t> scan_tables) {
  constexpr std::uint64_t kMostWords = 0xFFFF'FFFF;  // a backend says what it cannot make
  const StreamMemory memory = memory_for_streams(workload);
  std::uint32_t tenant_count = 1;
  for (const auto& tenant : workload.tenants) tenant_count = std::max(tenant_count, tenant.id + 1);
  return {.slot_count = workload.slot_count,
          .observable_count = workload.observable_count,
          .tenant_count = tenant_count,
          .debug_records = workload.debug_records,
          .scheduler = workload.scheduler,
          .operations = workload.operations,
          .open_protection = workload.open_protection,
          .dfa_table = workload.dfa_table,
          .arena_words = static_cast<std::uint32_t>(std::min(memory.arena_words, kMostWords)),
          .resources = ranges_of(workload.resources),
          .scan_tables = scan_tables,
          .result_words = static_cast<std::uint32_t>(std::min(memory.result_words, kMostWords))};
}

RunReport run(const workload::Workload& workload, Backend& backend, const RunOptions& options) {
  RunReport report;
  report.file = workload.file;
  report.name = workload.name;
  report.backend = backend.name();
  report.device = backend.device_name();
  std::vector<std::uint32_t> control;
  Result<void> result = play_and_stop(workload, backend, options, control, report);
  if (!result) {
    report.error = std::move(result).error();
    report.verdict = Verdict::kError;
    return report;
  }
  std::vector<std::uint32_t> arena;
  if (auto read = read_expected(workload, backend, arena); !read) {
    report.error = std::move(read).error();
    report.verdict = Verdict::kError;
    return report;
  }
  auto outcome = outcome_of(report, control);
  outcome.arena = arena;
  report.checks = workload::check(workload.expectations, outcome);
  report.verdict = all_passed(report.checks) ? Verdict::kPassed : Verdict::kFailed;
  // Files that could not be read are told last: all else was done, and stands.
  for (const auto& stream : report.streams) {
    if (stream.errors.empty()) continue;
    report.error = stream.errors.front();
    report.verdict = Verdict::kError;
    break;
  }
  return report;
}

}  // namespace vyre::session
