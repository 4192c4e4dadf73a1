#include "reference/packed.hpp"

#include <algorithm>

namespace vyre::reference {
namespace {

/// Byte `index` of the argument words, which are little-endian.
std::uint32_t metadata_byte(const protocol::Slot& slot, std::uint32_t index) noexcept {
  return (slot.args[index / 4] >> (8 * (index % 4))) & 0xFF;
}

Operation inner_operation(const protocol::Slot& slot, std::uint32_t slot_index, std::uint32_t op_count,
                          std::uint32_t k) noexcept {
  const std::uint32_t pair = protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * k;
  const std::uint32_t first = protocol::packed_args_word(op_count) + metadata_byte(slot, pair + 1);
  const std::span<const std::uint32_t> words(slot.args);
  return Operation{.slot = slot_index,
                   .tenant = slot.tenant,
                   .opcode = metadata_byte(slot, pair),
                   .args = words.subspan(std::min<std::size_t>(first, words.size()))};
}

}  // namespace

Outcome run_packed(Environment& env, std::uint32_t slot_index, const protocol::Slot& slot,
                   std::uint32_t& next) {
  const std::uint32_t op_count = metadata_byte(slot, 0);
  if (op_count > protocol::kPackedMaxOps) return faulted(protocol::FaultCode::kPackedMalformed, op_count);
  for (; next < op_count; ++next) {
    const Outcome outcome = run_operation(env, inner_operation(slot, slot_index, op_count, next));
    if (outcome.kind != Outcome::Kind::kDone) return outcome;
  }
  return done();
}

}  // namespace vyre::reference
