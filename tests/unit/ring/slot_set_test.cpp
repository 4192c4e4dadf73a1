#include "ring/slot_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace {

/// The same by one bool a slot.
TEST(SlotSet, DoesWhatAListOfFlagsDoes) {
  constexpr std::uint32_t kSlots = 330;
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t end) {
    return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(random);
  };
  vyre::ring::SlotSet set(kSlots);
  std::vector<bool> flags(kSlots);
  for (int round = 0; round < 3000; ++round) {
    const std::uint32_t first = below(kSlots), count = 1 + below(std::min(kSlots - first, 1 + below(150)));
    const bool adds = below(2) == 0;
    if (adds)
      set.add(first, count);
    else
      set.remove(first, count);
    for (std::uint32_t slot = first; slot < first + count; ++slot) flags[slot] = adds;

    const std::uint32_t from = below(kSlots), end = from + below(kSlots - from + 1);
    std::uint32_t next = from;
    while (next < end && !flags[next]) ++next;
    ASSERT_EQ(set.next(from, end), next) << "round " << round << ", from " << from << " to " << end;
    int last = static_cast<int>(from);
    while (last >= 0 && !flags[static_cast<std::size_t>(last)]) --last;
    if (last >= 0) { ASSERT_EQ(set.last(from), static_cast<std::uint32_t>(last)) << "round " << round; }
  }
}

}  // namespace
