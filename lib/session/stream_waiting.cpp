#include "session/stream_waiting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vyre::session {

void StreamWaiting::moved(StreamPart part) noexcept {
  const auto waited = std::exchange(waited_, {});
  switch (part) {
    case StreamPart::kDisk: report_.waited_for_disk += waited; break;
    case StreamPart::kCopy: report_.waited_for_copy += waited; break;
    case StreamPart::kKernel: report_.waited_for_kernel += waited; break;
  }
  backoff_.reset();
  moved_at_ = ring::Clock::now();
  next_ring_ = moved_at_ + kRingAgainFirst;
  again_ = kRingAgainFirst;
  looks_after_shutdown_ = 0;
}

void StreamWaiting::pause() noexcept {
  const auto begin = ring::Clock::now();
  backoff_.pause();
  waited_ += ring::Clock::now() - begin;
}

Result<void> StreamWaiting::check(std::uint64_t slots, std::uint64_t copies) {
  const auto now = ring::Clock::now();
  if (slots > 0) {
    if (consumer_.has_shut_down() && ++looks_after_shutdown_ > kLooksAfterShutdown)
      return fail(ErrorCode::kShutDown,
                  fmt::format("the kernel was shut down: {} slots of a stream are not finished", slots), "",
                  "publish SHUTDOWN last, after a wait for everything before it");
    if (now >= next_ring_) {
      publisher_.ring_again();
      next_ring_ = now + again_;
      again_ = std::min(2 * again_, kRingAgainMost);
    }
  }
  if (now - moved_at_ < timeout_) return {};
  return fail(ErrorCode::kTimeout,
              fmt::format("timed out: {} slots and {} copies of a stream are not finished", slots, copies),
              "", "allow more time, or see what the slots wait for");
}

}  // namespace vyre::session
