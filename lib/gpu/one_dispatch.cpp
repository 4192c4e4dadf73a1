#include "gpu/one_dispatch.hpp"

#include <fmt/format.h>

#include "gpu/residency.hpp"

namespace vyre::gpu {

OneDispatch::OneDispatch(const Device& device)
    : device_(device),
      pool_(device.handle, vk::CommandPoolCreateInfo{.queueFamilyIndex = device.queue_family}),
      fence_(device.handle, vk::FenceCreateInfo{}),
      timeout_(device.found.info.type == DeviceType::kCpu ? kCpuSliceTimeout : kGpuSliceTimeout) {
  vk::raii::CommandBuffers buffers(
      device.handle,
      vk::CommandBufferAllocateInfo{
          .commandPool = *pool_, .level = vk::CommandBufferLevel::ePrimary, .commandBufferCount = 1});
  commands_ = std::move(buffers.front());
}

void OneDispatch::record(const Pipeline& pipeline, std::span<const std::byte> push_constants) {
  commands_.begin({});
  const vk::MemoryBarrier2 barrier{
      .srcStageMask = vk::PipelineStageFlagBits2::eComputeShader,
      .srcAccessMask = vk::AccessFlagBits2::eShaderStorageWrite,
      .dstStageMask = vk::PipelineStageFlagBits2::eComputeShader,
      .dstAccessMask = vk::AccessFlagBits2::eShaderStorageWrite | vk::AccessFlagBits2::eShaderStorageRead};
  commands_.pipelineBarrier2(vk::DependencyInfo{.memoryBarrierCount = 1, .pMemoryBarriers = &barrier});
  commands_.bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline.handle);
  commands_.bindDescriptorSets(vk::PipelineBindPoint::eCompute, *pipeline.layout, 0, *pipeline.set, {});
  commands_.pushConstants<std::byte>(*pipeline.layout, vk::ShaderStageFlagBits::eCompute, 0, push_constants);
  commands_.dispatch(1, 1, 1);
  commands_.end();
}

void OneDispatch::submit() {
  const vk::CommandBuffer commands = *commands_;
  device_.queue.submit(vk::SubmitInfo{.commandBufferCount = 1, .pCommandBuffers = &commands}, *fence_);
}

bool OneDispatch::has_ended() const { return fence_.getStatus() == vk::Result::eSuccess; }

Result<void> OneDispatch::wait() {
  const auto nanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds(timeout_).count());
  if (device_.handle.waitForFences(*fence_, VK_TRUE, nanoseconds) != vk::Result::eSuccess) {
    hung_ = true;
    return fail(ErrorCode::kTimeout, fmt::format("a dispatch did not end within {} s", timeout_.count()), "",
                "the device is hung: end this process, and see the kernel log");
  }
  device_.handle.resetFences(*fence_);
  return {};
}

}  // namespace vyre::gpu
