/// DeviceTrace: what a backend remembers of when its kernel worked, for a timeline. Kept only where
/// BackendConfig::trace asks for it.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "vyre/base/error.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::ring {

/// How a device's clock follows the host's: a straight line through one moment that both have seen.
/// Host times are nanoseconds of std::chrono::steady_clock since its epoch.
struct ClockMap {
  enum class Source : std::uint8_t {
    kHost,        ///< the kernel reads the host's own clock
    kHandshake,   ///< words sent to and fro between host and kernel, before and after the run
    kCalibrated,  ///< VK_EXT_calibrated_timestamps, which the handshakes bore out
  };
  Source source = Source::kHost;
  std::uint64_t device_ticks = 0;
  std::int64_t host_ns = 0;
  double ns_per_tick = 1;
  std::uint64_t error_ns = 0;  ///< the most that a mapped time may be off, either way

  /// Bits of the clock that count. A driver that gives 32 lets the clock begin anew every few seconds.
  unsigned bits = 64;

  /// `near_ns`: about when it was, to half a turn of the clock; of no account where all bits count.
  [[nodiscard]] std::int64_t to_host_ns(std::uint64_t ticks, std::int64_t near_ns) const noexcept {
    if (bits == 64) return host_time(static_cast<std::int64_t>(ticks - device_ticks));
    const auto about = std::llround(static_cast<double>(near_ns - host_ns) / ns_per_tick);
    const auto turned = static_cast<std::uint32_t>(ticks) -
                        static_cast<std::uint32_t>(device_ticks + static_cast<std::uint64_t>(about));
    return host_time(about + static_cast<std::int32_t>(turned));
  }

 private:
  [[nodiscard]] std::int64_t host_time(std::int64_t ticks_after) const noexcept {
    return host_ns + std::llround(static_cast<double>(ticks_after) * ns_per_tick);
  }
};

/// A dispatch of the kernel, as the host saw it.
struct Slice {
  std::uint64_t number = 0;  ///< 1, 2, ...
  std::chrono::steady_clock::time_point submitted;
  std::chrono::steady_clock::time_point ended;
};

class SliceListener {
 public:
  virtual ~SliceListener() = default;
  /// In order. Thread: one of the backend's own.
  virtual void on_slice(const Slice& slice) noexcept = 0;
};

class DeviceTrace {
 public:
  virtual ~DeviceTrace() = default;

  /// protocol::kTraceWords for each slot, written by the kernel: the claim's part when a slot is claimed, the
  /// rest before its completion is stored, with the same release. Cheap to read. Empty: no device times.
  [[nodiscard]] virtual std::span<std::uint32_t> slots() noexcept = 0;
  /// Why there are no device times, in words; empty if there are.
  [[nodiscard]] virtual std::string note() const = 0;
  /// Invocations of a workgroup.
  [[nodiscard]] virtual std::uint32_t lanes() const noexcept = 0;
  /// Null ends it: after that call no other comes.
  virtual void listen(SliceListener* listener) noexcept = 0;
  /// After the backend has stopped, if there are device times. Errors: what kept the clocks from being
  /// compared: kTimeout, kDeviceLost, kDevice.
  [[nodiscard]] virtual Result<ClockMap> clock_map() = 0;
};

}  // namespace vyre::ring
