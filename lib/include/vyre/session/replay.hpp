/// Replay: publishes a recorded run into a fresh backend and compares what comes out with the record.
///
/// A log may hold several runs. plan_replay() looks through it once, finds the run and what it needs;
/// the caller opens a backend for that (config_for(plan.run, scan_tables_for(plan.run)), plan.run.handlers);
/// replay() plays it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_records.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::session {

struct PlanOptions {
  std::optional<std::uint32_t> run{};         ///< which run of the log, from 0; unset: the last
  std::optional<std::uint32_t> slot_count{};  ///< in place of the log's; version 1: of the highest slot seen
  std::optional<std::uint32_t> observable_count{};  ///< the same; version 1: 64
};

struct ReplayPlan {
  std::filesystem::path path;
  std::uint32_t version = 2;
  std::uint32_t run_index = 0;
  std::uint32_t run_count = 0;
  recording::RunRecord run;  ///< of version 1: sizes that hold what was recorded, tenants that were seen
  std::uint64_t slots = 0;   ///< published in that run
  std::uint64_t first_time_ns = 0;  ///< of its first record after the run's own
  bool ended = false;               ///< the run came to its end
  std::optional<Error> damage;      ///< why the log stops before the end of its file
};

/// Errors: those of open_log(); kNotFound (no such run, or none).
[[nodiscard]] VYRE_API Result<ReplayPlan> plan_replay(const std::filesystem::path& path,
                                                      const PlanOptions& options = {});

/// Whether the run can be played again from its log alone. Errors: kBadInput (it streamed files).
[[nodiscard]] VYRE_API Result<void> check_can_replay(const ReplayPlan& plan);

struct ReplayOptions {
  bool original_timing = false;  ///< publish at the recorded distances, divided by `speed`
  double speed = 1;              ///< above 0
  std::optional<std::uint32_t>
      until_epoch{};  ///< stop behind the first checkpoint of this epoch or a later one
  /// Begin behind the last checkpoint below this epoch, with the epoch and observables recorded there.
  std::optional<std::uint32_t> from_epoch{};
  /// Leave out what other tenants published; nothing is compared then, but with `against`.
  std::optional<std::uint32_t> only_tenant{};
  std::optional<std::filesystem::path>
      against{};  ///< a snapshot or a log, in place of the record's own values
  std::optional<std::filesystem::path> dump{};
  std::optional<RecordOptions> record{};
  std::optional<trace::TraceOptions> trace{};  ///< the backend was opened with BackendConfig::trace
  std::chrono::nanoseconds timeout = std::chrono::seconds(10);  ///< of each wait
  std::vector<Observe> observe{};
  std::string command{};
  const std::atomic<bool>* interrupted = nullptr;
};

/// A publication of the epoch in which a divergence was found.
struct EpochPublication {
  std::uint64_t ticket = 0;
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
  std::vector<std::uint32_t> opcodes;  ///< each once, at most eight
};

/// The first difference between record, or what it is compared with, and replay.
struct Divergence {
  std::string source;  ///< the file that `recorded` comes from, when it is not the log that is played
  std::uint32_t epoch = 0;
  std::uint32_t word = 0;  ///< control word
  std::uint32_t recorded = 0;
  std::uint32_t replayed = 0;
  std::uint32_t other_words = 0;               ///< that differ at the same place
  std::uint64_t record_offset = 0;             ///< of the checkpoint in the log, in bytes
  std::vector<EpochPublication> publications;  ///< between the checkpoint before and this one; the last 64
  std::uint64_t publications_omitted = 0;
};

struct ReplayReport {
  RunReport run;  ///< as of a workload; verdict kFailed for a divergence, and no checks
  std::optional<Divergence> divergence;
  std::uint64_t compared = 0;      ///< checkpoints
  std::uint64_t not_compared = 0;  ///< checkpoints taken while slots were running
};

/// Plays one run on a fresh backend made for it, and stops the backend.
/// Thread: the calling thread publishes and waits.
[[nodiscard]] VYRE_API ReplayReport replay(const ReplayPlan& plan, Backend& backend,
                                           const ReplayOptions& options = {});

}  // namespace vyre::session
