/// Where a run starts from, as logs keep it: sizes, rules, tenants, observables, and what made it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "session/io_service.hpp"
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

/// The service that reads and writes the run's resources while it lives; null when it has none. It must end
/// before the backend is stopped. Errors: kFile.
[[nodiscard]] Result<std::unique_ptr<IoService>> start_io(const recording::RunRecord& run,
                                                          ring::Backend& backend);

/// The ranges of `resources` (a workload's, or a log's) as a backend takes them.
template <class Resources>
[[nodiscard]] std::vector<ring::Resource> ranges_of(const Resources& resources) {
  std::vector<ring::Resource> ranges;
  ranges.reserve(resources.size());
  for (const auto& resource : resources)
    ranges.push_back({.first_word = resource.first_word,
                      .bytes = resource.bytes,
                      .offset = resource.offset,
                      .writable = resource.writable});
  return ranges;
}

/// Tenants, observables and arena as they stand before the first publication. Errors: the backend's.
[[nodiscard]] Result<void> write_initial_state(const recording::RunRecord& run, ring::Backend& backend);

}  // namespace vyre::session
