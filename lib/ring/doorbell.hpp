/// Doorbell: the publisher's writing end of one doorbell queue (layout: vyre/ring/ring_memory.hpp).
/// Not thread-safe: the lock of the publisher's shard guards it.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>

#include "vyre/ring/publication.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace vyre::ring {

/// Orders stores to write-combined memory; nothing to do for cached memory, whose atomics suffice.
inline void store_fence(MemoryKind kind) noexcept {
  if (kind == MemoryKind::kWriteCombined) detail::store_fence();
}

class Doorbell {
 public:
  Doorbell(const RingMemory& memory, std::uint32_t queue)
      : words_(&memory.doorbells[2 * std::size_t{queue}]),
        capacity_(doorbell_capacity(memory.ring.slot_count())),
        entries_(&memory.doorbells[kDoorbellHeaderWords + std::size_t{queue} * capacity_]),
        run_slots_(std::clamp(memory.run_slots, 1U, kMaxRunSlots)),
        kind_(memory.ring.kind),
        tail_(words_[0]) {}

  /// Entries ever written, free-running: the number of the next.
  [[nodiscard]] std::uint32_t tail() const noexcept { return tail_; }
  [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
  /// Entries that announce() needs for so many slots.
  [[nodiscard]] std::uint32_t entries_for(std::uint32_t slot_count) const noexcept {
    return (slot_count + run_slots_ - 1) / run_slots_;
  }

  /// Queues consecutive slots whose bodies stand; the kernel sees them after ring().
  void announce(std::uint32_t first, std::uint32_t count) noexcept {
    for (const std::uint32_t end = first + count; first != end;) {
      const std::uint32_t run = std::min(run_slots_, end - first);
      newest_ = make_entry(tail_, first, run);
      std::atomic_ref(entries_[tail_ & (capacity_ - 1)]).store(newest_, std::memory_order_relaxed);
      ++tail_;
      first += run;
    }
    is_dirty_ = true;
  }

  /// Tells the kernel of all that was announced. Pairs with the acquire in shaders/include/work.glsl.
  void ring() noexcept {
    if (!is_dirty_) return;
    is_dirty_ = false;
    store_fence(kind_);
    // One store, so that tail and entry arrive together; the reader checks that they did.
    static_assert(std::endian::native == std::endian::little, "the tail is the first word of the pair");
    const std::uint64_t pair = tail_ | std::uint64_t{newest_} << 32;
    auto* const bell = reinterpret_cast<detail::WordPair*>(words_);
    // No fence after it: it leaves at once, and is there long before a slice that the notification brings
    // about has been idle for so long that it ends (tests/model, NO_SECOND_FENCE, is what would happen else).
    if (kind_ == MemoryKind::kWriteCombined)
      detail::store_at_once(bell, pair);
    else
      __atomic_store_n(bell, pair, __ATOMIC_RELEASE);
  }

 private:
  std::uint32_t* words_;
  std::uint32_t capacity_;
  std::uint32_t* entries_;
  std::uint32_t run_slots_;
  MemoryKind kind_;
  std::uint32_t tail_;
  std::uint32_t newest_ = 0;
  bool is_dirty_ = false;
};

}  // namespace vyre::ring
