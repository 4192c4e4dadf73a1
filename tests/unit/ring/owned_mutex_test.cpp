#include "ring/owned_mutex.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace {

using vyre::ring::OwnedMutex;

/// Adds to a counter that nothing but the mutex guards.
void count(OwnedMutex& mutex, long& counter, int times, bool pauses) {
  for (int i = 0; i < times; ++i) {
    {
      const std::lock_guard lock(mutex);
      ++counter;
    }
    if (pauses) std::this_thread::yield();
  }
}

TEST(OwnedMutex, KeepsTheOwnerAndOthersApart) {
  constexpr int kOften = 50'000, kSeldom = 200;
  OwnedMutex mutex;
  long counter = 0;
  mutex.own();
  std::vector<std::jthread> others;
  for (int i = 0; i < 2; ++i) others.emplace_back([&] { count(mutex, counter, kSeldom, true); });
  count(mutex, counter, kOften, false);
  others.clear();
  EXPECT_EQ(counter, kOften + 2 * kSeldom);
}

TEST(OwnedMutex, WithoutAnOwnerIsAMutex) {
  constexpr int kTimes = 2'000;
  OwnedMutex mutex;
  long counter = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { count(mutex, counter, kTimes, false); });
  threads.clear();
  EXPECT_EQ(counter, 3 * kTimes);
  EXPECT_FALSE(mutex.stays_common());
}

TEST(OwnedMutex, IsCommonOnceOthersUseItMore) {
  constexpr int kTimes = 5'000;
  OwnedMutex mutex;
  long counter = 0;
  mutex.own();
  count(mutex, counter, 10, false);
  {
    std::vector<std::jthread> others;
    for (int i = 0; i < 2; ++i) others.emplace_back([&] { count(mutex, counter, kTimes, false); });
  }
  EXPECT_TRUE(mutex.stays_common());
  {
    const std::jthread other([&] { count(mutex, counter, kTimes, false); });
    count(mutex, counter, kTimes, false);
  }
  EXPECT_EQ(counter, 10 + 4 * kTimes);
}

TEST(OwnedMutex, StaysItsOwnersWhereOthersComeSeldom) {
  OwnedMutex mutex;
  long counter = 0;
  mutex.own();
  for (int visit = 0; visit < 40; ++visit) {
    count(mutex, counter, 100, false);
    std::jthread([&] { count(mutex, counter, 1, false); }).join();
  }
  EXPECT_FALSE(mutex.stays_common());
  EXPECT_EQ(counter, 40 * 101);
}

}  // namespace
