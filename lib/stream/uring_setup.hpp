/// UringRing: an io_uring with the best settings that this kernel has. One of the files that include
/// liburing.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <memory>

#include "vyre/base/error.hpp"

namespace vyre::stream {

class UringRing {
 public:
  /// Errors: kUnsupported (missing, too old or forbidden: `what` says which).
  [[nodiscard]] static Result<std::unique_ptr<UringRing>> open(std::uint32_t entries);
  ~UringRing() {
    if (is_open_) ::io_uring_queue_exit(&ring_);
  }
  UringRing(const UringRing&) = delete;
  UringRing& operator=(const UringRing&) = delete;

  [[nodiscard]] ::io_uring* get() noexcept { return &ring_; }
  [[nodiscard]] bool defers_task_work() const noexcept {
    return (ring_.flags & IORING_SETUP_DEFER_TASKRUN) != 0;
  }
  /// The thread that calls this first is the one that may submit.
  void begin_use() noexcept;

 private:
  UringRing() = default;
  ::io_uring ring_{};
  bool is_open_ = false;
};

}  // namespace vyre::stream
