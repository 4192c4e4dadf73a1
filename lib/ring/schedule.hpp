/// Schedule: in which order the kernel hears of published slots.
///
/// Normally at once and in order. With a seed it is one of the other orders that the protocol allows: hints
/// are held back for a while and handed out shuffled, so that slots which may run concurrently run in another
/// order each time, on every backend. What the publisher waits for is always handed out first. Not
/// thread-safe: the publisher's lock guards it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "ring/doorbell.hpp"

namespace vyre::ring {

class Schedule {
 public:
  Schedule(const RingMemory& memory, std::optional<std::uint64_t> seed)
      : doorbell_(memory), shuffles_(seed.has_value()), random_(seed.value_or(0)) {}

  /// The slots of one publication.
  void publish(std::uint32_t first, std::uint32_t count) {
    if (!shuffles_) {
      for (std::uint32_t slot = first; slot < first + count; ++slot) doorbell_.hint(slot);
      doorbell_.ring();
      return;
    }
    for (std::uint32_t slot = first; slot < first + count; ++slot) held_.push_back(slot);
    std::shuffle(held_.begin(), held_.end(), random_);
    hand_out(std::uniform_int_distribution<std::size_t>(0, held_.size())(random_));
  }

  [[nodiscard]] bool holds_any() const noexcept { return !held_.empty(); }
  /// Hands out what is held back.
  void release() {
    if (!held_.empty()) hand_out(held_.size());
  }

  /// Queues a hint that is already known to the kernel, or was forgotten by it.
  void hint_again(std::uint32_t slot) noexcept { doorbell_.hint(slot); }
  void ring() noexcept { doorbell_.ring(); }

  /// Where the next search for free slots begins in [low, high), if that is to change.
  [[nodiscard]] std::optional<std::uint32_t> place(std::uint32_t low, std::uint32_t high) {
    if (!shuffles_) return std::nullopt;
    return std::uniform_int_distribution<std::uint32_t>(low, high - 1)(random_);
  }

 private:
  void hand_out(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) doorbell_.hint(held_[held_.size() - 1 - i]);
    held_.resize(held_.size() - count);
    doorbell_.ring();
  }

  Doorbell doorbell_;
  bool shuffles_;
  std::mt19937_64 random_;
  std::vector<std::uint32_t> held_;
};

}  // namespace vyre::ring
