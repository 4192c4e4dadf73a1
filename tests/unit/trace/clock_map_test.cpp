#include <gtest/gtest.h>

#include "vyre/ring/device_trace.hpp"

namespace {

using vyre::ring::ClockMap;

TEST(ClockMap, OfTheHostChangesNothing) {
  EXPECT_EQ(ClockMap{}.to_host_ns(123'456'789'012'345, 0), 123'456'789'012'345);
}

TEST(ClockMap, OfThirtyTwoBitsTakesTheNearestTurn) {
  const ClockMap map{.source = ClockMap::Source::kHandshake,
                     .device_ticks = 0xFFFF'FFF0,
                     .host_ns = 1'000,
                     .ns_per_tick = 1,
                     .error_ns = 0,
                     .bits = 32};
  EXPECT_EQ(map.to_host_ns(0xFFFF'FFF0, 1'000), 1'000);
  EXPECT_EQ(map.to_host_ns(0x10, 1'000), 1'032) << "the clock began anew";
  EXPECT_EQ(map.to_host_ns(0xFFFF'FFE0, 1'000), 984);
  const std::int64_t turn = std::int64_t{1} << 32;
  EXPECT_EQ(map.to_host_ns(0x10, 5 * turn), 5 * turn + 1'032);
  EXPECT_EQ(map.to_host_ns(0x10, 5 * turn - turn / 3), 5 * turn + 1'032);
  EXPECT_EQ(map.to_host_ns(0x10, 5 * turn - 2 * turn / 3), 4 * turn + 1'032);
}

}  // namespace
