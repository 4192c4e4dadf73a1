/// SlotSet: a set of slots, one bit each, so that a run of hundreds is marked, or looked through, in a few
/// words. Not thread-safe.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace vyre::ring {

class SlotSet {
 public:
  explicit SlotSet(std::uint32_t slot_count) : words_((std::size_t{slot_count} + 63) / 64) {}

  void add(std::uint32_t first, std::uint32_t count) noexcept {
    each_word(first, count, [](std::uint64_t& word, std::uint64_t bits) { word |= bits; });
  }
  void remove(std::uint32_t first, std::uint32_t count) noexcept {
    each_word(first, count, [](std::uint64_t& word, std::uint64_t bits) { word &= ~bits; });
  }

  /// The first member in [slot, end), or `end`.
  [[nodiscard]] std::uint32_t next(std::uint32_t slot, std::uint32_t end) const noexcept {
    while (slot < end) {
      if (const std::uint64_t rest = words_[slot / 64] >> (slot % 64); rest != 0)
        return std::min(end, slot + static_cast<std::uint32_t>(std::countr_zero(rest)));
      slot = (slot / 64 + 1) * 64;
    }
    return end;
  }
  /// The last member up to and including `slot`; there must be one.
  [[nodiscard]] std::uint32_t last(std::uint32_t slot) const noexcept {
    std::uint64_t rest = words_[slot / 64] << (63 - slot % 64);
    while (rest == 0) {
      slot = slot / 64 * 64 - 1;
      rest = words_[slot / 64];
    }
    return slot - static_cast<std::uint32_t>(std::countl_zero(rest));
  }

 private:
  template <class Change>
  void each_word(std::uint32_t first, std::uint32_t count, Change change) noexcept {
    for (const std::uint32_t end = first + count; first != end;) {
      const std::uint32_t here = std::min(64 - first % 64, end - first);
      change(words_[first / 64], (~std::uint64_t{0} >> (64 - here)) << (first % 64));
      first += here;
    }
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace vyre::ring
