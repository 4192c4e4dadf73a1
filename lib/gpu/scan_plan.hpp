/// ScanPlan: how a device walks its scan tables.
#pragma once

#include <cstdint>
#include <span>

#include "gpu/physical_device.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {

struct ScanPlan {
  std::uint32_t table_count = 0;
  std::uint32_t record_count = 0;  ///< segments that rows are kept of, a scan; 0: no table needs that
  std::uint32_t shared_words = 1;  ///< tables in shared memory
  std::uint32_t pass_cost = 0;     ///< the most back-edges of one pass, where a device counts them
};

/// Of ScanPlan::pass_cost: one pass must fit into a slice.
inline constexpr std::uint32_t kMostScanPassCost = protocol::kSliceBackEdges / 2;

/// Fills the backend's words of the tables' heads (bytes of a segment, places in shared memory).
[[nodiscard]] ScanPlan plan_scans(std::span<std::uint32_t> tables, const FoundDevice& device);

}  // namespace vyre::gpu
