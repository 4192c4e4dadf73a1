#include "session/outcome.hpp"

#include <fmt/format.h>

#include "vyre/codec/debug_log.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/version.hpp"
#include "vyre/workload/debug_format.hpp"

namespace vyre::session {

namespace {

Result<void> collect_debug_log(const workload::Workload& workload, ring::Backend& backend,
                               RunReport& report) {
  std::vector<std::uint32_t> words(backend.debug_log_words());
  VYRE_CHECK(backend.read_debug_log(words));
  VYRE_TRY(const auto log, codec::decode_debug_log(words));
  report.debug_lost = log.lost;
  for (const auto& record : log.records)
    report.debug_lines.push_back(workload::format_debug_line(
        workload.formats,
        {.format = record.format, .a = record.args[0], .b = record.args[1], .slot = record.slot()}));
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

Result<void> collect_observed(const RunOptions& options, std::span<const std::uint32_t> control,
                              RunReport& report) {
  for (const auto& wanted : options.observe) {
    if (wanted.word >= control.size())
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{} is control word {}, the workload has {}", wanted.name, wanted.word, control.size()),
          "--observe", "name a smaller one, or give the workload more observables");
    report.observed.push_back({wanted.name, wanted.word, control[wanted.word]});
  }
  return {};
}

}  // namespace

Result<void> collect(const workload::Workload& workload, ring::Backend& backend,
                     const ring::Publisher& publisher, const RunOptions& options,
                     std::vector<std::uint32_t>& control, RunReport& report) {
  collect_publisher(publisher, report);
  control.resize(backend.control_words());
  VYRE_CHECK(backend.read_control(0, control));
  report.epoch = control[protocol::kEpochWord];
  VYRE_CHECK(collect_debug_log(workload, backend, report));
  return collect_observed(options, control, report);
}

workload::Outcome outcome_of(const RunReport& report, std::span<const std::uint32_t> control) {
  return {.control = control,
          .debug_lines = report.debug_lines,
          .debug_lost = report.debug_lost,
          .faults = report.faults,
          .fault_count = report.fault_count,
          .windows = report.windows,
          .elapsed = report.elapsed};
}

Result<void> snapshot(const std::filesystem::path& path, const workload::Workload& workload,
                      ring::Backend& backend, const RunOptions& options) {
  const auto memory = backend.ring_memory();
  recording::Snapshot picture;
  picture.control.resize(backend.control_words());
  VYRE_CHECK(backend.read_control(0, picture.control));
  picture.ring.resize(memory.ring.words.size());
  VYRE_CHECK(backend.read_ring(picture.ring));
  picture.debug_log.resize(backend.debug_log_words());
  VYRE_CHECK(backend.read_debug_log(picture.debug_log));
  picture.completions.assign(memory.completions.begin(), memory.completions.end());
  picture.formats = workload.formats;
  picture.metadata = {{"vyre.version", std::string(kVersion)},
                      {"vyre.workload", workload.file},
                      {"vyre.command", options.command},
                      {"vyre.backend", backend.name()},
                      {"vyre.device", backend.device_name()}};
  return recording::write_snapshot(path, picture);
}

}  // namespace vyre::session
