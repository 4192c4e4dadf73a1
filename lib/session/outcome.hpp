/// Collecting what a run left behind: control words, debug log, faults, windows, snapshots.
#pragma once

#include <filesystem>

#include "session/recorder.hpp"
#include "vyre/recording/log_records.hpp"
#include "vyre/recording/snapshot.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/runner.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// Fills the report's counts, faults, windows, debug lines, epoch and observed words, and `control` with
/// every control word. Errors: the backend's.
[[nodiscard]] Result<void> collect(const recording::RunRecord& origin, ring::Backend& backend,
                                   const ring::Publisher& publisher, std::span<const Observe> observe,
                                   std::vector<std::uint32_t>& control, RunReport& report);

/// The end of a run that went so far: reads everything back, closes the recording and writes the dump, also
/// after an error, since a dump is worth most then. Gives the run's first error.
[[nodiscard]] Result<void> finish_run(const recording::RunRecord& origin, ring::Backend& backend,
                                      ring::Publisher& publisher, Recorder* recorder,
                                      std::span<const Observe> observe,
                                      const std::optional<std::filesystem::path>& dump, Result<void> result,
                                      std::vector<std::uint32_t>& control, RunReport& report);

/// The expectations' view of a report.
[[nodiscard]] workload::Outcome outcome_of(const RunReport& report, std::span<const std::uint32_t> control);

/// Writes all buffers as they are now. Errors: the backend's, and those of write_snapshot.
[[nodiscard]] Result<void> snapshot(const std::filesystem::path& path, const recording::RunRecord& origin,
                                    ring::Backend& backend);

}  // namespace vyre::session
