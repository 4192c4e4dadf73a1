/// The Vulkan instance, with the Khronos validation layer when asked for.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "gpu/vulkan.hpp"
#include "vyre/base/error.hpp"

namespace vyre::gpu {

struct Instance {
  vk::raii::Context context;
  vk::raii::Instance handle{nullptr};
  /// Prints the validation layer's messages of warning level and above to stderr. Before handle in
  /// destruction.
  std::optional<vk::raii::DebugUtilsMessengerEXT> messenger;
};

/// The process's instance, made at the first call and kept until the process ends: some drivers refuse to be
/// loaded again after a few dozen times (NVIDIA 580 answered VK_ERROR_INCOMPATIBLE_DRIVER).
/// Thread: any. Errors: kNoDevice (no loader, no driver), kUnsupported (validation asked for, layer not
/// installed); a later call tries again.
[[nodiscard]] Result<std::shared_ptr<Instance>> shared_instance(bool validation);

}  // namespace vyre::gpu
