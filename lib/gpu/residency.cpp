#include "gpu/residency.hpp"

#include <fmt/format.h>

#include "base/paired_fence.hpp"
#include "gpu/kernel_trace.hpp"
#include "gpu/vulkan_error.hpp"
#include "ring/doorbell.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {

namespace {

std::uint32_t load(std::uint32_t& word) noexcept {
  return std::atomic_ref(word).load(std::memory_order_acquire);
}

}  // namespace

Residency::Residency(const Device& device, const Pipeline& pipeline, const SliceShape& shape,
                     std::uint32_t* shutdown_word, std::uint32_t* leave_word, std::span<std::uint32_t> report,
                     SliceFeed* feed)
    : device_(device),
      pipeline_(pipeline),
      shape_(shape),
      shutdown_word_(shutdown_word),
      leave_word_(leave_word),
      report_(report),
      feed_(feed) {
  const vk::SemaphoreTypeCreateInfo type{.semaphoreType = vk::SemaphoreType::eTimeline};
  timeline_ = vk::raii::Semaphore(device_.handle, vk::SemaphoreCreateInfo{.pNext = &type});
  pool_ = vk::raii::CommandPool(
      device_.handle, vk::CommandPoolCreateInfo{.flags = vk::CommandPoolCreateFlagBits::eResetCommandBuffer,
                                                .queueFamilyIndex = device_.queue_family});
  vk::raii::CommandBuffers buffers(device_.handle,
                                   vk::CommandBufferAllocateInfo{.commandPool = *pool_,
                                                                 .level = vk::CommandBufferLevel::ePrimary,
                                                                 .commandBufferCount = kQueuedSlices});
  for (std::uint32_t i = 0; i < kQueuedSlices; ++i) commands_[i].emplace(std::move(buffers[i]));
  thread_ = std::thread([this] { run(); });
}

Residency::~Residency() {
  if (thread_.joinable()) static_cast<void>(stop());
}

void Residency::notify() noexcept {
  // A store, not a count: a locked instruction would wait here for every line that is on its way to the
  // device.
  is_notified_.store(true, std::memory_order_release);
  // Pairs with sleep_until_notified(): either the thread sees the notification before it sleeps, or we see
  // that it is about to.
  base::light_fence();
  if (!asleep_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  wake_.notify_one();
}

void Residency::sleep_until_notified() {
  std::unique_lock lock(mutex_);
  asleep_ = true;
  base::heavy_fence();
  wake_.wait(lock, [this] { return stopping_.load() || is_notified_.load(std::memory_order_acquire); });
  asleep_ = false;
}

Result<void> Residency::health() {
  if (!failed_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock(mutex_);
  return std::unexpected(*error_);
}

std::string Residency::text() const {
  const auto state = failed_.load()    ? "given up"
                     : has_shut_down() ? "shut down"
                     : asleep_.load()  ? "asleep"
                                       : "resident";
  return fmt::format("kernel {} after {} slices", state, finished_.load());
}

void Residency::give_up(Error error) noexcept {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  failed_.store(true, std::memory_order_release);
}

void Residency::record(const vk::raii::CommandBuffer& commands, std::uint64_t number) {
  commands.reset();
  commands.begin(vk::CommandBufferBeginInfo{.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
  // One slice after the other: the next must see what the last wrote, and none should wait inside
  // another's workgroups.
  const vk::MemoryBarrier2 barrier{
      .srcStageMask = vk::PipelineStageFlagBits2::eComputeShader,
      .srcAccessMask = vk::AccessFlagBits2::eShaderStorageWrite | vk::AccessFlagBits2::eShaderStorageRead,
      .dstStageMask = vk::PipelineStageFlagBits2::eComputeShader,
      .dstAccessMask = vk::AccessFlagBits2::eShaderStorageWrite | vk::AccessFlagBits2::eShaderStorageRead};
  commands.pipelineBarrier2(vk::DependencyInfo{.memoryBarrierCount = 1, .pMemoryBarriers = &barrier});
  commands.bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline_.handle);
  commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, *pipeline_.layout, 0, *pipeline_.set, {});
  const SliceConstants constants{.slice_number = static_cast<std::uint32_t>(number),
                                 .max_passes = shape_.max_passes,
                                 .max_back_edges = shape_.max_back_edges,
                                 .idle_passes = shape_.idle_passes};
  commands.pushConstants<SliceConstants>(*pipeline_.layout, vk::ShaderStageFlagBits::eCompute, 0, constants);
  commands.dispatch(shape_.workgroups, 1, 1);
  commands.end();
}

void Residency::submit() {
  const std::uint64_t number = next_number_++;
  // What came before this slice will see.
  is_notified_.store(false, std::memory_order_relaxed);
  const auto& commands = *commands_[number % kQueuedSlices];
  record(commands, number);
  const auto submitted = std::chrono::steady_clock::now();
  const vk::CommandBufferSubmitInfo buffer{.commandBuffer = *commands};
  const vk::SemaphoreSubmitInfo signal{
      .semaphore = *timeline_, .value = number, .stageMask = vk::PipelineStageFlagBits2::eComputeShader};
  device_.queue.submit2(vk::SubmitInfo2{.commandBufferInfoCount = 1,
                                        .pCommandBufferInfos = &buffer,
                                        .signalSemaphoreInfoCount = 1,
                                        .pSignalSemaphoreInfos = &signal});
  queued_.push_back({number, submitted});
}

Result<void> Residency::wait_for(const Submitted& slice) {
  const vk::Semaphore semaphore = *timeline_;
  const vk::SemaphoreWaitInfo info{.semaphoreCount = 1, .pSemaphores = &semaphore, .pValues = &slice.number};
  const auto wait = [&](std::chrono::nanoseconds most) {
    return device_.handle.waitSemaphores(info, static_cast<std::uint64_t>(most.count()));
  };
  auto waited = vk::Result::eTimeout;
  if (shape_.longest.count() != 0) waited = wait(shape_.longest);
  if (waited == vk::Result::eTimeout) {
    if (shape_.longest.count() != 0) ask_to_leave(slice);
    waited = wait(shape_.timeout);
  }
  if (waited == vk::Result::eSuccess) return {};
  hung_ = true;
  return fail(
      ErrorCode::kTimeout,
      fmt::format("slice {} of the kernel did not end within {} s", slice.number, shape_.timeout.count()), "",
      "the device is hung: end this process, and see the kernel log");
}

void Residency::ask_to_leave(const Submitted& slice) noexcept {
  asked_ = slice.number;
  // The kernel stores the same number there when it leaves by itself; once a later slice runs, it means
  // nothing.
  std::atomic_ref(*leave_word_).store(static_cast<std::uint32_t>(slice.number), std::memory_order_release);
  ring::store_fence(ring::MemoryKind::kWriteCombined);
}

bool Residency::must_go_on(const Submitted& slice) const noexcept {
  return asked_ == slice.number ||
         load(report_[protocol::kReportCutSliceWord]) == static_cast<std::uint32_t>(slice.number) ||
         is_notified_.load(std::memory_order_acquire);
}

void Residency::run() noexcept {
  const auto served = guarded("running the kernel", [this]() -> Result<void> {
    for (;;) {
      sleep_until_notified();
      bool go_on = !stopping_;
      while (go_on || !queued_.empty()) {
        while (go_on && queued_.size() < kQueuedSlices) submit();
        const Submitted slice = queued_.front();
        VYRE_CHECK(wait_for(slice));
        queued_.pop_front();
        finished_ = slice.number;
        if (feed_ != nullptr)
          feed_->tell({.number = slice.number,
                       .submitted = slice.submitted,
                       .ended = std::chrono::steady_clock::now()});
        go_on = !stopping_ && must_go_on(slice);
        const bool shut_down = load(*shutdown_word_) != 0;
        if (shut_down) go_on = false;
        if (queued_.empty()) shut_down_ = shut_down;
      }
      if (stopping_) return {};
    }
  });
  if (!served) give_up(served.error());
}

Result<void> Residency::stop() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_one();
    }
    thread_.join();
  }
  return health();
}

}  // namespace vyre::gpu
