/// Scan rules as logs keep them: what they look for, in text, from which the same tables are built again.
#pragma once

#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_records.hpp"
#include "vyre/scan/table.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

[[nodiscard]] recording::LoggedScanRule describe_rule(const workload::ScanRule& rule);

/// The patterns, byte for byte. Errors: kBadInput.
[[nodiscard]] Result<std::vector<std::string>> patterns_of(const recording::LoggedScanRule& rule);

/// One table, or two for a regular expression: the second is the reverse one. Errors: kBadInput, kTooMany.
[[nodiscard]] Result<std::vector<scan::Table>> build_rule(const recording::LoggedScanRule& rule);

/// Of all that a scan walks.
[[nodiscard]] std::uint32_t checksum(const scan::Table& table);

}  // namespace vyre::session
