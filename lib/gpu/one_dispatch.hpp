/// OneDispatch: a dispatch of one workgroup that is recorded once and submitted again and again, with a
/// fence.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "gpu/device.hpp"
#include "gpu/pipeline.hpp"
#include "gpu/vulkan.hpp"
#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// Phases: record() once; then submit() and wait() by turns.
/// Throws what vk::raii throws; callers guard. Device and pipeline outlive it.
class OneDispatch {
 public:
  explicit OneDispatch(const Device& device);

  /// Between the dispatches stands a barrier: each sees what the one before wrote.
  void record(const Pipeline& pipeline, std::span<const std::byte> push_constants);
  void submit();
  [[nodiscard]] bool has_ended() const;
  /// Waits for what was submitted and makes ready for the next. Errors: kTimeout.
  [[nodiscard]] Result<void> wait();
  /// Whether it did not end in time, so that nothing it uses may be freed.
  [[nodiscard]] bool is_hung() const noexcept { return hung_; }

 private:
  const Device& device_;
  vk::raii::CommandPool pool_{nullptr};
  vk::raii::CommandBuffer commands_{nullptr};
  vk::raii::Fence fence_{nullptr};
  std::chrono::seconds timeout_;
  bool hung_ = false;
};

}  // namespace vyre::gpu
