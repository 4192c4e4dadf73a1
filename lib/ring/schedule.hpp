/// Schedule: in which order the kernel hears of published slots.
///
/// Normally at once and in order. With a seed it is one of the other orders that the protocol allows: slots
/// are held back for a while and announced shuffled, so that slots which may run concurrently run in another
/// order each time, on every backend. What the publisher waits for is always announced first. Not
/// thread-safe: the lock of the publisher's shard guards it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "ring/doorbell.hpp"
#include "ring/queue_ranges.hpp"

namespace vyre::ring {

class Schedule {
 public:
  /// Serves `queue_count` queues from `first_queue` on.
  Schedule(const RingMemory& memory, std::uint32_t first_queue, std::uint32_t queue_count,
           std::optional<std::uint64_t> seed)
      : shuffles_(seed.has_value()), random_(seed.value_or(0)) {
    const auto ranges = ring::queue_ranges(memory);
    for (std::uint32_t i = first_queue; i < first_queue + queue_count; ++i) {
      ranges_.push_back(ranges[i]);
      doorbells_.emplace_back(memory, i);
    }
  }

  /// Which of its queues serves a slot, counted from the first.
  [[nodiscard]] std::uint32_t queue_of(std::uint32_t slot) const noexcept {
    std::uint32_t queue = 0;
    while (queue + 1 < ranges_.size() && slot >= ranges_[queue].high) ++queue;
    return queue;
  }
  /// Entries written so far in all its queues, free-running; none of a later publication is older.
  [[nodiscard]] std::uint32_t announced() const noexcept {
    std::uint32_t entries = 0;
    for (const Doorbell& doorbell : doorbells_) entries += doorbell.tail();
    return entries;
  }
  /// Entries that each queue has room for.
  [[nodiscard]] std::uint32_t capacity() const noexcept { return doorbells_.front().capacity(); }
  /// Entries that may follow when these slots are published.
  [[nodiscard]] std::uint32_t entries_for(std::uint32_t first, std::uint32_t count) const noexcept {
    if (shuffles_) return count + static_cast<std::uint32_t>(held_.size());
    std::uint32_t entries = 0;
    for (const std::uint32_t end = first + count; first != end;) {
      const std::uint32_t queue = queue_of(first);
      const std::uint32_t part = std::min(end, ranges_[queue].high) - first;
      entries += doorbells_[queue].entries_for(part);
      first += part;
    }
    return entries;
  }

  /// The slots of one publication.
  void publish(std::uint32_t first, std::uint32_t count) {
    if (!shuffles_) {
      announce(first, count);
      ring();
      return;
    }
    for (std::uint32_t slot = first; slot < first + count; ++slot) held_.push_back(slot);
    std::shuffle(held_.begin(), held_.end(), random_);
    hand_out(std::uniform_int_distribution<std::size_t>(0, held_.size())(random_));
  }

  [[nodiscard]] bool holds_any() const noexcept { return !held_.empty(); }
  /// Announces what is held back.
  void release() {
    if (!held_.empty()) hand_out(held_.size());
  }

  /// Announces slots that may straddle partitions. Only those that the kernel has no entry of.
  void announce(std::uint32_t first, std::uint32_t count) noexcept {
    for (const std::uint32_t end = first + count; first != end;) {
      const std::uint32_t queue = queue_of(first);
      const std::uint32_t part = std::min(end, ranges_[queue].high) - first;
      doorbells_[queue].announce(first, part);
      first += part;
    }
  }
  void ring() noexcept {
    for (Doorbell& doorbell : doorbells_) doorbell.ring();
  }

  /// Where the next search for free slots begins in [low, high), if that is to change.
  [[nodiscard]] std::optional<std::uint32_t> place(std::uint32_t low, std::uint32_t high) {
    if (!shuffles_) return std::nullopt;
    return std::uniform_int_distribution<std::uint32_t>(low, high - 1)(random_);
  }

 private:
  void hand_out(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) announce(held_[held_.size() - 1 - i], 1);
    held_.resize(held_.size() - count);
    ring();
  }

  std::vector<SlotRange> ranges_;
  std::vector<Doorbell> doorbells_;
  bool shuffles_;
  std::mt19937_64 random_;
  std::vector<std::uint32_t> held_;
};

}  // namespace vyre::ring
