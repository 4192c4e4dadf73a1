/// What host and device said of their clocks at one time, and the line through two of those.
#pragma once

#include <cstdint>
#include <optional>

#include "vyre/ring/device_trace.hpp"

namespace vyre::gpu {

/// The kernel read its clock between these two moments of the host's.
struct Exchange {
  std::uint64_t device_ticks = 0;
  std::int64_t before_ns = 0;
  std::int64_t after_ns = 0;
};

/// Both clocks read at once by the driver (VK_EXT_calibrated_timestamps). Nothing promises that its device
/// clock is the one that kernels read.
struct CalibratedSample {
  std::uint64_t device_ticks = 0;
  std::int64_t host_ns = 0;
  std::uint64_t deviation_ns = 0;  ///< the most that the two were apart
};

struct ClockReading {
  Exchange earlier;    ///< some milliseconds before the handshake: with it, how fast the clock is, roughly
  Exchange handshake;  ///< the tightest of many
  std::optional<CalibratedSample> calibrated;
};

/// The line through two readings. A clock whose high word was never set counts as one of 32 bits, which may
/// have begun anew in between. The driver's samples serve where they are tighter and what they say of both
/// handshakes lies within those; else the middles of the handshakes.
[[nodiscard]] ring::ClockMap fit_clocks(const ClockReading& start, const ClockReading& end);

}  // namespace vyre::gpu
