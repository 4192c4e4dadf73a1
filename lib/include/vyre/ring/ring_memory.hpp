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
// Up to kMaxQueues queues: the slot scheduler has one for each shard of the publisher, the priority scheduler
// one for each priority. An entry of a queue names a run of consecutive slots that were published, 1 to
// kMaxRunSlots of them. The publisher writes bodies (STATUS among them) and entries, then a fence, then the
// queue's doorbell: how many entries there have ever been, and the newest of them once more, so that whoever
// sees one new entry need not fetch it.
//
// Every publication is announced once, and whoever takes an entry owns its slots: no second look at STATUS
// decides who runs them. A slot that the kernel met while its tenant was masked is given back by a mark in
// its completion word (kCompletionBlocked), and announced anew when that may have changed.
//
// words 2q, 2q+1   of queue q: its tail, free-running, and its newest entry; one 64-bit store of the host
// words 16...      then queue_count queues of `capacity` words each; entry t lies at index t & (capacity - 1)
// One writer: the host. Read by every subgroup. An entry's place is used again only after it was taken.
//
// An entry: bits 0-19 first slot, 20-24 slots less one, 25-31 the low bits of its own number, by which a
// reader knows that the two words of a doorbell belong together.

inline constexpr std::uint32_t kMaxQueues = 8;
inline constexpr std::uint32_t kDoorbellHeaderWords = 2 * kMaxQueues;
inline constexpr std::uint32_t kMaxRunSlots = 32;
inline constexpr std::uint32_t kEntrySlotBits = 20;
inline constexpr std::uint32_t kEntryCountBits = 5;
static_assert(protocol::kMaxSlots <= 1U << kEntrySlotBits && kMaxRunSlots <= 1U << kEntryCountBits);

/// Entry number `index` of a queue: slots first to first + count - 1.
[[nodiscard]] constexpr std::uint32_t make_entry(std::uint32_t index, std::uint32_t first,
                                                 std::uint32_t count) noexcept {
  return first | (count - 1) << kEntrySlotBits | index << (kEntrySlotBits + kEntryCountBits);
}
[[nodiscard]] constexpr std::uint32_t entry_first(std::uint32_t entry) noexcept {
  return entry & ((1U << kEntrySlotBits) - 1);
}
[[nodiscard]] constexpr std::uint32_t entry_count(std::uint32_t entry) noexcept {
  return (entry >> kEntrySlotBits & ((1U << kEntryCountBits) - 1)) + 1;
}

/// Entries of one queue: the least power of two that holds every slot by itself.
[[nodiscard]] constexpr std::uint32_t doorbell_capacity(std::uint32_t slot_count) noexcept {
  return std::bit_ceil(slot_count < 1U ? 1U : slot_count);
}
[[nodiscard]] constexpr std::uint32_t doorbell_words(std::uint32_t slot_count,
                                                     std::uint32_t queue_count) noexcept {
  return kDoorbellHeaderWords + queue_count * doorbell_capacity(slot_count);
}

enum class Scheduler : std::uint8_t {
  kSlot,      ///< any published slot, in the order of publication
  kPriority,  ///< partitions in order, with the starvation guard
};

/// Queues of a ring: one a priority, or one a shard (1 to kMaxQueues).
[[nodiscard]] constexpr std::uint32_t queue_count(Scheduler scheduler, std::uint32_t shards) noexcept {
  return scheduler == Scheduler::kPriority ? protocol::kPriorityCount : shards;
}

/// Everything a Publisher needs. Does not own the memory.
struct RingMemory {
  RingView ring;
  std::span<std::uint32_t> completions;    ///< one word a slot, host-cached, zero at the start
  std::span<std::uint32_t> fault_details;  ///< one word a slot; of a slot that ended FAULT. Slow to read
  std::span<std::uint32_t>
      doorbells;  ///< doorbell_words(), 64-byte aligned, memory of ring.kind, zero at the start
  Scheduler scheduler = Scheduler::kSlot;
  std::uint32_t shards = 1;                ///< of the slot scheduler; of slots as even as can be
  std::uint32_t run_slots = kMaxRunSlots;  ///< most slots of an entry: what one subgroup takes at once

  [[nodiscard]] std::uint32_t queue_count() const noexcept { return ring::queue_count(scheduler, shards); }
};

}  // namespace vyre::ring
