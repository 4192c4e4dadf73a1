/// Names of statuses, priorities and fixed control words, as files, dumps and messages write them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "vyre/protocol/layout.hpp"

namespace vyre::protocol {

inline constexpr std::array<std::string_view, kStatusCount> kStatusNames{
    "empty", "published", "claimed", "done", "wait_io", "yield", "requeue", "fault"};

[[nodiscard]] constexpr std::string_view status_name(std::uint32_t status) noexcept {
  return status < kStatusCount ? kStatusNames[status] : std::string_view("unknown");
}

inline constexpr std::array<std::string_view, kPriorityCount> kPriorityNames{"critical", "high", "normal",
                                                                             "low", "idle"};

/// A run of control words under one name: `epoch` when count is 1, else `metrics(n)`.
struct ControlWords {
  std::string_view name;
  std::uint32_t first;
  std::uint32_t count;
};
inline constexpr std::array<ControlWords, 12> kControlNames{{
    {"shutdown", kShutdownWord, 1},
    {"done_count", kDoneCountWord, 1},
    {"tenant_base", kTenantBaseWord, 1},
    {"tenant_mask", kTenantMaskWord, kTenantCount},
    {"tenant_quota", kTenantQuotaWord, kTenantCounters},
    {"tenant_fairness", kTenantFairnessWord, kTenantCounters},
    {"metrics", kMetricsWord, kMetricsCount},
    {"epoch", kEpochWord, 1},
    {"priority_offsets", kPriorityOffsetsWord, kPriorityCount + 1},
    {"priority_starvation", kPriorityStarvationWord, 1},
    {"priority_fairness", kPriorityFairnessWord, kPriorityCount},
    {"reserved", kReservedWord, kObservableWord - kReservedWord},
}};
/// Not in kControlNames, since their number is the workload's: `observable(n)`, word 160 + n.
inline constexpr std::string_view kObservableName = "observable";

}  // namespace vyre::protocol
