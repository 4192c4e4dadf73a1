#include "gpu/clock_reading.hpp"

#include <algorithm>

namespace vyre::gpu {

namespace {

using ring::ClockMap;

double slope(std::uint64_t ticks, std::int64_t nanoseconds) {
  return ticks == 0 ? 1.0 : static_cast<double>(nanoseconds) / static_cast<double>(ticks);
}

std::int64_t middle(const Exchange& exchange) {
  return exchange.before_ns + (exchange.after_ns - exchange.before_ns) / 2;
}

/// Half the interval, rounded up.
std::uint64_t half_width(const Exchange& exchange) {
  return static_cast<std::uint64_t>(exchange.after_ns - exchange.before_ns + 1) / 2;
}

bool bears_out(const ClockMap& map, const Exchange& exchange) {
  const std::int64_t host_ns = map.to_host_ns(exchange.device_ticks);
  return exchange.before_ns <= host_ns && host_ns <= exchange.after_ns;
}

}  // namespace

ClockMap fit_clocks(const ClockReading& start, const ClockReading& end) {
  const ClockMap by_handshake{.source = ClockMap::Source::kHandshake,
                              .device_ticks = start.handshake.device_ticks,
                              .host_ns = middle(start.handshake),
                              .ns_per_tick = slope(end.handshake.device_ticks - start.handshake.device_ticks,
                                                   middle(end.handshake) - middle(start.handshake)),
                              .error_ns = std::max(half_width(start.handshake), half_width(end.handshake))};
  if (!start.calibrated || !end.calibrated) return by_handshake;
  const ClockMap by_driver{
      .source = ClockMap::Source::kCalibrated,
      .device_ticks = start.calibrated->device_ticks,
      .host_ns = start.calibrated->host_ns,
      .ns_per_tick = slope(end.calibrated->device_ticks - start.calibrated->device_ticks,
                           end.calibrated->host_ns - start.calibrated->host_ns),
      .error_ns = std::max(start.calibrated->deviation_ns, end.calibrated->deviation_ns)};
  const bool borne_out = bears_out(by_driver, start.handshake) && bears_out(by_driver, end.handshake);
  return borne_out && by_driver.error_ns < by_handshake.error_ns ? by_driver : by_handshake;
}

}  // namespace vyre::gpu
