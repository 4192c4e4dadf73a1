#include "vyre/codec/ring.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/assert.hpp"

namespace vyre::codec {

using protocol::kMaxSlots;
using protocol::kSlotWords;

Result<std::vector<std::uint32_t>> encode_empty_ring(std::uint32_t slot_count) {
  if (slot_count > kMaxSlots) {
    return fail(ErrorCode::kTooMany, fmt::format("{} slots, a ring has at most {}", slot_count, kMaxSlots),
                "encode_empty_ring", "use a smaller ring, or several");
  }
  return std::vector<std::uint32_t>(std::size_t{slot_count} * kSlotWords, 0);
}

Result<std::uint32_t> ring_slot_count(std::span<const std::uint32_t> ring) {
  if (ring.size() % kSlotWords != 0) {
    return fail(
        ErrorCode::kBadInput,
        fmt::format("{} bytes are no ring: slots have {} bytes", 4 * ring.size(), protocol::kSlotBytes),
        fmt::format("byte {} of the ring", 4 * (ring.size() / kSlotWords * kSlotWords)),
        "pass the whole ring and nothing else");
  }
  if (ring.size() / kSlotWords > kMaxSlots) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} slots, a ring has at most {}", ring.size() / kSlotWords, kMaxSlots),
                fmt::format("byte {} of the ring", std::size_t{kMaxSlots} * protocol::kSlotBytes),
                "pass the ring alone");
  }
  return static_cast<std::uint32_t>(ring.size() / kSlotWords);
}

void count_status(Occupancy& occupancy, std::uint32_t status) noexcept {
  switch (static_cast<protocol::Status>(status)) {
    case protocol::Status::kEmpty: ++occupancy.empty; return;
    case protocol::Status::kPublished: ++occupancy.published; return;
    case protocol::Status::kClaimed: ++occupancy.claimed; return;
    case protocol::Status::kDone: ++occupancy.done; return;
    case protocol::Status::kWaitIo: ++occupancy.wait_io; return;
    case protocol::Status::kYield: ++occupancy.yield; return;
    case protocol::Status::kRequeue: ++occupancy.requeue; return;
    case protocol::Status::kFault: ++occupancy.fault; return;
  }
  ++occupancy.unknown;
}

Result<Occupancy> decode_occupancy(std::span<const std::uint32_t> ring) {
  VYRE_TRY(const std::uint32_t slot_count, ring_slot_count(ring));
  Occupancy occupancy;
  for (std::size_t slot = 0; slot < slot_count; ++slot)
    count_status(occupancy, ring[slot * kSlotWords + protocol::kStatusWord]);
  return occupancy;
}

protocol::Slot read_slot(std::span<const std::uint32_t> ring, std::uint32_t index) noexcept {
  VYRE_ASSERT(index < ring.size() / kSlotWords);
  protocol::Slot slot;
  std::memcpy(static_cast<void*>(&slot), ring.data() + std::size_t{index} * kSlotWords, sizeof(slot));
  return slot;
}

}  // namespace vyre::codec
