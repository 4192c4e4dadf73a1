/// Unfolding of packed slots: from the 12 argument words back to the inner operations.
/// Layout of those words, as bytes: operation count, total argument words, then a pair (opcode, offset
/// of its first argument) for each operation; arguments start at the next whole word.
/// Source: vyre-protocol(7), "Publication", packed.
#pragma once

#include <array>
#include <cstdint>

#include "vyre/base/error.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::descriptor {

/// One inner operation.
struct UnpackedOperation {
  std::uint32_t opcode = 0;
  std::uint32_t arg_count = 0;  ///< words that are its own: up to the next operation's or the slot's end
  /// What the kernel reads as its arguments: own words first, then whatever follows them in the slot,
  /// then 0 past the slot.
  std::array<std::uint32_t, protocol::kArgWords> args{};
};

/// Operations that the metadata announces, 0-255: more than kPackedMaxOps do not fit a slot.
[[nodiscard]] constexpr std::uint32_t packed_count(
    const std::array<std::uint32_t, protocol::kArgWords>& words) noexcept {
  return words[0] & 0xFF;
}

/// Argument words that the metadata announces, 0-255. The kernel does not look at it.
[[nodiscard]] constexpr std::uint32_t packed_total_args(
    const std::array<std::uint32_t, protocol::kArgWords>& words) noexcept {
  return (words[0] >> 8) & 0xFF;
}

/// Byte `index` of the argument words, 0 past the slot.
[[nodiscard]] constexpr std::uint32_t packed_byte(const std::array<std::uint32_t, protocol::kArgWords>& words,
                                                  std::uint32_t index) noexcept {
  return index < 4 * protocol::kArgWords ? (words[index / 4] >> (8 * (index % 4))) & 0xFF : 0;
}

/// Inner operation `index` of a slot whose packed_count() is at most kPackedMaxOps.
/// Shape: index < packed_count(words). Allocates nothing; reads no word outside `words`.
[[nodiscard]] VYRE_API UnpackedOperation
unpack_operation(const std::array<std::uint32_t, protocol::kArgWords>& words, std::uint32_t index) noexcept;

/// All inner operations, without allocating.
struct Unpacked {
  std::uint32_t count = 0;
  std::array<UnpackedOperation, protocol::kPackedMaxOps> operations{};
};

/// Errors: kBadInput (the slot is no PACKED_SLOT), kTooMany (more operations than fit a slot).
[[nodiscard]] VYRE_API Result<Unpacked> unpack(const protocol::Slot& slot);

}  // namespace vyre::descriptor
