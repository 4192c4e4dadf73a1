#include "session/outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <numeric>
#include <span>

#include "vyre/codec/debug_log.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/workload/debug_format.hpp"

namespace vyre::session {

namespace {

Result<void> collect_debug_log(const std::map<std::uint32_t, std::string>& formats, ring::Backend& backend,
                               RunReport& report) {
  std::vector<std::uint32_t> words(backend.debug_log_words());
  VYRE_CHECK(backend.read_debug_log(words));
  VYRE_TRY(const auto log, codec::decode_debug_log(words));
  report.debug_lost = log.lost;
  for (const auto& record : log.records)
    report.debug_lines.push_back(workload::format_debug_line(
        formats, {.format = record.format, .a = record.args[0], .b = record.args[1], .slot = record.slot()}));
  return {};
}

void collect_publisher(const ring::Publisher& publisher, RunReport& report) {
  const auto counts = publisher.counts();
  report.published = counts.published;
  report.done = counts.done;
  report.fault_count = counts.faulted;
  report.waiting = counts.in_flight;
  report.faults = publisher.faults();
  report.windows = publisher.windows();
}

Result<void> collect_observed(std::span<const Observe> observe, std::span<const std::uint32_t> control,
                              RunReport& report) {
  for (const auto& wanted : observe) {
    if (wanted.word >= control.size())
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{} is control word {}, the workload has {}", wanted.name, wanted.word, control.size()),
          "--observe", "name a smaller one, or give the workload more observables");
    report.observed.push_back({wanted.name, wanted.word, control[wanted.word]});
  }
  return {};
}

/// What is in flight has another state a moment later: each word is one that stood there.
void copy_io_queue(std::span<std::uint32_t> queue, std::vector<std::uint32_t>& words) {
  words.reserve(queue.size());
  for (std::uint32_t& word : queue) words.push_back(std::atomic_ref(word).load(std::memory_order_relaxed));
}

/// In parts, as large as copies off a device are worth: it need not hold the arena a second time.
Result<void> copy_arena(ring::Backend& backend, std::vector<std::uint32_t>& words) {
  constexpr std::size_t kPartWords = std::size_t{1} << 22;
  words.resize(backend.payload_memory().arena.size());
  for (std::size_t first = 0; first < words.size(); first += kPartWords)
    VYRE_CHECK(
        backend.read_arena(static_cast<std::uint32_t>(first),
                           std::span(words).subspan(first, std::min(kPartWords, words.size() - first))));
  return {};
}

}  // namespace

Result<void> collect(const recording::RunRecord& origin, ring::Backend& backend,
                     const ring::Publisher& publisher, std::span<const Observe> observe,
                     std::vector<std::uint32_t>& control, RunReport& report) {
  collect_publisher(publisher, report);
  control.resize(backend.control_words());
  VYRE_CHECK(backend.read_control(0, control));
  report.epoch = control[protocol::kEpochWord];
  VYRE_CHECK(collect_debug_log(origin.formats, backend, report));
  return collect_observed(observe, control, report);
}

workload::Outcome outcome_of(const RunReport& report, std::span<const std::uint32_t> control) {
  return {.control = control,
          .debug_lines = report.debug_lines,
          .debug_lost = report.debug_lost,
          .faults = report.faults,
          .fault_count = report.fault_count,
          .windows = report.windows,
          .matches = std::accumulate(
              report.streams.begin(), report.streams.end(), std::uint64_t{0},
              [](std::uint64_t sum, const StreamReport& stream) { return sum + stream.matches; }),
          .elapsed = report.elapsed};
}

/// As dumps have them: what the kernel only gave back is in flight, and a detail stands beside each fault.
std::vector<std::uint32_t> completions_for_dump(const ring::RingMemory& memory) {
  std::vector<std::uint32_t> words(protocol::kDumpCompletionWords * memory.completions.size());
  for (std::size_t slot = 0; slot < memory.completions.size(); ++slot) {
    const std::uint32_t word = std::atomic_ref(memory.completions[slot]).load(std::memory_order_acquire);
    if (!protocol::is_completed(word)) continue;
    words[protocol::kDumpCompletionWords * slot] = word;
    if (protocol::completion_fault(word) != protocol::FaultCode::kNone)
      words[protocol::kDumpCompletionWords * slot + 1] = memory.fault_details[slot];
  }
  return words;
}

Result<void> snapshot(const std::filesystem::path& path, const recording::RunRecord& origin,
                      ring::Backend& backend) try {
  const auto memory = backend.ring_memory();
  recording::Snapshot picture;
  picture.control.resize(backend.control_words());
  VYRE_CHECK(backend.read_control(0, picture.control));
  picture.ring.resize(memory.ring.words.size());
  VYRE_CHECK(backend.read_ring(picture.ring));
  picture.debug_log.resize(backend.debug_log_words());
  VYRE_CHECK(backend.read_debug_log(picture.debug_log));
  picture.completions = completions_for_dump(memory);
  copy_io_queue(backend.payload_memory().io_queue, picture.io_queue);
  VYRE_CHECK(copy_arena(backend, picture.arena));
  picture.formats = origin.formats;
  picture.names = recording::names_of(origin);
  picture.metadata = {{"vyre.version", origin.vyre_version},   {"vyre.name", origin.workload_name},
                      {"vyre.workload", origin.workload_file}, {"vyre.command", origin.command},
                      {"vyre.backend", origin.backend},        {"vyre.device", origin.device}};
  return recording::write_snapshot(path, picture);
} catch (const std::bad_alloc&) {
  return fail(ErrorCode::kTooMany,
              fmt::format("no memory for a snapshot with an arena of {} bytes",
                          backend.payload_memory().arena.size_bytes()),
              path.string(), "free some memory, or take a smaller arena");
}

Result<void> finish_run(const recording::RunRecord& origin, ring::Backend& backend,
                        ring::Publisher& publisher, Recorder* recorder, std::span<const Observe> observe,
                        const std::optional<std::filesystem::path>& dump, Result<void> result,
                        std::vector<std::uint32_t>& control, RunReport& report) {
  const auto keep_first = [&result](Result<void> next) {
    if (result && !next) result = std::move(next);
  };
  // Interrupted, the kernel may be in the middle of something: let it come to rest first.
  if (!result && result.error().code == ErrorCode::kInterrupted)
    if (auto stopped = backend.stop(); !stopped) result = std::move(stopped);
  publisher.reap();
  keep_first(collect(origin, backend, publisher, observe, control, report));
  if (recorder != nullptr) {
    recorder->checkpoint(result.has_value());
    keep_first(recorder->finish(publisher.counts(), result.has_value(), report.record_lost));
  }
  if (dump) {
    auto dumped = snapshot(*dump, origin, backend);
    if (dumped) report.snapshots.push_back(*dump);
    keep_first(std::move(dumped));
  }
  return result;
}

}  // namespace vyre::session
