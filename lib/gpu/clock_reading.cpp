#include "gpu/clock_reading.hpp"

#include <algorithm>
#include <cmath>

namespace vyre::gpu {

namespace {

using ring::ClockMap;

std::int64_t middle(const Exchange& exchange) {
  return exchange.before_ns + (exchange.after_ns - exchange.before_ns) / 2;
}

/// Half the interval, rounded up.
std::uint64_t half_width(const Exchange& exchange) {
  return static_cast<std::uint64_t>(exchange.after_ns - exchange.before_ns + 1) / 2;
}

constexpr double kTurn = 4294967296.0;  ///< ticks after which a clock of 32 bits begins anew

/// From one exchange to another, less whole turns.
double ticks_between(const Exchange& from, const Exchange& to, unsigned bits) {
  const std::uint64_t ticks = to.device_ticks - from.device_ticks;
  return bits == 64 ? static_cast<double>(ticks) : static_cast<double>(static_cast<std::uint32_t>(ticks));
}

double slope(double nanoseconds, double ticks) { return ticks == 0 ? 1.0 : nanoseconds / ticks; }

double rough_slope(const ClockReading& reading, unsigned bits) {
  return slope(static_cast<double>(middle(reading.handshake) - middle(reading.earlier)),
               ticks_between(reading.earlier, reading.handshake, bits));
}

ClockMap fit_handshakes(const ClockReading& start, const ClockReading& end, unsigned bits) {
  const auto nanoseconds = static_cast<double>(middle(end.handshake) - middle(start.handshake));
  double ticks = ticks_between(start.handshake, end.handshake, bits);
  if (bits != 64) ticks += kTurn * std::round((nanoseconds / rough_slope(start, bits) - ticks) / kTurn);
  return {.source = ClockMap::Source::kHandshake,
          .device_ticks = start.handshake.device_ticks,
          .host_ns = middle(start.handshake),
          .ns_per_tick = slope(nanoseconds, ticks),
          .error_ns = std::max(half_width(start.handshake), half_width(end.handshake)),
          .bits = bits};
}

ClockMap fit_samples(const CalibratedSample& start, const CalibratedSample& end, unsigned bits) {
  return {.source = ClockMap::Source::kCalibrated,
          .device_ticks = start.device_ticks,
          .host_ns = start.host_ns,
          .ns_per_tick = slope(static_cast<double>(end.host_ns - start.host_ns),
                               static_cast<double>(end.device_ticks - start.device_ticks)),
          .error_ns = std::max(start.deviation_ns, end.deviation_ns),
          .bits = bits};
}

bool bears_out(const Exchange& exchange, const ClockMap& map) {
  const std::int64_t host_ns = map.to_host_ns(exchange.device_ticks, middle(exchange));
  return exchange.before_ns <= host_ns && host_ns <= exchange.after_ns;
}

}  // namespace

ClockMap fit_clocks(const ClockReading& start, const ClockReading& end) {
  const std::uint64_t seen =
      start.earlier.device_ticks | start.handshake.device_ticks | end.handshake.device_ticks;
  const unsigned bits = seen >> 32 == 0 ? 32 : 64;
  const ClockMap by_handshake = fit_handshakes(start, end, bits);
  if (!start.calibrated || !end.calibrated) return by_handshake;
  const ClockMap by_driver = fit_samples(*start.calibrated, *end.calibrated, bits);
  const bool borne_out = bears_out(start.handshake, by_driver) && bears_out(end.handshake, by_driver);
  return borne_out && by_driver.error_ns < by_handshake.error_ns ? by_driver : by_handshake;
}

}  // namespace vyre::gpu
