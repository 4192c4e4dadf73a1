/// How many compute units a device has, where its driver tells.
#pragma once

#include <cstdint>

#include "gpu/vulkan.hpp"

namespace vyre::gpu {

/// Streaming multiprocessors (NVIDIA) or compute units (AMD); 0: the driver does not tell.
/// Throws what vk::raii throws.
[[nodiscard]] std::uint32_t count_compute_units(const vk::raii::PhysicalDevice& device);

}  // namespace vyre::gpu
