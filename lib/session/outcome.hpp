/// Collecting what a run left behind: control words, debug log, faults, windows, snapshots.
#pragma once

#include <filesystem>

#include "vyre/recording/snapshot.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/runner.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// Fills the report's counts, faults, windows, debug lines, epoch and observed words, and `control` with
/// every control word. Errors: the backend's.
[[nodiscard]] Result<void> collect(const workload::Workload& workload, ring::Backend& backend,
                                   const ring::Publisher& publisher, const RunOptions& options,
                                   std::vector<std::uint32_t>& control, RunReport& report);

/// The expectations' view of a report.
[[nodiscard]] workload::Outcome outcome_of(const RunReport& report, std::span<const std::uint32_t> control);

/// Writes all buffers as they are now. Errors: the backend's, and those of write_snapshot.
[[nodiscard]] Result<void> snapshot(const std::filesystem::path& path, const workload::Workload& workload,
                                    ring::Backend& backend, const RunOptions& options);

}  // namespace vyre::session
