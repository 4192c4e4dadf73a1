/// WorkQueue: where the interpreter's next slot comes from, and the order of the classes.
/// Source of the order: vyre-protocol(7), "Schedulers".
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "vyre/ring/ring_memory.hpp"

namespace vyre::reference {

/// A slot number to look at, and the class it was found in.
struct Hint {
  std::uint32_t slot = 0;
  std::uint32_t scheduling_class = 0;
};

/// With doorbells, hints are the publisher's. Without, find_published() collects them from the ring.
class WorkQueue {
 public:
  explicit WorkQueue(const ring::RingMemory& memory);

  /// Without doorbells: forgets old hints and finds every PUBLISHED slot. With doorbells: nothing to do.
  void find_published();

  /// The next hint, or nothing. `starved`: so many claims went to classes 0 and 1 that 2 to 4 come first.
  [[nodiscard]] std::optional<Hint> next(bool starved);

 private:
  [[nodiscard]] std::optional<Hint> take(std::uint32_t scheduling_class);

  ring::RingMemory memory_;
  std::uint32_t capacity_;
  std::array<std::uint32_t, ring::kDoorbellClasses> heads_{};  ///< free-running, as the doorbells' tails
  std::array<std::deque<std::uint32_t>, ring::kDoorbellClasses> found_;
};

}  // namespace vyre::reference
