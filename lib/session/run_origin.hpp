/// Where a run starts from, as logs keep it: sizes, rules, tenants, observables, and what made it.
#pragma once

#include <string>

#include "vyre/recording/log_records.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/session/runner.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

[[nodiscard]] recording::RunRecord describe_run(const workload::Workload& workload,
                                                const ring::Backend& backend, const RunOptions& options);

/// The same of a run that plays `recorded` again: what was recorded, made by this program on this backend.
[[nodiscard]] recording::RunRecord describe_replay(recording::RunRecord recorded,
                                                   const ring::Backend& backend, std::string command);

/// Tenants and observables as they stand before the first publication. Errors: the backend's.
[[nodiscard]] Result<void> write_initial_state(const recording::RunRecord& run, ring::Backend& backend);

}  // namespace vyre::session
