/// One Vulkan device as found: its handle, and what vyre says of it.
#pragma once

#include <string_view>
#include <vector>

#include "gpu/instance.hpp"
#include "gpu/vulkan.hpp"
#include "vyre/gpu/device.hpp"

namespace vyre::gpu {

struct FoundDevice {
  vk::raii::PhysicalDevice handle;
  DeviceInfo info;
};

/// All devices, best first, numbered in that order.
[[nodiscard]] Result<std::vector<FoundDevice>> find_devices(const Instance& instance);

/// The one that a selector names, as gpu::choose_device says.
[[nodiscard]] Result<FoundDevice> select_device(std::vector<FoundDevice> devices, std::string_view selector);

/// The first queue family that computes, without graphics if there is one; -1: none.
[[nodiscard]] int find_compute_family(const vk::raii::PhysicalDevice& device);
/// The first queue family that copies and does nothing else, no graphics, no video; -1: none.
[[nodiscard]] int find_transfer_family(const vk::raii::PhysicalDevice& device);

}  // namespace vyre::gpu
