#include "gpu/kernel_trace.hpp"

#include <array>
#include <chrono>
#include <thread>

#include "gpu/vulkan_error.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {

namespace {

/// Long against an exchange, short against the least time in which a clock of 32 bits begins anew.
constexpr std::chrono::milliseconds kBetweenHandshakes{20};

}  // namespace

KernelTrace::KernelTrace(const Device& device, std::uint32_t slot_count, std::uint32_t lanes)
    : device_(device), lanes_(lanes) {
  if (!device.has_clock) return;
  buffer_.emplace(device, Use::kFromKernel, std::uint64_t{protocol::kTraceWords} * slot_count);
  handshake_.emplace(device);
}

std::optional<CalibratedSample> KernelTrace::read_calibrated() const {
  if (!device_.has_calibrated_timestamps) return std::nullopt;
  // steady_clock is CLOCK_MONOTONIC where these extensions are.
  const std::array<vk::CalibratedTimestampInfoEXT, 2> domains{
      vk::CalibratedTimestampInfoEXT{.timeDomain = vk::TimeDomainEXT::eDevice},
      vk::CalibratedTimestampInfoEXT{.timeDomain = vk::TimeDomainEXT::eClockMonotonic}};
  constexpr int kSamples = 16;
  std::optional<CalibratedSample> best;
  for (int sample = 0; sample < kSamples; ++sample) {
    const auto [times, deviation_ns] = device_.handle.getCalibratedTimestampsEXT(domains);
    if (best && best->deviation_ns <= deviation_ns) continue;
    best = {.device_ticks = times[0],
            .host_ns = static_cast<std::int64_t>(times[1]),
            .deviation_ns = deviation_ns};
  }
  return best;
}

Result<ClockReading> KernelTrace::read_clocks() noexcept {
  if (!handshake_)
    return fail(ErrorCode::kUnsupported, device_.clock_note, "", "choose a device that has such a clock");
  return guarded("comparing the device's clock with the host's", [this]() -> Result<ClockReading> {
    VYRE_TRY(const auto earlier, handshake_->run());
    std::this_thread::sleep_for(kBetweenHandshakes);
    VYRE_TRY(const auto handshake, handshake_->run());
    return ClockReading{.earlier = earlier, .handshake = handshake, .calibrated = read_calibrated()};
  });
}

Result<ring::ClockMap> KernelTrace::clock_map() {
  if (!start_ || !end_)
    return fail(ErrorCode::kUnsupported, "the clocks were not compared: the kernel has not stopped", "",
                "stop the backend first");
  if (!*start_) return std::unexpected(start_->error());
  if (!*end_) return std::unexpected(end_->error());
  return fit_clocks(**start_, **end_);
}

}  // namespace vyre::gpu
