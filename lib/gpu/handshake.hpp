/// Handshake: compares the clock that kernels read with the host's, by a small kernel that answers to words
/// of the host's (shaders/calibrate.comp).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "gpu/buffer.hpp"
#include "gpu/clock_reading.hpp"
#include "gpu/pipeline.hpp"
#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// Thread: one at a time, and nobody else on the device's queue meanwhile.
class Handshake {
 public:
  /// Throws what vk::raii throws; callers guard.
  explicit Handshake(const Device& device);

  /// The tightest of many exchanges. Errors: kTimeout (no answer, or the dispatch never ended:
  /// see is_hung()); throws what vk::raii throws.
  [[nodiscard]] Result<Exchange> run();
  /// Whether a dispatch may still be running, so that its memory must not be freed.
  [[nodiscard]] bool is_hung() const noexcept { return hung_; }

 private:
  struct Limits {
    std::uint32_t answered = 0;
    std::uint32_t turns = 0;
  };

  void submit();
  [[nodiscard]] bool has_ended() const;
  [[nodiscard]] Result<void> wait_for_end();
  void write_question(std::uint32_t number) noexcept;
  /// Asks once; false when the dispatch ended without an answer.
  [[nodiscard]] bool ask(std::chrono::steady_clock::time_point deadline, Exchange& exchange);

  const Device& device_;
  Buffer question_;
  Buffer answers_;
  Pipeline pipeline_;
  vk::raii::CommandPool pool_;
  vk::raii::CommandBuffer commands_{nullptr};
  vk::raii::Fence fence_;
  std::chrono::seconds timeout_;
  std::uint32_t turns_;
  std::uint32_t number_ = 0;    ///< of the last question
  std::uint32_t answered_ = 0;  ///< of the last answer
  bool hung_ = false;
};

}  // namespace vyre::gpu
