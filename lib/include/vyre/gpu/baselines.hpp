/// What the resident kernel is measured against, on the same device: a submission with a fence for each
/// operation, which is what a program without a ring does, and a bare word that goes to the device and back,
/// which nothing that talks to a running kernel can beat. No Vulkan header is needed to include this.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// One compute pipeline, one buffer, one command buffer, recorded once: as lean as a submission gets.
/// Thread: one at a time.
class VYRE_API SubmitAdd {
 public:
  /// `device` as choose_device() takes it. Errors: those of choose_device; kDevice.
  [[nodiscard]] static Result<std::unique_ptr<SubmitAdd>> open(std::string_view device);
  ~SubmitAdd();
  SubmitAdd(const SubmitAdd&) = delete;
  SubmitAdd& operator=(const SubmitAdd&) = delete;

  /// Adds 1 by a submission of its own, waits for its fence, and returns how long that took.
  /// Errors: kDevice, kDeviceLost, kTimeout.
  [[nodiscard]] Result<std::chrono::nanoseconds> add_one();
  /// What all additions came to.
  [[nodiscard]] std::uint32_t sum() const noexcept;

 private:
  struct State;
  explicit SubmitAdd(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A kernel of one invocation that answers each new number with the same one. The question lies where the
/// ring lies, the answer where completions lie, and the host waits as a publisher does. Phases: open; start()
/// before some exchanges and stop() behind them, as often as wanted, so that the kernel takes nothing from
/// what is measured meanwhile. Thread: one at a time.
class VYRE_API EchoKernel {
 public:
  /// Errors: as SubmitAdd::open().
  [[nodiscard]] static Result<std::unique_ptr<EchoKernel>> open(std::string_view device);
  ~EchoKernel();
  EchoKernel(const EchoKernel&) = delete;
  EchoKernel& operator=(const EchoKernel&) = delete;

  /// Starts the kernel and waits for its first answer. Errors: kDevice, kDeviceLost, kTimeout; as for all
  /// below.
  [[nodiscard]] Result<void> start();
  /// From the store of a number to its answer. Dispatches are bounded, so that one may end meanwhile: then
  /// the next one is started and the exchange made anew, since the floor is that of a kernel that runs.
  [[nodiscard]] Result<std::chrono::nanoseconds> exchange();
  [[nodiscard]] Result<void> stop();

 private:
  struct State;
  explicit EchoKernel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vyre::gpu
