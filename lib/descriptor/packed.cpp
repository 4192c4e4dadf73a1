#include "vyre/descriptor/packed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.hpp"
#include "vyre/descriptor/operations.hpp"

namespace vyre::descriptor {
namespace {

using protocol::kArgWords;
using ArgWords = std::array<std::uint32_t, kArgWords>;

std::uint32_t offset_of(const ArgWords& words, std::uint32_t index) noexcept {
  return packed_byte(words, protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * index + 1);
}

}  // namespace

UnpackedOperation unpack_operation(const ArgWords& words, std::uint32_t index) noexcept {
  const std::uint32_t count = packed_count(words);
  VYRE_ASSERT(count <= protocol::kPackedMaxOps && index < count);
  const std::uint32_t area = protocol::packed_args_word(count);
  const std::uint32_t offset = offset_of(words, index);
  const std::uint32_t end = index + 1 < count ? offset_of(words, index + 1) : packed_total_args(words);

  UnpackedOperation operation;
  operation.opcode = packed_byte(words, protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * index);
  const std::uint32_t first = std::min(area + offset, kArgWords);
  const std::uint32_t past = std::min(area + end, kArgWords);
  operation.arg_count = past > first ? past - first : 0;
  for (std::uint32_t word = first; word < kArgWords; ++word) operation.args[word - first] = words[word];
  return operation;
}

Result<Unpacked> unpack(const protocol::Slot& slot) {
  if (slot.opcode != protocol::kOpPackedSlot)
    return std::unexpected(wrong_opcode(slot.opcode, protocol::kOpPackedSlot));
  Unpacked unpacked;
  unpacked.count = packed_count(slot.args);
  if (unpacked.count > protocol::kPackedMaxOps) {
    return fail(
        ErrorCode::kTooMany,
        fmt::format("packed slot announces {} operations, {} fit", unpacked.count, protocol::kPackedMaxOps),
        "byte 16 of the slot", "check who wrote the slot: publication never makes such a one");
  }
  for (std::uint32_t index = 0; index < unpacked.count; ++index)
    unpacked.operations[index] = unpack_operation(slot.args, index);
  return unpacked;
}

}  // namespace vyre::descriptor
