/// The memory through which a publisher and a kernel talk: ring, completions and doorbells.
/// Not wire format: dumps hold ring and completions, never doorbells.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/ring/publication.hpp"

namespace vyre::ring {

// --- Doorbells: how the kernel finds published slots without scanning the ring ----------------------
//
// One queue of hints for each scheduling class: the slot scheduler uses class 0 alone, the priority
// scheduler one class a priority. The publisher writes the numbers of newly PUBLISHED slots into the
// class's queue, then advances the class's tail with release ordering. Tails run freely as u32 and are
// compared by difference; entry t lies at index t & (capacity - 1).
// A hint is only a hint: whoever takes one still has to win the slot's STATUS by compare-and-swap, so
// a stale or repeated hint is harmless. A slot that the kernel met while its tenant was masked is
// hinted again by the host when the mask or the quota changes.
//
// words 0-4: tails by class; 5-15: zero; then kDoorbellClasses queues of `capacity` words each.
// One writer: the host (under the publisher's lock). Read by every lane.

inline constexpr std::uint32_t kDoorbellClasses = protocol::kPriorityCount;
inline constexpr std::uint32_t kDoorbellHeaderWords = 16;

/// Entries of one hint queue: the least power of two that holds every slot.
[[nodiscard]] constexpr std::uint32_t doorbell_capacity(std::uint32_t slot_count) noexcept {
  return std::bit_ceil(slot_count < 1U ? 1U : slot_count);
}
[[nodiscard]] constexpr std::uint32_t doorbell_words(std::uint32_t slot_count) noexcept {
  return kDoorbellHeaderWords + kDoorbellClasses * doorbell_capacity(slot_count);
}

enum class Scheduler : std::uint8_t {
  kSlot,      ///< any published slot, in the order of publication
  kPriority,  ///< partitions in order, with the starvation guard
};

/// Everything a Publisher needs. Does not own the memory.
struct RingMemory {
  RingView ring;
  std::span<std::uint32_t> completions;  ///< kCompletionWords a slot, host-cached, zero at the start
  std::span<std::uint32_t> doorbells;  ///< doorbell_words(slot_count), memory of ring.kind, zero at the start
  Scheduler scheduler = Scheduler::kSlot;
};

}  // namespace vyre::ring
