/// Doorbell: the publisher's writing end of the hint queues (layout: vyre/ring/ring_memory.hpp).
/// Not thread-safe: the publisher's lock guards it.
#pragma once

#include <array>
#include <atomic>
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
  explicit Doorbell(const RingMemory& memory)
      : memory_(memory), capacity_(doorbell_capacity(memory.ring.slot_count())) {
    const auto offsets = protocol::priority_offsets(memory.ring.slot_count());
    for (std::uint32_t i = 0; i < kDoorbellClasses; ++i) class_end_[i] = offsets[i + 1];
  }

  /// The queue that serves a slot.
  [[nodiscard]] std::uint32_t class_of(std::uint32_t slot) const noexcept {
    if (memory_.scheduler == Scheduler::kSlot) return 0;
    std::uint32_t index = 0;
    while (slot >= class_end_[index]) ++index;
    return index;
  }

  /// Queues a hint; the kernel looks at it after ring().
  void hint(std::uint32_t slot) noexcept {
    const std::uint32_t index = class_of(slot);
    const std::size_t entry = std::size_t{index} * capacity_ + (tails_[index]++ & (capacity_ - 1));
    std::atomic_ref(memory_.doorbells[kDoorbellHeaderWords + entry]).store(slot, std::memory_order_relaxed);
    dirty_ |= 1U << index;
  }

  /// Advances the tails over the hints queued since. Pairs with the acquire in shaders/include/work.glsl.
  void ring() noexcept {
    store_fence(memory_.ring.kind);
    for (std::uint32_t index = 0; dirty_ != 0; ++index, dirty_ >>= 1)
      if ((dirty_ & 1) != 0)
        std::atomic_ref(memory_.doorbells[index]).store(tails_[index], std::memory_order_release);
    store_fence(memory_.ring.kind);
  }

 private:
  RingMemory memory_;
  std::uint32_t capacity_;
  std::array<std::uint32_t, kDoorbellClasses> class_end_{};
  std::array<std::uint32_t, kDoorbellClasses> tails_{};
  std::uint32_t dirty_ = 0;
};

}  // namespace vyre::ring
