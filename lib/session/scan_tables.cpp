#include "vyre/session/scan_tables.hpp"

#include <fmt/format.h>

#include <utility>

#include "session/logged_rules.hpp"
#include "vyre/scan/kernel_tables.hpp"

namespace vyre::session {

Result<std::vector<std::uint32_t>> scan_tables_for(const workload::Workload& workload) {
  if (workload.scan_rules.empty()) return std::vector<std::uint32_t>{};
  std::vector<const scan::Table*> tables;  // a copy of them could take as much memory again
  tables.reserve(workload.scan_rules.size());
  for (const auto& rule : workload.scan_rules) tables.push_back(&rule.table);
  return scan::encode_for_kernel(std::span<const scan::Table* const>(tables));
}

Result<std::vector<std::uint32_t>> scan_tables_for(const recording::RunRecord& run) {
  if (run.scan_rules.empty()) return std::vector<std::uint32_t>{};
  std::vector<scan::Table> tables;
  for (std::size_t i = 0; i < run.scan_rules.size(); ++i) {
    const auto& rule = run.scan_rules[i];
    auto built = build_rule(rule);
    if (!built) {
      Error error = std::move(built).error();
      error.where =
          fmt::format("scan rule {} of the log{}{}", i, error.where.empty() ? "" : ", ", error.where);
      return std::unexpected(std::move(error));
    }
    if (checksum(built->front()) != rule.checksum)
      return fail(ErrorCode::kUnsupported, "the rule's patterns come to another table than the one recorded",
                  fmt::format("scan rule {} of the log", i),
                  run.vyre_version.empty()
                      ? "record the run again"
                      : fmt::format("record the run again, or replay it with vyre {}", run.vyre_version));
    tables.push_back(std::move(built->front()));
  }
  return scan::encode_for_kernel(tables);
}

}  // namespace vyre::session
