#include "gpu/clock_reading.hpp"

#include <gtest/gtest.h>

namespace {

using namespace vyre;
using gpu::ClockReading;
using gpu::fit_clocks;
using Source = ring::ClockMap::Source;

/// A clock of 2 ticks a nanosecond that stood at 5,000 when the host's was 1,000,000.
constexpr std::uint64_t ticks_at(std::int64_t host_ns) {
  return static_cast<std::uint64_t>(5'000 + 2 * (host_ns - 1'000'000));
}

ClockReading reading(std::int64_t host_ns, std::int64_t before, std::int64_t after) {
  return {.handshake = {.device_ticks = ticks_at(host_ns),
                        .before_ns = host_ns - before,
                        .after_ns = host_ns + after},
          .calibrated = {}};
}

TEST(FitClocks, GoesThroughTheMiddlesOfTwoHandshakes) {
  const auto map = fit_clocks(reading(1'000'000, 400, 400), reading(9'000'000, 101, 101));
  EXPECT_EQ(map.source, Source::kHandshake);
  EXPECT_EQ(map.error_ns, 400U);
  EXPECT_DOUBLE_EQ(map.ns_per_tick, 0.5);
  for (const std::int64_t time : {1'000'000, 5'000'000, 9'000'000})
    EXPECT_EQ(map.to_host_ns(ticks_at(time)), time);
  EXPECT_EQ(map.to_host_ns(ticks_at(999'000)), 999'000) << "before the first reading";
}

TEST(FitClocks, StaysWithinItsErrorHoweverLopsidedTheHandshakes) {
  const auto map = fit_clocks(reading(1'000'000, 0, 900), reading(9'000'000, 700, 0));
  EXPECT_EQ(map.error_ns, 450U);
  for (std::int64_t time = 1'000'000; time <= 9'000'000; time += 250'000)
    EXPECT_LE(std::abs(map.to_host_ns(ticks_at(time)) - time), 450);
}

TEST(FitClocks, OutlivesAClockThatWraps) {
  auto start = reading(1'000'000, 100, 100), end = reading(9'000'000, 100, 100);
  const std::uint64_t shift = 0ULL - 10'000;
  start.handshake.device_ticks += shift;
  end.handshake.device_ticks += shift;
  EXPECT_EQ(fit_clocks(start, end).to_host_ns(ticks_at(5'000'000) + shift), 5'000'000);
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
  EXPECT_EQ(map.to_host_ns(ticks_at(5'000'000)), 5'000'000);
}

TEST(FitClocks, IgnoresADriverThatSpeaksOfAnotherClock) {
  // Nanoseconds since the start of the machine, while kernels count cycles: as llvmpipe does.
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

}  // namespace
