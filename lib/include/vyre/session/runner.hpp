/// Runner: plays a workload's steps on a backend, then checks its expectations.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_writer.hpp"
#include "vyre/recording/names.hpp"
#include "vyre/session/backend.hpp"
#include "vyre/session/scan_tables.hpp"
#include "vyre/session/stream.hpp"
#include "vyre/trace/trace_options.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// A control word that the user wants to see, under the name it was asked for.
struct Observe {
  std::string name;  ///< "observable(3)", "epoch"
  std::uint32_t word = 0;
};
struct Observed {
  std::string name;
  std::uint32_t word = 0;
  std::uint32_t value = 0;
};

/// A replay log to be written beside the run.
struct RecordOptions {
  std::filesystem::path path;
  bool append = false;              ///< go on behind the last whole record of a log that exists
  std::uint32_t version = 2;        ///< 1: VRRL0001, for tools that know nothing else
  std::uint64_t capacity = 65'536;  ///< records of a new version 1 log, which keeps the last so many slots
  std::vector<recording::LoggedHandler> handlers{};  ///< the workload's, with their text
};

struct RunOptions {
  std::vector<Observe> observe;
  std::optional<std::filesystem::path> dump;        ///< snapshot written at the end, also after an error
  std::optional<std::chrono::nanoseconds> timeout;  ///< replaces the workload's
  std::optional<RecordOptions> record;
  std::optional<trace::TraceOptions> trace;  ///< the backend was opened with BackendConfig::trace
  StreamListener* streams = nullptr;         ///< hears of what streams find; may be null
  std::string command;                       ///< kept in snapshots and logs as their origin
  /// Set from a signal handler: the run stops publishing, sets SHUTDOWN, waits for the kernel, writes
  /// the dump and reports kInterrupted. May be null.
  const std::atomic<bool>* interrupted = nullptr;
};

enum class Verdict : std::uint8_t {
  kPassed,       ///< ran, and every expectation held
  kFailed,       ///< ran, and an expectation did not hold
  kUnsupported,  ///< needs what this backend or device lacks; nothing was published
  kError,        ///< could not run to its end, or read every file of a stream: see RunReport::error
};
[[nodiscard]] VYRE_API std::string_view to_string(Verdict verdict) noexcept;

/// What a run was and did. Everything but the durations is the same each time for a race-free workload.
struct RunReport {
  std::string file;
  std::string name;
  std::string backend;
  std::string device;
  Verdict verdict = Verdict::kError;
  std::optional<Error> error;  ///< for kError and kUnsupported
  std::vector<workload::CheckResult> checks;
  std::vector<Observed> observed;

  std::uint64_t published = 0;      ///< slots
  std::uint64_t done = 0;           ///< slots that ended DONE
  std::uint64_t fault_count = 0;    ///< slots that ended FAULT
  std::uint64_t waiting = 0;        ///< slots never drained (masked tenants, shutdown)
  std::vector<ring::Fault> faults;  ///< the first ring::kMaxKeptFaults
  std::vector<ring::WindowProgress> windows;
  recording::Names names;  ///< of the handlers and tenants that faults and windows tell of
  std::uint32_t epoch = 0;
  std::vector<std::string> debug_lines;
  std::uint64_t debug_lost = 0;
  std::vector<std::filesystem::path> snapshots;           ///< written, in order
  std::vector<StreamReport> streams;                      ///< of each stream step, in order
  std::optional<trace::TraceSummary> trace;               ///< of the timeline that was asked for
  std::optional<recording::LogWriter::Lost> record_lost;  ///< what the recording's format could not hold

  std::chrono::nanoseconds setup{};    ///< device, pipeline and buffers, when the caller measured them
  std::chrono::nanoseconds elapsed{};  ///< from the first publication to the end of the last wait
};

/// Runs the workload on a fresh backend made for it, and stops the backend.
/// Thread: the calling thread publishes and waits.
[[nodiscard]] VYRE_API RunReport run(const workload::Workload& workload, Backend& backend,
                                     const RunOptions& options = {});

/// The sizes and rules of a workload, as a backend wants them. Refers to the workload's DFA table, and to the
/// words of scan_tables_for(workload) (vyre/session/scan_tables.hpp).
[[nodiscard]] VYRE_API BackendConfig config_for(const workload::Workload& workload,
                                                std::span<const std::uint32_t> scan_tables);
/// The same of a recorded run and scan_tables_for(run).
[[nodiscard]] VYRE_API BackendConfig config_for(const recording::RunRecord& run,
                                                std::span<const std::uint32_t> scan_tables);

/// The interpreter as a backend. Workloads with custom handlers are kUnsupported there.
[[nodiscard]] VYRE_API Result<std::unique_ptr<Backend>> make_reference_backend(
    const workload::Workload& workload, bool trace = false);
/// The same from sizes and rules alone. Errors: kOutOfRange, kBadInput (a DFA table with half a state),
/// kTooMany (no memory for it).
[[nodiscard]] VYRE_API Result<std::unique_ptr<Backend>> make_reference_backend(const BackendConfig& config);

}  // namespace vyre::session
