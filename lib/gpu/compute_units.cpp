#include "gpu/compute_units.hpp"

#include <string_view>

#include "gpu/extensions.hpp"

namespace vyre::gpu {

namespace {

/// `Properties` may only be asked for where the extension that brings them is there.
template <class Properties>
Properties ask(const vk::raii::PhysicalDevice& device) {
  return device.getProperties2<vk::PhysicalDeviceProperties2, Properties>().template get<Properties>();
}

}  // namespace

std::uint32_t count_compute_units(const vk::raii::PhysicalDevice& device) {
  const auto extensions = device.enumerateDeviceExtensionProperties();
  const auto has = [&](std::string_view name) { return has_extension(extensions, name); };
  if (has(VK_NV_SHADER_SM_BUILTINS_EXTENSION_NAME))
    return ask<vk::PhysicalDeviceShaderSMBuiltinsPropertiesNV>(device).shaderSMCount;
  // The second extension counts what is not fused off.
  if (has(VK_AMD_SHADER_CORE_PROPERTIES_2_EXTENSION_NAME)) {
    const auto active = ask<vk::PhysicalDeviceShaderCoreProperties2AMD>(device).activeComputeUnitCount;
    if (active != 0) return active;
  }
  if (!has(VK_AMD_SHADER_CORE_PROPERTIES_EXTENSION_NAME)) return 0;
  const auto core = ask<vk::PhysicalDeviceShaderCorePropertiesAMD>(device);
  return core.shaderEngineCount * core.shaderArraysPerEngineCount * core.computeUnitsPerShaderArray;
}

}  // namespace vyre::gpu
