#include "vyre/inspection/ring_map.hpp"

#include <algorithm>
#include <array>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::inspection {
namespace {

// How telling each STATUS is, by its value; the last stands for the unknown ones.
constexpr std::array<std::uint8_t, protocol::kStatusCount + 1> kTelling{0, 2, 6, 1, 5, 4, 3, 8, 7};

}  // namespace

RingMap map_ring(std::span<const std::uint32_t> ring, std::size_t most_cells) {
  RingMap map;
  map.slot_count = static_cast<std::uint32_t>(ring.size() / protocol::kSlotWords);
  most_cells = std::max<std::size_t>(most_cells, 1);
  map.slots_per_cell =
      std::max<std::uint32_t>(1, static_cast<std::uint32_t>((map.slot_count + most_cells - 1) / most_cells));
  map.cells.assign((map.slot_count + map.slots_per_cell - 1) / map.slots_per_cell, 0);
  for (std::size_t slot = 0; slot < map.slot_count; ++slot) {
    const auto status = static_cast<std::uint8_t>(
        std::min(ring[slot * protocol::kSlotWords + protocol::kStatusWord], protocol::kStatusCount));
    auto& cell = map.cells[slot / map.slots_per_cell];
    if (kTelling[status] > kTelling[cell]) cell = status;
  }
  return map;
}

}  // namespace vyre::inspection
