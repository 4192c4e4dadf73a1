/// Whether an extension is among those that a device offers.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "gpu/vulkan.hpp"

namespace vyre::gpu {

[[nodiscard]] inline bool has_extension(const std::vector<vk::ExtensionProperties>& offered,
                                        std::string_view name) {
  return std::ranges::any_of(offered, [name](const vk::ExtensionProperties& extension) {
    return std::string_view(extension.extensionName) == name;
  });
}

}  // namespace vyre::gpu
