/// What the scans of a run walk, as its backend takes it. A kernel keeps a copy, so that the words need to
/// last only until the backend is open.
#pragma once

#include <cstdint>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/base/export.hpp"
#include "vyre/recording/log_records.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// Every rule's table, by number; empty without rules. Layout: vyre/protocol/kernel_layout.hpp.
/// Errors: kTooMany (more than a kernel's tables may have).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> scan_tables_for(const workload::Workload& workload);

/// The same of a recorded run, built again from its patterns: what is built has to be what was recorded.
/// Errors: kBadInput (patterns of which no table can be made; `where` is the rule), kUnsupported (another
/// vyre made other tables of them), kTooMany.
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> scan_tables_for(const recording::RunRecord& run);

}  // namespace vyre::session
