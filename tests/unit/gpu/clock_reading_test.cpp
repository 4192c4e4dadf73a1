#include "gpu/clock_reading.hpp"

#include <gtest/gtest.h>

namespace {

using namespace vyre;
using gpu::ClockReading;
using gpu::fit_clocks;
using Source = ring::ClockMap::Source;

/// A clock of 2 ticks a nanosecond that stood at 7 * 2^32 when the host's was 1,000,000.
constexpr std::uint64_t ticks_at(std::int64_t host_ns) {
  return static_cast<std::uint64_t>((std::int64_t{7} << 32) + 2 * (host_ns - 1'000'000));
}

ClockReading reading(std::int64_t host_ns, std::int64_t before, std::int64_t after) {
  return {.earlier = {.device_ticks = ticks_at(host_ns - 500'000),
                      .before_ns = host_ns - 500'900,
                      .after_ns = host_ns - 499'800},
          .handshake = {.device_ticks = ticks_at(host_ns),
                        .before_ns = host_ns - before,
                        .after_ns = host_ns + after},
          .calibrated = {}};
}

TEST(FitClocks, GoesThroughTheMiddlesOfTwoHandshakes) {
  const auto map = fit_clocks(reading(1'000'000, 400, 400), reading(9'000'000, 101, 101));
  EXPECT_EQ(map.source, Source::kHandshake);
  EXPECT_EQ(map.error_ns, 400U);
  EXPECT_EQ(map.bits, 64U);
  EXPECT_DOUBLE_EQ(map.ns_per_tick, 0.5);
  for (const std::int64_t time : {1'000'000, 5'000'000, 9'000'000})
    EXPECT_EQ(map.to_host_ns(ticks_at(time), 0), time);
  EXPECT_EQ(map.to_host_ns(ticks_at(999'000), 0), 999'000) << "before the first reading";
}

TEST(FitClocks, StaysWithinItsErrorHoweverLopsidedTheHandshakes) {
  const auto map = fit_clocks(reading(1'000'000, 0, 900), reading(9'000'000, 700, 0));
  EXPECT_EQ(map.error_ns, 450U);
  for (std::int64_t time = 1'000'000; time <= 9'000'000; time += 250'000)
    EXPECT_LE(std::abs(map.to_host_ns(ticks_at(time), 0) - time), 450);
}

TEST(FitClocks, OutlivesAClockThatWraps) {
  auto start = reading(1'000'000, 100, 100), end = reading(9'000'000, 100, 100);
  const std::uint64_t shift = 0ULL - ticks_at(1'000'500);
  start.handshake.device_ticks += shift;
  end.handshake.device_ticks += shift;
  EXPECT_EQ(fit_clocks(start, end).to_host_ns(ticks_at(5'000'000) + shift, 0), 5'000'000);
}

ClockReading with_driver(ClockReading reading, std::uint64_t ticks, std::int64_t host_ns,
                         std::uint64_t deviation_ns) {
  reading.calibrated = {.device_ticks = ticks, .host_ns = host_ns, .deviation_ns = deviation_ns};
  return reading;
}

TEST(FitClocks, TakesTheDriversWordWhereTheHandshakesBearItOut) {
  const auto map = fit_clocks(with_driver(reading(1'000'000, 100, 900), ticks_at(1'000'500), 1'000'500, 40),
                              with_driver(reading(9'000'000, 900, 100), ticks_at(9'000'500), 9'000'500, 30));
  EXPECT_EQ(map.source, Source::kCalibrated);
  EXPECT_EQ(map.error_ns, 40U);
  EXPECT_EQ(map.to_host_ns(ticks_at(5'000'000), 0), 5'000'000);
}

TEST(FitClocks, IgnoresADriverThatSpeaksOfAnotherClock) {
  // Nanoseconds since the start of the machine, while kernels count cycles.
  const auto map = fit_clocks(with_driver(reading(1'000'000, 400, 400), 1'000'500, 1'000'500, 40),
                              with_driver(reading(9'000'000, 400, 400), 9'000'500, 9'000'500, 40));
  EXPECT_EQ(map.source, Source::kHandshake);
}

TEST(FitClocks, IgnoresADriverThatIsRightAtOneEndOnly) {
  const auto map =
      fit_clocks(with_driver(reading(1'000'000, 400, 400), ticks_at(1'000'500), 1'000'500, 40),
                 with_driver(reading(9'000'000, 400, 400), ticks_at(9'000'500) + 5'000, 9'000'500, 40));
  EXPECT_EQ(map.source, Source::kHandshake);
}

TEST(FitClocks, IgnoresADriverThatIsVaguerThanTheHandshakes) {
  const auto map =
      fit_clocks(with_driver(reading(1'000'000, 400, 400), ticks_at(1'000'500), 1'000'500, 4'000),
                 with_driver(reading(9'000'000, 400, 400), ticks_at(9'000'500), 9'000'500, 4'000));
  EXPECT_EQ(map.source, Source::kHandshake);
  EXPECT_EQ(map.error_ns, 400U);
}

/// The same clock in a driver that lost the high word.
ClockReading cut(ClockReading reading) {
  reading.earlier.device_ticks &= 0xFFFF'FFFF;
  reading.handshake.device_ticks &= 0xFFFF'FFFF;
  return reading;
}

TEST(FitClocks, FollowsAClockOfThirtyTwoBitsThroughManyTurns) {
  // A turn takes 2.1 s; the run takes 100 s.
  constexpr std::int64_t kStart = 3'000'000'000, kEnd = 103'000'000'000;
  const auto map = fit_clocks(cut(reading(kStart, 400, 400)), cut(reading(kEnd, 400, 400)));
  EXPECT_EQ(map.bits, 32U);
  EXPECT_NEAR(map.ns_per_tick, 0.5, 1e-9);
  for (std::int64_t time = kStart; time <= kEnd; time += 777'777'777)
    for (const std::int64_t off : {-1'000'000'000, 0, 1'000'000'000})
      EXPECT_NEAR(static_cast<double>(map.to_host_ns(ticks_at(time) & 0xFFFF'FFFF, time + off) - time), 0, 2)
          << time << " asked for at " << off;
}

TEST(FitClocks, TakesTheDriversWordForAClockOfThirtyTwoBitsToo) {
  const auto map = fit_clocks(
      with_driver(cut(reading(3'000'000'000, 100, 900)), ticks_at(3'000'000'500), 3'000'000'500, 40),
      with_driver(cut(reading(23'000'000'000, 900, 100)), ticks_at(23'000'000'500), 23'000'000'500, 30));
  EXPECT_EQ(map.source, Source::kCalibrated);
  EXPECT_EQ(map.to_host_ns(ticks_at(13'000'000'000) & 0xFFFF'FFFF, 13'400'000'000), 13'000'000'000);
}

}  // namespace
