#include "vyre/inspection/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::inspection {
namespace {

using protocol::ArgKind;
using Args = std::span<const std::uint32_t>;

auto end_of(std::string& text) { return std::back_inserter(text); }

void append_opcode(std::string& text, std::uint32_t opcode, const Names& names) {
  const auto* info = protocol::find_opcode(opcode);
  if (info != nullptr)
    text += info->name;
  else if (const auto name = names.handler(opcode); !name.empty())
    text += name;
  else
    fmt::format_to(end_of(text), "opcode 0x{:x}", opcode);
}

void append_word(std::string& text, std::uint32_t word) {
  if (word >= protocol::kObservableWord) {
    fmt::format_to(end_of(text), "{}({})", protocol::kObservableName, word - protocol::kObservableWord);
    return;
  }
  for (const auto& words : protocol::kControlNames) {
    if (word < words.first || word - words.first >= words.count) continue;
    text += words.name;
    if (words.count > 1) fmt::format_to(end_of(text), "({})", word - words.first);
    return;
  }
}

void append_argument(std::string& text, const protocol::ArgInfo& info, std::uint32_t value) {
  text += ' ';
  text += info.name;
  text += '=';
  if (info.kind == ArgKind::kWord)
    append_word(text, value);
  else if (info.kind == ArgKind::kObservable)
    fmt::format_to(end_of(text), "{}({})", protocol::kObservableName, value);
  else
    fmt::format_to(end_of(text), "{}", value);
}

void append_one(std::string& text, std::uint32_t opcode, Args args, const Names& names) {
  const auto* info = protocol::find_opcode(opcode);
  append_opcode(text, opcode, names);
  const std::size_t named = info != nullptr ? std::min<std::size_t>(info->arg_count, args.size()) : 0;
  for (std::size_t i = 0; i < named; ++i) append_argument(text, info->args[i], args[i]);
  std::size_t used = args.size();
  while (used > named && args[used - 1] == 0) --used;
  for (std::size_t i = named; i < used; ++i) fmt::format_to(end_of(text), " {}", args[i]);
}

std::uint32_t byte_of(Args args, std::size_t index) {
  return index / 4 < args.size() ? (args[index / 4] >> (8 * (index % 4))) & 0xFF : 0;
}

/// Packed metadata may say anything, so every offset is checked.
void append_packed(std::string& text, Args args, const Names& names) {
  const std::uint32_t count = byte_of(args, 0);
  text += "packed_slot";
  if (count > protocol::kPackedMaxOps) {
    fmt::format_to(end_of(text), " malformed: {} operations", count);
    return;
  }
  const std::uint32_t area = protocol::packed_args_word(count);
  const std::uint32_t total = byte_of(args, 1);
  for (std::uint32_t k = 0; k < count; ++k) {
    const std::size_t meta = protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * k;
    const std::uint32_t first = byte_of(args, meta + 1);
    const std::uint32_t end = k + 1 < count ? byte_of(args, meta + 3) : total;
    Args own;
    if (first <= end && area + end <= args.size()) own = args.subspan(area + first, end - first);
    text += k == 0 ? ": " : "; ";
    append_one(text, byte_of(args, meta), own, names);
  }
}

}  // namespace

std::string opcode_text(std::uint32_t opcode, const Names& names) {
  std::string text;
  append_opcode(text, opcode, names);
  return text;
}

std::string tenant_text(std::uint32_t tenant, const Names& names) {
  const auto name = names.tenant(tenant);
  return name.empty() ? std::to_string(tenant) : fmt::format("{} ({})", tenant, name);
}

std::string word_text(std::uint32_t word) {
  std::string text;
  append_word(text, word);
  return text;
}

std::string priority_text(std::uint32_t priority) {
  return priority < protocol::kPriorityCount ? std::string(protocol::kPriorityNames[priority])
                                             : fmt::format("{}", priority);
}

void append_operation(std::string& text, const protocol::Slot& slot, const Names& names) {
  if (slot.opcode == protocol::kOpPackedSlot)
    append_packed(text, slot.args, names);
  else
    append_one(text, slot.opcode, slot.args, names);
}

std::string operation_text(const protocol::Slot& slot, const Names& names) {
  std::string text;
  append_operation(text, slot, names);
  return text;
}

std::string fault_text(protocol::FaultCode code, std::uint32_t detail, const Names& names) {
  using protocol::FaultCode;
  const auto* info = protocol::find_fault(code);
  if (info == nullptr)
    return fmt::format("fault code {}, detail {}", static_cast<std::uint32_t>(code), detail);
  const bool opcode = code == FaultCode::kUnknownOpcode || code == FaultCode::kLoopCut;
  if (!opcode) return fmt::format("{} {}", info->reason, detail);
  const auto name = names.handler(detail);
  return name.empty() ? fmt::format("{} 0x{:x}", info->reason, detail)
                      : fmt::format("{} 0x{:x} ({})", info->reason, detail, name);
}

}  // namespace vyre::inspection
