#include "vyre/inspection/ring_map.hpp"

#include <algorithm>
#include <array>

#include "vyre/protocol/layout.hpp"

namespace vyre::inspection {

RingMap map_ring(std::span<const std::uint32_t> ring, std::size_t most_cells) {
  RingMap map;
  const std::size_t slots = ring.size() / protocol::kSlotWords;
  const std::size_t per_cell =
      std::max<std::size_t>(1, (slots + most_cells - 1) / std::max<std::size_t>(most_cells, 1));
  map.slot_count = static_cast<std::uint32_t>(slots);
  map.slots_per_cell = static_cast<std::uint32_t>(per_cell);
  for (std::size_t first = 0; first < slots; first += per_cell) {
    std::array<std::uint32_t, protocol::kStatusCount + 1> counts{};
    for (std::size_t slot = first; slot < std::min(first + per_cell, slots); ++slot)
      ++counts[std::min(ring[slot * protocol::kSlotWords + protocol::kStatusWord], protocol::kStatusCount)];
    map.cells.push_back(static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin()));
    map.faulted.push_back(counts[static_cast<std::size_t>(protocol::Status::kFault)] > 0);
  }
  return map;
}

}  // namespace vyre::inspection
