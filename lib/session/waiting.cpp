#include "session/waiting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "ring/backoff.hpp"

namespace vyre::session {

namespace {

/// How long one look waits before it asks whether what is left can run at all, which reads the control
/// buffer: the first look, and the longest.
constexpr std::chrono::milliseconds kFirstLook{1};
constexpr std::chrono::milliseconds kLongestLook{20};
constexpr std::size_t kMaxBlockedSlots = 65'536;

}  // namespace

Result<void> RunConsumer::health() {
  if (interrupted_ != nullptr && interrupted_->load())
    return fail(ErrorCode::kInterrupted, "interrupted", "", "");
  return backend_.health();
}

Result<void> wait_epoch(ring::Backend& backend, RunConsumer& consumer, std::uint32_t at_least,
                        ring::Clock::time_point deadline) {
  ring::Backoff backoff;
  for (;;) {
    std::uint32_t epoch = 0;
    VYRE_CHECK(backend.read_control(protocol::kEpochWord, {&epoch, 1}));
    if (epoch >= at_least) return {};
    backoff.pause();
    if (!backoff.is_slow() && !backoff.is_sleeping()) continue;
    VYRE_CHECK(consumer.health());
    if (ring::Clock::now() >= deadline)
      return fail(ErrorCode::kTimeout,
                  fmt::format("timed out: the epoch is {}, awaited is {}", epoch, at_least), "",
                  "publish as many fenced batches as the epoch counts, or allow more time");
  }
}

bool only_blocked_slots_left(ring::Backend& backend, const ring::Publisher& publisher) {
  const auto left = publisher.in_flight(kMaxBlockedSlots);
  if (left.size() == kMaxBlockedSlots) return false;
  std::vector<std::uint32_t> control(protocol::kControlFixedWords);
  if (!backend.read_control(0, control)) return false;
  const auto is_blocked = [&](const ring::InFlightSlot& slot) {
    return slot.tenant < protocol::kTenantCount && (control[protocol::kTenantMaskWord + slot.tenant] == 0 ||
                                                    control[protocol::kTenantQuotaWord + slot.tenant] == 0);
  };
  bool any_blocked = false;
  for (const auto& slot : left) {
    if (is_blocked(slot))
      any_blocked = true;
    else if (slot.opcode != protocol::kOpBatchFence)
      return false;  // a fence may wait for a blocked slot
  }
  return any_blocked;
}

Result<void> settle(ring::Backend& backend, ring::Publisher& publisher, ring::Clock::time_point deadline) {
  for (auto look = kFirstLook;; look = std::min(2 * look, kLongestLook)) {
    auto waited = publisher.wait_all(std::min(deadline, ring::Clock::now() + look));
    if (waited || waited.error().code == ErrorCode::kShutDown) return {};
    if (waited.error().code != ErrorCode::kTimeout) return waited;
    if (only_blocked_slots_left(backend, publisher)) return {};
    if (ring::Clock::now() >= deadline) return waited;
  }
}

}  // namespace vyre::session
