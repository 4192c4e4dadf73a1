#include <array>
#include <atomic>

#include "echo_kernel_spirv.hpp"
#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "gpu/one_dispatch.hpp"
#include "gpu/pipeline.hpp"
#include "gpu/vulkan_error.hpp"
#include "ring/backoff.hpp"
#include "ring/doorbell.hpp"
#include "vyre/gpu/baselines.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kStop = 0xFFFF'FFFF;
/// Passes of a dispatch: some 0.1 s on a GPU; on a CPU device less than llvmpipe grants.
constexpr std::uint32_t kGpuPasses = 100'000;
constexpr std::uint32_t kCpuPasses = protocol::kSliceBackEdges;

struct Limits {
  std::uint32_t passes = 0;
  std::uint32_t stop = kStop;
};

}  // namespace

struct EchoKernel::State {
  std::unique_ptr<Device> device;
  Buffer question;
  Buffer answer;
  Pipeline pipeline;
  OneDispatch dispatch;
  std::uint32_t number = 0;  ///< asked last
  bool running = false;

  explicit State(std::unique_ptr<Device> opened)
      : device(std::move(opened)),
        question(*device, Use::kToKernel, 1),
        answer(*device, Use::kFromKernel, 1),
        pipeline(*device, {.spirv = kEchoKernelSpirv, .constants = {}, .push_bytes = sizeof(Limits)},
                 std::array{question.handle(), answer.handle()}),
        dispatch(*device) {
    const bool cpu = device->found.info.type == DeviceType::kCpu;
    const Limits limits{.passes = cpu ? kCpuPasses : kGpuPasses};
    dispatch.record(pipeline, std::as_bytes(std::span(&limits, 1)));
  }

  void ask(std::uint32_t value) noexcept {
    std::atomic_ref(question.words()[0]).store(value, std::memory_order_relaxed);
    ring::store_fence(question.is_write_combined() ? ring::MemoryKind::kWriteCombined
                                                   : ring::MemoryKind::kCached);
  }
  [[nodiscard]] bool is_answered(std::uint32_t value) noexcept {
    return std::atomic_ref(answer.words()[0]).load(std::memory_order_relaxed) == value;
  }

  /// Waits for the answer to `number`, through as many dispatches as that takes; how many were submitted.
  Result<unsigned> await() {
    unsigned submitted = 0;
    for (ring::Backoff backoff; !is_answered(number); backoff.pause()) {
      if (!backoff.is_slow() || !dispatch.has_ended() || is_answered(number)) continue;
      VYRE_CHECK(dispatch.wait());
      dispatch.submit();
      ++submitted;
    }
    return submitted;
  }

  std::uint32_t next_number() noexcept { return number + 1 == kStop ? number = 1 : ++number; }
};

EchoKernel::EchoKernel(std::unique_ptr<State> state) : state_(std::move(state)) {}

EchoKernel::~EchoKernel() {
  if (!state_) return;
  static_cast<void>(stop());
  if (state_->dispatch.is_hung()) static_cast<void>(state_.release());  // the device may still use it
}

Result<std::unique_ptr<EchoKernel>> EchoKernel::open(std::string_view device) {
  VYRE_TRY(auto opened, open_device(device, false));
  return guarded("preparing the echo kernel", [&] {
    return std::unique_ptr<EchoKernel>(new EchoKernel(std::make_unique<State>(std::move(opened))));
  });
}

Result<void> EchoKernel::start() {
  if (state_->running) return {};
  return guarded("starting the echo kernel", [this]() -> Result<void> {
    state_->ask(state_->next_number());
    state_->dispatch.submit();
    state_->running = true;
    VYRE_CHECK(state_->await());
    return {};
  });
}

Result<std::chrono::nanoseconds> EchoKernel::exchange() {
  static const std::string doing = "talking to the echo kernel";
  return guarded(doing, [this]() -> Result<std::chrono::nanoseconds> {
    for (;;) {
      const std::uint32_t number = state_->next_number();
      const auto start = Clock::now();
      state_->ask(number);
      VYRE_TRY(const unsigned submitted, state_->await());
      const auto end = Clock::now();
      if (submitted == 0) return end - start;
    }
  });
}

Result<void> EchoKernel::stop() {
  if (!state_->running) return {};
  return guarded("stopping the echo kernel", [this]() -> Result<void> {
    state_->ask(kStop);
    state_->running = false;
    return state_->dispatch.wait();
  });
}

}  // namespace vyre::gpu
