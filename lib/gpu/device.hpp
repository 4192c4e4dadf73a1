/// An opened device: instance, logical device and the queue that the kernel lives on.
#pragma once

#include <memory>
#include <string>

#include "gpu/instance.hpp"
#include "gpu/physical_device.hpp"
#include "gpu/vulkan.hpp"

namespace vyre::gpu {

struct Device {
  std::shared_ptr<Instance> instance;
  FoundDevice found;
  vk::raii::Device handle{nullptr};
  vk::raii::Queue queue{nullptr};
  std::uint32_t queue_family = 0;
  bool has_clock = false;                  ///< kernels may read a clock that all of the device shares
  bool has_calibrated_timestamps = false;  ///< of the device and of CLOCK_MONOTONIC
  std::string clock_note{};                ///< why it has none, when clocks were asked for
};

enum class Clocks : std::uint8_t { kNone, kIfAny };

/// Errors: those of shared_instance and select_device; kDevice.
[[nodiscard]] Result<std::unique_ptr<Device>> open_device(std::string_view selector, bool validation,
                                                          Clocks clocks = Clocks::kNone);

}  // namespace vyre::gpu
