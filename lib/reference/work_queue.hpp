/// WorkQueue: where the interpreter's next slot comes from, and the order of the classes.
/// Source of the order: vyre-protocol(7), "Schedulers".
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "vyre/ring/ring_memory.hpp"

namespace vyre::reference {

/// A slot to look at, and the class it was found in: its queue's number.
struct Found {
  std::uint32_t slot = 0;
  std::uint32_t scheduling_class = 0;
};

/// With doorbells, slots are those that the publisher announced. Without, find_published() collects them from
/// the ring.
class WorkQueue {
 public:
  explicit WorkQueue(const ring::RingMemory& memory);

  /// Without doorbells: forgets what it knew and finds every PUBLISHED slot. With doorbells: nothing to do.
  void find_published();

  /// The next slot, or nothing. `starved`: so many claims went to classes 0 and 1 that 2 to 4 come first.
  [[nodiscard]] std::optional<Found> next(bool starved);

 private:
  [[nodiscard]] std::optional<Found> take(std::uint32_t queue);

  ring::RingMemory memory_;
  std::uint32_t capacity_;
  /// A queue's next slots.
  struct Queue {
    std::uint32_t head = 0;   ///< entries taken, free-running as the doorbell's tail
    std::uint32_t first = 0;  ///< slots of the last entry that are left
    std::uint32_t count = 0;
    std::deque<std::uint32_t> found;
  };
  [[nodiscard]] bool take_entry(std::uint32_t queue) noexcept;
  std::array<Queue, ring::kMaxQueues> queues_;
  std::uint32_t turn_ = 0;  ///< the queue that comes first under the slot scheduler
};

}  // namespace vyre::reference
