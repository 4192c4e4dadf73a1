#include "vyre/descriptor/operations.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace vyre::descriptor {
namespace {

template <std::size_t... kIndex>
std::optional<BuiltinOperation> decode_any(std::uint32_t opcode, Words args,
                                           std::index_sequence<kIndex...>) noexcept {
  std::optional<BuiltinOperation> found;
  const auto try_one = [&]<class Op>(std::in_place_type_t<Op>) {
    if (Op::opcode == opcode) found = Op::from_args(args);
  };
  (try_one(std::in_place_type<std::variant_alternative_t<kIndex, BuiltinOperation>>), ...);
  return found;
}

std::string opcode_text(std::uint32_t opcode) {
  const auto* info = protocol::find_opcode(opcode);
  return info == nullptr ? fmt::format("{:#x}", opcode) : fmt::format("{:#x} ({})", opcode, info->name);
}

}  // namespace

std::optional<BuiltinOperation> decode_operation(std::uint32_t opcode, Words args) noexcept {
  return decode_any(opcode, args, std::make_index_sequence<std::variant_size_v<BuiltinOperation>>());
}

Error wrong_opcode(std::uint32_t found, std::uint32_t wanted) {
  return {ErrorCode::kBadInput,
          fmt::format("slot has opcode {}, not {}", opcode_text(found), opcode_text(wanted)),
          "word 1 of the slot", "look at the slot's opcode before choosing what to decode it as"};
}

protocol::Slot encode_load_miss(const LoadMiss& request) noexcept {
  protocol::Slot slot;
  slot.status = static_cast<std::uint32_t>(protocol::Status::kPublished);
  slot.opcode = LoadMiss::opcode;
  slot.args[0] = request.resource;
  slot.args[1] = request.prefetch;
  return slot;
}

}  // namespace vyre::descriptor
