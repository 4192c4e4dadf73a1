#include "vyre/descriptor/descriptor.hpp"

#include <fmt/format.h>

#include <string>
#include <variant>

#include "base/assert.hpp"
#include "vyre/descriptor/slot_body.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::descriptor {
namespace {

using protocol::kArgWords;

Result<void> check_operation(std::uint32_t opcode, Words args, const std::string& where) {
  if (opcode == protocol::kOpLoadMiss) {
    return fail(ErrorCode::kReservedOpcode, "opcode 0xfffd (load_miss) cannot be published as an operation",
                where, "make its slot with encode_load_miss()");
  }
  if (!protocol::is_publishable_opcode(opcode)) {
    return fail(
        ErrorCode::kReservedOpcode,
        fmt::format("opcode {:#x} lies in the system range and is no built-in", opcode), where,
        "use a built-in opcode, or a custom one with bit 31 clear, above 7 and outside 0xfff0-0xffff");
  }
  if (args.size() > kArgWords) {
    return fail(ErrorCode::kTooMany, fmt::format("{} arguments, a slot holds {}", args.size(), kArgWords),
                where, "split the work over more slots");
  }
  return {};
}

Result<void> check_packed(const Packed& packed, const std::string& where) {
  if (fits(packed)) return {};
  const std::size_t count = packed.operations.size();
  if (count > protocol::kPackedMaxOps) {
    return fail(
        ErrorCode::kTooMany,
        fmt::format("{} packed operations, a slot holds the metadata of {}", count, protocol::kPackedMaxOps),
        where, "split the operations over more slots");
  }
  const std::uint32_t metadata = protocol::packed_args_word(static_cast<std::uint32_t>(count));
  // Named: the operation with which the slot overflows.
  std::size_t words = metadata;
  std::size_t index = 0;
  for (; index < count; ++index) {
    const std::size_t size = packed.operations[index].args.size();
    if (size > kArgWords - words) break;
    words += size;
  }
  return fail(
      ErrorCode::kTooMany,
      fmt::format("{} metadata words for {} packed operations and {} argument words before this one's {}, a "
                  "slot holds {} words in all",
                  metadata, count, words - metadata, packed.operations[index].args.size(), kArgWords),
      fmt::format("{}{}operation {}", where, where.empty() ? "" : ", ", index),
      "split the operations over more slots");
}

Result<void> check(const Single& single) { return check_operation(single.opcode, single.args, "single"); }

Result<void> check(const Packed& packed) { return check_packed(packed, "packed"); }

Result<void> check(const Batch& batch) {
  for (std::size_t index = 0; index < batch.items.size(); ++index) {
    if (fits_at(batch, index)) continue;
    const std::string where = fmt::format("item {}", index);
    if (const auto* single = std::get_if<Single>(&batch.items[index]))
      return check_operation(single->opcode, single->args, where);
    if (const auto* packed = std::get_if<Packed>(&batch.items[index])) return check_packed(*packed, where);
  }
  return {};
}

Result<void> check(const FencedBatch& batch) {
  for (std::size_t index = 0; index < batch.items.size(); ++index) {
    if (fits_at(batch, index)) continue;
    return check_operation(batch.items[index].opcode, batch.items[index].args, fmt::format("item {}", index));
  }
  return {};
}

Result<void> check(const WorkItems& work) {
  for (std::size_t index = 0; index < work.items.size(); ++index) {
    if (fits_at(work, index)) continue;
    return check_operation(work.items[index].opcode, {}, fmt::format("work item {}", index));
  }
  return {};
}

Result<void> check_payloads(std::span<const Words> payloads, std::string_view kind) {
  for (std::size_t index = 0; index < payloads.size(); ++index) {
    if (payloads[index].size() <= protocol::kWindowPayloadWords) continue;
    return fail(ErrorCode::kTooMany,
                fmt::format("window payload has {} words, {} fit beside ticket and class",
                            payloads[index].size(), protocol::kWindowPayloadWords),
                fmt::format("{} payload {}", kind, index), "split the payload over two entries");
  }
  return {};
}

Result<void> check(const Window& window) {
  if (slots_of(window) == 0) return {};  // nothing to publish, so nothing to refuse
  VYRE_CHECK(check_operation(window.opcode, {}, "window"));
  VYRE_CHECK(check_payloads(window.required, "required"));
  return check_payloads(window.lookahead, "lookahead");
}

Result<void> check(const Recorded& recorded) {
  if (recorded.window_required && *recorded.window_required > recorded.slots.size())
    return fail(
        ErrorCode::kBadInput,
        fmt::format("{} required slots in a window of {}", *recorded.window_required, recorded.slots.size()),
        "recorded window", "give at most as many as there are slots");
  for (std::size_t index = 0; index < recorded.slots.size(); ++index) {
    if (fits_at(recorded, index)) continue;
    return check_operation(recorded.slots[index].opcode, {}, fmt::format("recorded slot {}", index));
  }
  return {};
}

}  // namespace

std::uint64_t slot_count(const Descriptor& descriptor) noexcept {
  return std::visit([](const auto& form) { return slots_of(form); }, descriptor);
}

Result<void> validate(const Descriptor& descriptor) {
  return std::visit([](const auto& form) { return check(form); }, descriptor);
}

protocol::Slot encode_slot(const Descriptor& descriptor, std::uint64_t index,
                           protocol::Priority priority) noexcept {
  VYRE_ASSERT(index < slot_count(descriptor));
  std::uint32_t words[protocol::kSlotWords] = {};
  std::visit([&](const auto& form) { write_at(words, form, index, priority); }, descriptor);
  protocol::Slot slot;
  std::memcpy(static_cast<void*>(&slot), words, sizeof(slot));
  return slot;
}

}  // namespace vyre::descriptor
