/// What a host waits for while a run goes on, and how the user's wish to stop ends it.
#pragma once

#include <atomic>
#include <cstdint>

#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::session {

/// What a publisher sees of a backend during a run: the backend, and the user's wish to stop.
class RunConsumer final : public ring::Consumer {
 public:
  RunConsumer(ring::Backend& backend, const std::atomic<bool>* interrupted)
      : backend_(backend), interrupted_(interrupted) {}
  void notify() noexcept override { backend_.notify(); }
  [[nodiscard]] Result<void> health() override;
  [[nodiscard]] bool has_shut_down() noexcept override { return backend_.has_shut_down(); }

 private:
  ring::Backend& backend_;
  const std::atomic<bool>* interrupted_;
};

/// Waits until control word EPOCH has reached a value. Errors: kTimeout, the consumer's.
[[nodiscard]] Result<void> wait_epoch(ring::Backend& backend, RunConsumer& consumer, std::uint32_t at_least,
                                      ring::Clock::time_point deadline);

/// Whether every slot in flight belongs to a masked tenant or one without quota, or is a fence that may
/// wait for such a slot; and there is one.
[[nodiscard]] bool only_blocked_slots_left(ring::Backend& backend, const ring::Publisher& publisher);

/// Waits until all slots are finished but those that cannot run (masked tenants, a kernel that was shut
/// down). Errors: those of Publisher::wait_all but kShutDown.
[[nodiscard]] Result<void> settle(ring::Backend& backend, ring::Publisher& publisher,
                                  ring::Clock::time_point deadline);

}  // namespace vyre::session
