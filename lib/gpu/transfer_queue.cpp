#include "gpu/transfer_queue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gpu/vulkan_error.hpp"

namespace vyre::gpu {

namespace {

void record(const vk::raii::CommandBuffer& commands, const BufferCopy& copy) {
  commands.reset();
  commands.begin(vk::CommandBufferBeginInfo{.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
  if (copy.bytes != 0) {
    const vk::BufferCopy2 region{
        .srcOffset = copy.from_offset, .dstOffset = copy.to_offset, .size = copy.bytes};
    commands.copyBuffer2(vk::CopyBufferInfo2{
        .srcBuffer = copy.from, .dstBuffer = copy.to, .regionCount = 1, .pRegions = &region});
  }
  // Before every later copy of this queue, and before the host reads what was copied. The running kernel is
  // beyond what a barrier can name: to it a copy is one more write of the host, see ring/payload_copier.hpp.
  const vk::MemoryBarrier2 barrier{
      .srcStageMask = vk::PipelineStageFlagBits2::eCopy,
      .srcAccessMask = vk::AccessFlagBits2::eTransferRead | vk::AccessFlagBits2::eTransferWrite,
      .dstStageMask = vk::PipelineStageFlagBits2::eCopy | vk::PipelineStageFlagBits2::eHost,
      .dstAccessMask = vk::AccessFlagBits2::eTransferRead | vk::AccessFlagBits2::eTransferWrite |
                       vk::AccessFlagBits2::eHostRead};
  commands.pipelineBarrier2(vk::DependencyInfo{.memoryBarrierCount = 1, .pMemoryBarriers = &barrier});
  commands.end();
}

}  // namespace

TransferQueue::TransferQueue(const Device& device, SharedQueue& queue, std::uint32_t most_out)
    : device_(device), queue_(queue), objects_(std::make_unique<Objects>()) {
  const vk::SemaphoreTypeCreateInfo type{.semaphoreType = vk::SemaphoreType::eTimeline};
  objects_->timeline = vk::raii::Semaphore(device.handle, vk::SemaphoreCreateInfo{.pNext = &type});
  objects_->pool = vk::raii::CommandPool(
      device.handle, vk::CommandPoolCreateInfo{.flags = vk::CommandPoolCreateFlagBits::eResetCommandBuffer,
                                               .queueFamilyIndex = queue.family});
  objects_->commands = vk::raii::CommandBuffers(
      device.handle, vk::CommandBufferAllocateInfo{.commandPool = *objects_->pool,
                                                   .level = vk::CommandBufferLevel::ePrimary,
                                                   .commandBufferCount = most_out});
}

TransferQueue::~TransferQueue() {
  if (!finish()) static_cast<void>(objects_.release());
}

Result<std::uint64_t> TransferQueue::submit(const BufferCopy& copy) {
  const std::uint64_t number = submitted_ + 1;
  const std::size_t most_out = objects_->commands.size();
  if (number > most_out) VYRE_CHECK(wait_for(number - most_out));
  return guarded("copying between buffers", [&] {
    const auto& commands = objects_->commands[number % most_out];
    record(commands, copy);
    const vk::CommandBufferSubmitInfo buffer{.commandBuffer = *commands};
    const vk::SemaphoreSubmitInfo signal{.semaphore = *objects_->timeline,
                                         .value = number,
                                         .stageMask = vk::PipelineStageFlagBits2::eAllCommands};
    const std::lock_guard lock(queue_.mutex);
    queue_.handle.submit2(vk::SubmitInfo2{.commandBufferInfoCount = 1,
                                          .pCommandBufferInfos = &buffer,
                                          .signalSemaphoreInfoCount = 1,
                                          .pSignalSemaphoreInfos = &signal});
    return submitted_ = number;
  });
}

Result<std::uint64_t> TransferQueue::ended(std::uint64_t awaited, std::chrono::nanoseconds patience) {
  if (ended_ == submitted_) return ended_;
  return guarded("waiting for a copy", [&] {
    awaited = std::min(awaited, submitted_);
    if (awaited > ended_ && patience > patience.zero()) {
      const vk::Semaphore timeline = *objects_->timeline;
      const vk::SemaphoreWaitInfo info{.semaphoreCount = 1, .pSemaphores = &timeline, .pValues = &awaited};
      static_cast<void>(device_.handle.waitSemaphores(info, static_cast<std::uint64_t>(patience.count())));
    }
    return ended_ = objects_->timeline.getCounterValue();
  });
}

Result<void> TransferQueue::wait_for(std::uint64_t number) {
  if (number <= ended_) return {};
  VYRE_TRY(const auto last, ended(number, kHangAfter));
  if (last >= number) return {};
  queue_.hung = true;
  return fail(ErrorCode::kDeviceLost,
              fmt::format("copy {} did not end within {} s, the last that did was {}", number,
                          kHangAfter.count(), last),
              "", "the device is hung: end this process, and see the kernel log");
}

bool TransferQueue::finish() noexcept {
  const auto last = ended(submitted_, queue_.hung ? std::chrono::seconds{0} : kHangAfter);
  if (!last) return last.error().code == ErrorCode::kDeviceLost;  // a lost device uses nothing any more
  if (*last < submitted_) queue_.hung = true;
  return *last >= submitted_;
}

}  // namespace vyre::gpu
