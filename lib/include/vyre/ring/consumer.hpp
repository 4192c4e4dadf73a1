/// Consumer: the side that drains a ring, as far as a publisher must know it.
#pragma once

#include "vyre/base/error.hpp"

namespace vyre::ring {

/// Thread: all of it from any thread.
class Consumer {
 public:
  Consumer() = default;
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;
  virtual ~Consumer() = default;

  /// Says that something was published or a control word changed: wakes a sleeping kernel.
  /// Cheap when it is awake. Never waits for a device; the reference interpreter runs everything
  /// runnable before it returns.
  virtual void notify() noexcept = 0;
  /// Fails once the consumer cannot go on: kDeviceLost, kDevice, kTimeout (a slice that never ends).
  [[nodiscard]] virtual Result<void> health() = 0;
  /// Whether the kernel has left its loop because control word SHUTDOWN is set.
  [[nodiscard]] virtual bool has_shut_down() noexcept = 0;
};

}  // namespace vyre::ring
