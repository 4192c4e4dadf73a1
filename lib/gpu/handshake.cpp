#include "gpu/handshake.hpp"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "gpu/residency.hpp"
#include "ring/doorbell.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre_shader_sources.hpp"

namespace vyre::gpu {

namespace {

using Clock = std::chrono::steady_clock;

/// So many at least, and on a busy machine more until one is tight or the time is over.
constexpr std::uint32_t kLeastExchanges = 64;
constexpr std::int64_t kTightNs = 10'000;
constexpr std::chrono::milliseconds kMostTime{200};
/// After a slow exchange, a nap: threads that share a core go on apart after it.
constexpr std::int64_t kSlowNs = 200'000;
constexpr std::chrono::milliseconds kNap{1};
/// Turns of a dispatch's loop: some 0.1 s on a GPU; on a CPU device less than llvmpipe grants.
constexpr std::uint32_t kGpuTurns = 100'000;
constexpr std::uint32_t kCpuTurns = protocol::kSliceBackEdges;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

}  // namespace

Handshake::Handshake(const Device& device)
    : device_(device),
      question_(device, Use::kToKernel, 1),
      answers_(device, Use::kFromKernel, protocol::kAnswerWords),
      pipeline_(device, {.spirv = shaders::kCalibrateSpirv, .constants = {}, .push_bytes = sizeof(Limits)},
                std::array{question_.handle(), answers_.handle()}),
      pool_(device.handle,
            vk::CommandPoolCreateInfo{.flags = vk::CommandPoolCreateFlagBits::eResetCommandBuffer,
                                      .queueFamilyIndex = device.queue_family}),
      fence_(device.handle, vk::FenceCreateInfo{.flags = vk::FenceCreateFlagBits::eSignaled}) {
  vk::raii::CommandBuffers buffers(
      device.handle,
      vk::CommandBufferAllocateInfo{
          .commandPool = *pool_, .level = vk::CommandBufferLevel::ePrimary, .commandBufferCount = 1});
  commands_ = std::move(buffers.front());
  const bool cpu = device.found.info.type == DeviceType::kCpu;
  timeout_ = cpu ? kCpuSliceTimeout : kGpuSliceTimeout;
  turns_ = cpu ? kCpuTurns : kGpuTurns;
}

void Handshake::write_question(std::uint32_t number) noexcept {
  std::atomic_ref(question_.words()[0]).store(number, std::memory_order_release);
  ring::store_fence(ring::MemoryKind::kWriteCombined);
}

void Handshake::submit() {
  device_.handle.resetFences(*fence_);
  commands_.reset();
  commands_.begin(vk::CommandBufferBeginInfo{.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
  // The dispatches follow each other, and the last one's answers must not overtake this one's.
  const vk::MemoryBarrier2 barrier{
      .srcStageMask = vk::PipelineStageFlagBits2::eComputeShader,
      .srcAccessMask = vk::AccessFlagBits2::eShaderStorageWrite,
      .dstStageMask = vk::PipelineStageFlagBits2::eComputeShader,
      .dstAccessMask = vk::AccessFlagBits2::eShaderStorageWrite | vk::AccessFlagBits2::eShaderStorageRead};
  commands_.pipelineBarrier2(vk::DependencyInfo{.memoryBarrierCount = 1, .pMemoryBarriers = &barrier});
  commands_.bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline_.handle);
  commands_.bindDescriptorSets(vk::PipelineBindPoint::eCompute, *pipeline_.layout, 0, *pipeline_.set, {});
  const Limits limits{.answered = answered_, .turns = turns_};
  commands_.pushConstants<Limits>(*pipeline_.layout, vk::ShaderStageFlagBits::eCompute, 0, limits);
  commands_.dispatch(1, 1, 1);
  commands_.end();
  const vk::CommandBufferSubmitInfo buffer{.commandBuffer = *commands_};
  device_.queue.submit2(vk::SubmitInfo2{.commandBufferInfoCount = 1, .pCommandBufferInfos = &buffer},
                        *fence_);
}

bool Handshake::has_ended() const { return fence_.getStatus() == vk::Result::eSuccess; }

Result<void> Handshake::wait_for_end() {
  write_question(protocol::kLastQuestion);
  const auto nanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds(timeout_).count());
  if (device_.handle.waitForFences(*fence_, VK_TRUE, nanoseconds) == vk::Result::eSuccess) return {};
  hung_ = true;
  return fail(ErrorCode::kTimeout,
              fmt::format("the handshake with the device's clock did not end within {} s", timeout_.count()),
              "", "the device is hung: end this process, and see the kernel log");
}

bool Handshake::ask(Clock::time_point deadline, Exchange& exchange) {
  constexpr unsigned kLooksBetweenQuestions = 1024;
  const auto answer = [this](std::uint32_t word) {
    return std::atomic_ref(answers_.words()[word]).load(std::memory_order_acquire);
  };
  if (number_ == answered_) ++number_;  // else the last dispatch left it unanswered
  exchange.before_ns = now_ns();
  write_question(number_);
  for (unsigned look = 1; answer(protocol::kAnswerNumberWord) != number_; ++look) {
    if (look % kLooksBetweenQuestions != 0) continue;
    const bool ended = has_ended() || Clock::now() >= deadline;
    if (ended && answer(protocol::kAnswerNumberWord) != number_) return false;
  }
  exchange.after_ns = now_ns();
  answered_ = number_;
  exchange.device_ticks =
      answer(protocol::kAnswerClockWord) | std::uint64_t{answer(protocol::kAnswerClockWord + 1)} << 32;
  return true;
}

Result<Exchange> Handshake::run() {
  const auto start = Clock::now();
  std::optional<Exchange> best;
  std::uint32_t exchanges = 0;
  const auto width = [](const Exchange& exchange) { return exchange.after_ns - exchange.before_ns; };
  const auto is_enough = [&] {
    return best &&
           (Clock::now() - start >= kMostTime || (exchanges >= kLeastExchanges && width(*best) <= kTightNs));
  };
  // A dispatch may end before the questions do.
  while (!is_enough() && Clock::now() - start < timeout_) {
    write_question(answered_);  // the last one of an earlier dispatch still stands there
    submit();
    for (Exchange exchange; !is_enough() && ask(start + timeout_, exchange); ++exchanges) {
      if (!best || width(exchange) < width(*best)) best = exchange;
      if (width(exchange) >= kSlowNs) std::this_thread::sleep_for(kNap);
    }
    VYRE_CHECK(wait_for_end());
  }
  if (best) return *best;
  return fail(ErrorCode::kTimeout,
              fmt::format("the device answered no question for its clock within {} s", timeout_.count()), "",
              "run again on a machine that is less busy");
}

}  // namespace vyre::gpu
