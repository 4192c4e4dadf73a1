/// Which slots each doorbell queue serves: partitions by priority, or a publisher's shards.
#pragma once

#include <cstdint>
#include <vector>

#include "vyre/ring/ring_memory.hpp"

namespace vyre::ring {

struct SlotRange {
  std::uint32_t low = 0;
  std::uint32_t high = 0;  ///< behind the last
  [[nodiscard]] std::uint32_t size() const noexcept { return high - low; }
  [[nodiscard]] bool contains(std::uint32_t slot) const noexcept { return slot >= low && slot < high; }
};

/// By queue; together they are the ring, in order.
[[nodiscard]] inline std::vector<SlotRange> queue_ranges(const RingMemory& memory) {
  const std::uint64_t slots = memory.ring.slot_count();
  std::vector<SlotRange> ranges(memory.queue_count());
  if (memory.scheduler == Scheduler::kPriority) {
    const auto offsets = protocol::priority_offsets(memory.ring.slot_count());
    for (std::uint32_t i = 0; i < ranges.size(); ++i) ranges[i] = {offsets[i], offsets[i + 1]};
    return ranges;
  }
  for (std::uint64_t i = 0; i < ranges.size(); ++i)
    ranges[i] = {static_cast<std::uint32_t>(slots * i / ranges.size()),
                 static_cast<std::uint32_t>(slots * (i + 1) / ranges.size())};
  return ranges;
}

}  // namespace vyre::ring
