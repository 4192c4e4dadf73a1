/// A ring as a buffer: an empty one, and how its slots are spread over the statuses.
/// Source: vyre-protocol(7), "Ring".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::codec {

/// A ring of EMPTY slots: all words zero. Errors: kTooMany (more than kMaxSlots).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_empty_ring(std::uint32_t slot_count);

/// The slots of a ring that lies in memory as words.
/// Errors: kBadInput (length no multiple of 16 words), kTooMany (more than kMaxSlots).
[[nodiscard]] VYRE_API Result<std::uint32_t> ring_slot_count(std::span<const std::uint32_t> ring);

/// Slots by STATUS.
struct Occupancy {
  std::uint32_t empty = 0;
  std::uint32_t published = 0;
  std::uint32_t claimed = 0;
  std::uint32_t done = 0;
  std::uint32_t wait_io = 0;
  std::uint32_t yield = 0;
  std::uint32_t requeue = 0;
  std::uint32_t fault = 0;
  std::uint32_t unknown = 0;  ///< any other STATUS
  friend bool operator==(const Occupancy&, const Occupancy&) = default;
};

/// Counts one slot of this STATUS.
VYRE_API void count_status(Occupancy& occupancy, std::uint32_t status) noexcept;

/// Errors: those of ring_slot_count().
[[nodiscard]] VYRE_API Result<Occupancy> decode_occupancy(std::span<const std::uint32_t> ring);

/// Copies slot `index` out of a ring. Shape: index < ring_slot_count(ring).
[[nodiscard]] VYRE_API protocol::Slot read_slot(std::span<const std::uint32_t> ring,
                                                std::uint32_t index) noexcept;

}  // namespace vyre::codec
