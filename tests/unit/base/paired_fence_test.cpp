#include "base/paired_fence.hpp"

#include <gtest/gtest.h>

#include <barrier>
#include <thread>

namespace {

/// Each thread says that it is there and looks for the other: one of them at least must see the other.
TEST(PairedFence, OneOfTheTwoSeesTheOther) {
  constexpr int kRounds = 3000;
  std::atomic<bool> light_is_there{false}, heavy_is_there{false};
  bool light_saw = false, heavy_saw = false;
  int missed = 0;
  std::barrier line(2);
  std::thread heavy([&] {
    for (int round = 0; round < kRounds; ++round) {
      line.arrive_and_wait();
      heavy_is_there.store(true, std::memory_order_relaxed);
      vyre::base::heavy_fence();
      heavy_saw = light_is_there.load(std::memory_order_relaxed);
      line.arrive_and_wait();
      line.arrive_and_wait();
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    light_is_there = heavy_is_there = false;
    line.arrive_and_wait();
    light_is_there.store(true, std::memory_order_relaxed);
    vyre::base::light_fence();
    light_saw = heavy_is_there.load(std::memory_order_relaxed);
    line.arrive_and_wait();
    if (!light_saw && !heavy_saw) ++missed;
    line.arrive_and_wait();
  }
  heavy.join();
  EXPECT_EQ(missed, 0);
}

}  // namespace
