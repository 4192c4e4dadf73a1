/// An opened device: instance, logical device, the queue that the kernel lives on and the one that copies.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "gpu/instance.hpp"
#include "gpu/physical_device.hpp"
#include "gpu/vulkan.hpp"

namespace vyre::gpu {

/// A queue for several threads: whoever submits to it holds the mutex.
struct SharedQueue {
  std::uint32_t family = 0;
  vk::raii::Queue handle{nullptr};
  std::mutex mutex;
  std::atomic<bool> hung = false;  ///< something on it did not end in time: free nothing that it may use
};

struct Device {
  std::shared_ptr<Instance> instance;
  FoundDevice found;
  vk::raii::Device handle{nullptr};
  vk::raii::Queue queue{nullptr};
  std::uint32_t queue_family = 0;
  std::unique_ptr<SharedQueue> transfer{};  ///< copies beside the kernel; null: no family that only copies
  bool may_drop_checks = false;             ///< pipelines may go without checks of buffers' bounds
  bool has_clock = false;                   ///< kernels may read a clock that all of the device shares
  bool has_calibrated_timestamps = false;   ///< of the device and of CLOCK_MONOTONIC
  std::string clock_note{};                 ///< why it has none, when clocks were asked for
};

enum class Clocks : std::uint8_t { kNone, kIfAny };

/// Errors: those of shared_instance and select_device; kDevice.
[[nodiscard]] Result<std::unique_ptr<Device>> open_device(std::string_view selector, bool validation,
                                                          Clocks clocks = Clocks::kNone);

}  // namespace vyre::gpu
