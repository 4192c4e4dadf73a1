#include "render_slots.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "render.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli {
namespace {

using protocol::ArgKind;
using protocol::Slot;
using Json = nlohmann::ordered_json;
using Args = std::span<const std::uint32_t>;

Slot slot_at(std::span<const std::uint32_t> ring, std::size_t index) {
  std::array<std::uint32_t, protocol::kSlotWords> words;
  std::ranges::copy(ring.subspan(index * protocol::kSlotWords, protocol::kSlotWords), words.begin());
  return std::bit_cast<Slot>(words);
}

std::string argument_text(const protocol::ArgInfo& info, std::uint32_t value) {
  if (info.kind == ArgKind::kWord) return fmt::format(" {}={}", info.name, word_text(value));
  if (info.kind == ArgKind::kObservable)
    return fmt::format(" {}={}({})", info.name, protocol::kObservableName, value);
  return fmt::format(" {}={}", info.name, value);
}

std::string operation_text(std::uint32_t opcode, Args args) {
  const auto* info = protocol::find_opcode(opcode);
  std::string text = opcode_text(opcode);
  const std::size_t named = info != nullptr ? std::min<std::size_t>(info->arg_count, args.size()) : 0;
  for (std::size_t i = 0; i < named; ++i) text += argument_text(info->args[i], args[i]);
  std::size_t used = args.size();
  while (used > named && args[used - 1] == 0) --used;
  for (std::size_t i = named; i < used; ++i) text += fmt::format(" {}", args[i]);
  return text;
}

std::uint32_t byte_of(Args args, std::size_t index) {
  return index / 4 < args.size() ? (args[index / 4] >> (8 * (index % 4))) & 0xFF : 0;
}

/// Packed metadata may say anything, so every offset is checked.
std::string packed_text(Args args) {
  const std::uint32_t count = byte_of(args, 0);
  if (count > protocol::kPackedMaxOps) return fmt::format("packed_slot malformed: {} operations", count);
  const std::uint32_t area = protocol::packed_args_word(count);
  const std::uint32_t total = byte_of(args, 1);
  std::string text = "packed_slot";
  for (std::uint32_t k = 0; k < count; ++k) {
    const std::size_t meta = protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * k;
    const std::uint32_t first = byte_of(args, meta + 1);
    const std::uint32_t end = k + 1 < count ? byte_of(args, meta + 3) : total;
    Args own;
    if (first <= end && area + end <= args.size()) own = args.subspan(area + first, end - first);
    text += fmt::format("{} {}", k == 0 ? ":" : ";", operation_text(byte_of(args, meta), own));
  }
  return text;
}

std::string priority_text(std::uint32_t priority) {
  return priority < protocol::kPriorityCount ? std::string(protocol::kPriorityNames[priority])
                                             : fmt::format("{}", priority);
}

}  // namespace

std::string word_text(std::uint32_t word) {
  if (word >= protocol::kObservableWord)
    return fmt::format("{}({})", protocol::kObservableName, word - protocol::kObservableWord);
  for (const auto& words : protocol::kControlNames)
    if (word >= words.first && word - words.first < words.count)
      return words.count == 1 ? std::string(words.name)
                              : fmt::format("{}({})", words.name, word - words.first);
  return fmt::format("word({})", word);
}

std::string operation_text(const Slot& slot) {
  return slot.opcode == protocol::kOpPackedSlot ? packed_text(slot.args)
                                                : operation_text(slot.opcode, slot.args);
}

std::string render_slots(std::span<const std::uint32_t> ring) {
  std::string text = "   slot  status     tenant  priority  operation\n";
  for (std::size_t index = 0; index < ring.size() / protocol::kSlotWords; ++index) {
    const Slot slot = slot_at(ring, index);
    if (slot.status == static_cast<std::uint32_t>(protocol::Status::kEmpty)) continue;
    text += fmt::format("{:7}  {:9}  {:6}  {:8}  {}\n", index, protocol::status_name(slot.status),
                        slot.tenant, priority_text(slot.priority), operation_text(slot));
  }
  return text;
}

Json slots_json(std::span<const std::uint32_t> ring) {
  Json list = Json::array();
  for (std::size_t index = 0; index < ring.size() / protocol::kSlotWords; ++index) {
    const Slot slot = slot_at(ring, index);
    if (slot.status == static_cast<std::uint32_t>(protocol::Status::kEmpty)) continue;
    list.push_back({{"slot", index},
                    {"status", std::string(protocol::status_name(slot.status))},
                    {"opcode", slot.opcode},
                    {"opcode_name", opcode_text(slot.opcode)},
                    {"tenant", slot.tenant},
                    {"priority", slot.priority},
                    {"args", slot.args},
                    {"text", operation_text(slot)}});
  }
  return list;
}

}  // namespace vyre::cli
