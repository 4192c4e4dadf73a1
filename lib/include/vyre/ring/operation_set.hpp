/// OperationSet: the built-in operations that somebody is going to publish, so that a kernel can be made
/// without the others. On a CPU device, where a kernel walks all its branches, a round trip takes half as
/// long without them. Custom operations and SCAN do not count: they are in the kernel when their handlers or
/// tables are.
#pragma once

#include <cstdint>

#include "vyre/protocol/opcodes.hpp"

namespace vyre::ring {

class OperationSet {
 public:
  /// All of them.
  constexpr OperationSet() noexcept = default;
  [[nodiscard]] static constexpr OperationSet none() noexcept {
    OperationSet set;
    set.bits_ = 0;
    return set;
  }

  constexpr void add(std::uint32_t opcode) noexcept { bits_ |= bit(opcode); }
  constexpr void add(const OperationSet& others) noexcept { bits_ |= others.bits_; }
  /// True for what does not count too.
  [[nodiscard]] constexpr bool contains(std::uint32_t opcode) const noexcept {
    return (bits_ & bit(opcode)) == bit(opcode);
  }
  /// As shaders/include/dispatch.glsl numbers them: 0-7 as the opcodes, then those below.
  [[nodiscard]] constexpr std::uint32_t bits() const noexcept { return bits_; }

  static constexpr std::uint32_t kLoadMiss = 8, kPrintf = 9, kShutdown = 10, kPackedSlot = 11;

 private:
  [[nodiscard]] static constexpr std::uint32_t bit(std::uint32_t opcode) noexcept {
    switch (opcode) {
      case protocol::kOpLoadMiss: return 1U << kLoadMiss;
      case protocol::kOpPrintf: return 1U << kPrintf;
      case protocol::kOpShutdown: return 1U << kShutdown;
      case protocol::kOpPackedSlot: return 1U << kPackedSlot;
      default: return opcode <= protocol::kOpBatchFence ? 1U << opcode : 0;
    }
  }

  std::uint32_t bits_ = 0xFFFF'FFFF;
};

}  // namespace vyre::ring
