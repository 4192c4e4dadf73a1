/// A ring as cells, to be drawn: one cell a slot, or several slots where there are too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/export.hpp"

namespace vyre::inspection {

struct RingMap {
  std::uint32_t slot_count = 0;
  std::uint32_t slots_per_cell = 1;  ///< the last cell may stand for fewer
  /// The STATUS that most slots of each cell have, kStatusCount for unknown ones.
  std::vector<std::uint8_t> cells;
  std::vector<bool> faulted;  ///< whether a slot of the cell is FAULT
};
/// Shape: whole slots; most_cells >= 1.
[[nodiscard]] VYRE_API RingMap map_ring(std::span<const std::uint32_t> ring, std::size_t most_cells);

}  // namespace vyre::inspection
