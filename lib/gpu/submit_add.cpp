#include <array>

#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "gpu/one_dispatch.hpp"
#include "gpu/pipeline.hpp"
#include "gpu/vulkan_error.hpp"
#include "submit_add_spirv.hpp"
#include "vyre/gpu/baselines.hpp"

namespace vyre::gpu {
namespace {

using Clock = std::chrono::steady_clock;

struct Work {
  std::uint32_t value = 1;
  std::uint32_t word = 0;
};

}  // namespace

struct SubmitAdd::State {
  std::unique_ptr<Device> device;
  Buffer buffer;
  Pipeline pipeline;
  OneDispatch dispatch;

  explicit State(std::unique_ptr<Device> opened)
      : device(std::move(opened)),
        buffer(*device, Use::kToKernel, 1),
        pipeline(*device, {.spirv = kSubmitAddSpirv, .constants = {}, .push_bytes = sizeof(Work)},
                 std::array{buffer.handle()}),
        dispatch(*device) {
    const Work work;
    dispatch.record(pipeline, std::as_bytes(std::span(&work, 1)));
  }
};

SubmitAdd::SubmitAdd(std::unique_ptr<State> state) : state_(std::move(state)) {}

SubmitAdd::~SubmitAdd() {
  if (state_ && state_->dispatch.is_hung())
    static_cast<void>(state_.release());  // the device may still use it
}

Result<std::unique_ptr<SubmitAdd>> SubmitAdd::open(std::string_view device) {
  VYRE_TRY(auto opened, open_device(device, false));
  return guarded("preparing submissions", [&] {
    return std::unique_ptr<SubmitAdd>(new SubmitAdd(std::make_unique<State>(std::move(opened))));
  });
}

Result<std::chrono::nanoseconds> SubmitAdd::add_one() {
  static const std::string doing = "submitting one addition";
  return guarded(doing, [this]() -> Result<std::chrono::nanoseconds> {
    const auto start = Clock::now();
    state_->dispatch.submit();
    VYRE_CHECK(state_->dispatch.wait());
    return Clock::now() - start;
  });
}

std::uint32_t SubmitAdd::sum() const noexcept { return state_->buffer.words()[0]; }

}  // namespace vyre::gpu
