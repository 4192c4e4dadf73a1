#include "vyre/inspection/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "vyre/descriptor/packed.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/workload/debug_format.hpp"

namespace vyre::inspection {
namespace {

using protocol::Slot;
using protocol::Status;

constexpr std::size_t kTicketArg = 0;
constexpr std::size_t kClassArg = 1;

bool among(const std::vector<std::uint32_t>& list, std::uint32_t value) noexcept {
  return std::ranges::find(list, value) != list.end();
}

bool has_opcode(const std::vector<std::uint32_t>& opcodes, const Slot& slot) noexcept {
  if (among(opcodes, slot.opcode)) return true;
  if (slot.opcode != protocol::kOpPackedSlot) return false;
  const std::uint32_t count = descriptor::packed_count(slot.args);
  for (std::uint32_t k = 0; k < std::min(count, protocol::kPackedMaxOps); ++k)
    if (among(opcodes, descriptor::packed_byte(slot.args,
                                               protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * k)))
      return true;
  return false;
}

}  // namespace

bool SlotFilter::matches(std::uint32_t index, const Slot& slot) const noexcept {
  if (index < first || index > last) return false;
  if (!empty_too && slot.status == static_cast<std::uint32_t>(Status::kEmpty)) return false;
  if (!statuses.empty() && !among(statuses, std::min(slot.status, protocol::kStatusCount))) return false;
  if (!tenants.empty() && !among(tenants, slot.tenant)) return false;
  if (!opcodes.empty() && !has_opcode(opcodes, slot)) return false;
  if (tickets.empty()) return true;
  const bool window =
      window_opcodes.empty() ? protocol::is_custom_opcode(slot.opcode) : among(window_opcodes, slot.opcode);
  return window && among(tickets, slot.args[kTicketArg]);
}

std::vector<std::uint32_t> guess_window_opcodes(const Inspection& inspection) {
  std::unordered_map<std::uint32_t, bool> possible;
  for (std::uint32_t index = 0; index < inspection.slot_count(); ++index) {
    const Slot slot = inspection.slot(index);
    if (!protocol::is_custom_opcode(slot.opcode)) continue;
    const bool classed = slot.args[kClassArg] <= protocol::kWindowLookahead;
    if (const auto known = possible.find(slot.opcode); known != possible.end())
      known->second &= classed;
    else if (possible.size() < kMaxGuessedOpcodes)
      possible.emplace(slot.opcode, classed);
  }
  std::vector<std::uint32_t> opcodes;
  for (const auto& [opcode, windows] : possible)
    if (windows) opcodes.push_back(opcode);
  std::ranges::sort(opcodes);
  return opcodes;
}

Result<std::vector<Window>> windows(const Inspection& inspection, std::span<const std::uint32_t> opcodes) {
  VYRE_TRY(const auto decoded, codec::decode_windows(inspection.buffers.ring, opcodes));
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> lookahead_done;
  for (std::uint32_t index = 0; index < inspection.slot_count(); ++index) {
    const Slot slot = inspection.slot(index);
    if (std::ranges::find(opcodes, slot.opcode) != opcodes.end() &&
        slot.args[kClassArg] == protocol::kWindowLookahead &&
        slot.status == static_cast<std::uint32_t>(Status::kDone))
      ++lookahead_done[{slot.args[kTicketArg], slot.opcode}];
  }
  std::vector<Window> windows;
  windows.reserve(decoded.size());
  for (const auto& window : decoded) {
    const auto done = lookahead_done.find({window.ticket, window.opcode});
    windows.push_back({window, done == lookahead_done.end() ? 0 : done->second});
  }
  return windows;
}

std::vector<Fault> faults(const Inspection& inspection) {
  constexpr auto kFault = static_cast<std::uint32_t>(Status::kFault);
  const auto completions = inspection.words(Buffer::kCompletions);
  const auto slots =
      std::max<std::size_t>(inspection.slot_count(), completions.size() / protocol::kDumpCompletionWords);
  std::vector<Fault> faults;
  for (std::uint32_t index = 0; index < slots; ++index) {
    Fault fault{.slot = index};
    bool faulted = false;
    if (index < inspection.slot_count()) {
      const Slot slot = inspection.slot(index);
      fault.opcode = slot.opcode;
      fault.tenant = slot.tenant;
      faulted = slot.status == kFault;
    }
    if (const std::size_t word = std::size_t{index} * protocol::kDumpCompletionWords;
        word < completions.size() && protocol::completion_status(completions[word]) == kFault) {
      faulted = true;
      fault.code = protocol::completion_fault(completions[word]);
      fault.detail = completions[word + 1];
    }
    if (faulted) faults.push_back(fault);
  }
  return faults;
}

std::string reason_text(const Fault& fault, const Names& names) {
  if (fault.code == protocol::FaultCode::kNone) return "the reason is not known: no completion tells it";
  return fault_text(fault.code, fault.detail, names);
}

std::string debug_line(const Inspection& inspection, const codec::DebugRecord& record) {
  return workload::format_debug_line(
      inspection.buffers.formats,
      {.format = record.format, .a = record.args[0], .b = record.args[1], .slot = record.slot()});
}

}  // namespace vyre::inspection
