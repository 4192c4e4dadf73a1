#include "gpu/buffer.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace vyre::gpu {

Buffer::Buffer(const Device& device, Use use, std::uint64_t words) {
  const std::uint64_t bytes = std::max<std::uint64_t>(words, 1) * sizeof(std::uint32_t);
  vk::BufferCreateInfo info{.size = bytes,
                            .usage = vk::BufferUsageFlagBits::eStorageBuffer |
                                     vk::BufferUsageFlagBits::eTransferSrc |
                                     vk::BufferUsageFlagBits::eTransferDst,
                            .sharingMode = vk::SharingMode::eExclusive};
  // Copied beside the kernel, which never ends for long enough to hand a buffer over from family to family.
  const std::array families{device.queue_family, device.transfer ? device.transfer->family : 0};
  if (device.transfer) {
    info.sharingMode = vk::SharingMode::eConcurrent;
    info.queueFamilyIndexCount = static_cast<std::uint32_t>(families.size());
    info.pQueueFamilyIndices = families.data();
  }
  buffer_ = vk::raii::Buffer(device.handle, info);
  const auto properties = device.found.handle.getMemoryProperties();
  const auto type = choose_memory_type(properties, use);
  const auto requirements = buffer_.getMemoryRequirements();
  VYRE_ASSERT(type && (requirements.memoryTypeBits & 1U << *type) != 0);
  memory_ = vk::raii::DeviceMemory(
      device.handle, vk::MemoryAllocateInfo{.allocationSize = requirements.size, .memoryTypeIndex = *type});
  buffer_.bindMemory(*memory_, 0);
  words_ = {static_cast<std::uint32_t*>(memory_.mapMemory(0, VK_WHOLE_SIZE)), bytes / sizeof(std::uint32_t)};
  write_combined_ = !(properties.memoryTypes[*type].propertyFlags & vk::MemoryPropertyFlagBits::eHostCached);
  clear();
}

void Buffer::clear() noexcept { std::fill(words_.begin(), words_.end(), 0U); }

}  // namespace vyre::gpu
