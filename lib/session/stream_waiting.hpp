/// StreamWaiting: what a pump waits for when nothing moves, for how long, and when that is too long.
#pragma once

#include <chrono>
#include <cstdint>

#include "ring/backoff.hpp"
#include "vyre/ring/consumer.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/stream.hpp"

namespace vyre::session {

/// What moved, or what could.
enum class StreamPart : std::uint8_t { kDisk, kCopy, kKernel };

/// Thread: one. What it refers to outlives it.
class StreamWaiting {
 public:
  StreamWaiting(ring::Consumer& consumer, ring::Publisher& publisher, std::chrono::nanoseconds timeout,
                StreamReport& report)
      : consumer_(consumer), publisher_(publisher), timeout_(timeout), report_(report) {}

  /// Something went on: the time that was waited since the last time is that part's.
  void moved(StreamPart part) noexcept;

  /// A wait elsewhere took so long.
  void add(std::chrono::nanoseconds time) noexcept { waited_ += time; }
  /// Waits a little, here: for memory that the kernel writes.
  void pause() noexcept;

  /// To be asked between waits for the kernel or a copy. Announces blocked slots anew.
  /// Errors: kTimeout, kShutDown.
  [[nodiscard]] Result<void> check(std::uint64_t slots, std::uint64_t copies);

 private:
  // The last completions may become visible just after the kernel has left.
  static constexpr unsigned kLooksAfterShutdown = 8;
  static constexpr std::chrono::milliseconds kRingAgainFirst{1};
  static constexpr std::chrono::milliseconds kRingAgainMost{100};

  ring::Consumer& consumer_;
  ring::Publisher& publisher_;
  std::chrono::nanoseconds timeout_;
  StreamReport& report_;
  ring::Backoff backoff_;
  std::chrono::nanoseconds waited_{};
  ring::Clock::time_point moved_at_ = ring::Clock::now();
  ring::Clock::time_point next_ring_ = moved_at_ + kRingAgainFirst;
  std::chrono::milliseconds again_ = kRingAgainFirst;
  unsigned looks_after_shutdown_ = 0;
};

}  // namespace vyre::session
