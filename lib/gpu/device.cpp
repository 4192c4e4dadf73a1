#include "gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "gpu/extensions.hpp"
#include "gpu/vulkan_error.hpp"

namespace vyre::gpu {

namespace {

/// A clock of a subgroup or of a shader core alone would not do: slots are claimed and finished all over the
/// device, and one comparison with the host's clock must hold for all of them.
bool has_device_clock(const FoundDevice& found) {
  return found.info.shader_clock &&
         found.handle.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceShaderClockFeaturesKHR>()
                 .get<vk::PhysicalDeviceShaderClockFeaturesKHR>()
                 .shaderDeviceClock == VK_TRUE;
}

bool calibrates_with_the_host(const FoundDevice& found) {
  if (!found.info.calibrated_timestamps) return false;
  const auto domains = found.handle.getCalibrateableTimeDomainsEXT();
  const auto has = [&](vk::TimeDomainEXT domain) {
    return std::ranges::find(domains, domain) != domains.end();
  };
  return has(vk::TimeDomainEXT::eDevice) && has(vk::TimeDomainEXT::eClockMonotonic);
}

void find_clocks(Device& device) {
  device.has_clock = has_device_clock(device.found);
  if (!device.has_clock) {
    device.clock_note =
        fmt::format("{} has no clock that kernels may read (shaderDeviceClock)", device.found.info.name);
    return;
  }
  device.has_calibrated_timestamps = calibrates_with_the_host(device.found);
}

bool has_pipeline_robustness(const FoundDevice& found) {
  if (!has_extension(found.handle.enumerateDeviceExtensionProperties(),
                     VK_EXT_PIPELINE_ROBUSTNESS_EXTENSION_NAME))
    return false;
  using Features = vk::PhysicalDevicePipelineRobustnessFeaturesEXT;
  return found.handle.getFeatures2<vk::PhysicalDeviceFeatures2, Features>()
             .get<Features>()
             .pipelineRobustness == VK_TRUE;
}

void create_logical_device(Device& device) {
  device.queue_family = static_cast<std::uint32_t>(find_compute_family(device.found.handle));
  const float priority = 1.0F;
  std::vector<vk::DeviceQueueCreateInfo> queues{
      {.queueFamilyIndex = device.queue_family, .queueCount = 1, .pQueuePriorities = &priority}};
  const int transfer_family = find_transfer_family(device.found.handle);
  if (transfer_family >= 0)
    queues.push_back({.queueFamilyIndex = static_cast<std::uint32_t>(transfer_family),
                      .queueCount = 1,
                      .pQueuePriorities = &priority});
  vk::PhysicalDeviceVulkan13Features f13{.synchronization2 = VK_TRUE, .maintenance4 = VK_TRUE};
  vk::PhysicalDeviceVulkan12Features f12{.pNext = &f13,
                                         .timelineSemaphore = VK_TRUE,
                                         .vulkanMemoryModel = VK_TRUE,
                                         .vulkanMemoryModelDeviceScope = VK_TRUE};
  vk::PhysicalDeviceShaderClockFeaturesKHR clock{.shaderDeviceClock = VK_TRUE};
  vk::PhysicalDevicePipelineRobustnessFeaturesEXT robustness{.pipelineRobustness = VK_TRUE};
  std::vector<const char*> extensions;
  device.may_drop_checks = has_pipeline_robustness(device.found);
  if (device.may_drop_checks) {
    f12.pNext = &robustness;
    robustness.pNext = &f13;
    extensions.push_back(VK_EXT_PIPELINE_ROBUSTNESS_EXTENSION_NAME);
  }
  if (device.has_clock) {
    f13.pNext = &clock;
    extensions.push_back(VK_KHR_SHADER_CLOCK_EXTENSION_NAME);
  }
  if (device.has_calibrated_timestamps) extensions.push_back(VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME);
  const vk::DeviceCreateInfo info{.pNext = &f12,
                                  .queueCreateInfoCount = static_cast<std::uint32_t>(queues.size()),
                                  .pQueueCreateInfos = queues.data(),
                                  .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()),
                                  .ppEnabledExtensionNames = extensions.data()};
  device.handle = vk::raii::Device(device.found.handle, info);
  device.queue = vk::raii::Queue(device.handle, device.queue_family, 0);
  if (transfer_family < 0) return;
  device.transfer = std::make_unique<SharedQueue>();
  device.transfer->family = static_cast<std::uint32_t>(transfer_family);
  device.transfer->handle = vk::raii::Queue(device.handle, device.transfer->family, 0);
}

}  // namespace

Result<std::unique_ptr<Device>> open_device(std::string_view selector, bool validation, Clocks clocks) {
  VYRE_TRY(auto instance, shared_instance(validation));
  VYRE_TRY(auto devices, find_devices(*instance));
  VYRE_TRY(auto found, select_device(std::move(devices), selector));
  auto device = std::make_unique<Device>(Device{.instance = std::move(instance), .found = std::move(found)});
  VYRE_CHECK(guarded("creating the device " + device->found.info.name, [&] {
    if (clocks == Clocks::kIfAny) find_clocks(*device);
    create_logical_device(*device);
  }));
  return device;
}

}  // namespace vyre::gpu
