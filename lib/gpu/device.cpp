#include "gpu/device.hpp"

#include "gpu/vulkan_error.hpp"

namespace vyre::gpu {

namespace {

void create_logical_device(Device& device) {
  device.queue_family = static_cast<std::uint32_t>(find_compute_family(device.found.handle));
  const float priority = 1.0F;
  const vk::DeviceQueueCreateInfo queue{
      .queueFamilyIndex = device.queue_family, .queueCount = 1, .pQueuePriorities = &priority};
  vk::PhysicalDeviceVulkan13Features f13{.synchronization2 = VK_TRUE, .maintenance4 = VK_TRUE};
  vk::PhysicalDeviceVulkan12Features f12{.pNext = &f13,
                                         .timelineSemaphore = VK_TRUE,
                                         .vulkanMemoryModel = VK_TRUE,
                                         .vulkanMemoryModelDeviceScope = VK_TRUE};
  const vk::DeviceCreateInfo info{.pNext = &f12, .queueCreateInfoCount = 1, .pQueueCreateInfos = &queue};
  device.handle = vk::raii::Device(device.found.handle, info);
  device.queue = vk::raii::Queue(device.handle, device.queue_family, 0);
}

}  // namespace

Result<std::unique_ptr<Device>> open_device(std::string_view selector, bool validation) {
  VYRE_TRY(auto instance, shared_instance(validation));
  VYRE_TRY(auto devices, find_devices(*instance));
  VYRE_TRY(auto found, select_device(std::move(devices), selector));
  auto device = std::make_unique<Device>(Device{.instance = std::move(instance), .found = std::move(found)});
  VYRE_CHECK(
      guarded("creating the device " + device->found.info.name, [&] { create_logical_device(*device); }));
  return device;
}

}  // namespace vyre::gpu
