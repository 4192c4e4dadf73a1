#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "inspect_view.hpp"
#include "io_slot.hpp"
#include "vyre/codec/debug_log.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

using inspection::Buffer;
using inspection::Inspection;

void heading(const TextTarget& target, std::string_view text) {
  target.out.write(fmt::format("\n{}\n", target.style.paint(Paint::kStrong, text)));
}

/// The tenants' names as a column of a table, padded once and not for each of a million slots.
class NameColumn {
 public:
  explicit NameColumn(const inspection::Names& names) {
    constexpr std::size_t kMost = 24;
    std::size_t width = 0;
    for (const auto& tenant : names.tenants) width = std::max(width, std::min(tenant.second.size(), kMost));
    for (const auto& [id, name] : names.tenants)
      padded_.tenants.emplace(id, fmt::format(" {:{}}", name, width));
    if (width > 0) blank_.assign(width + 1, ' ');
  }
  /// Nothing where no tenant has a name.
  [[nodiscard]] std::string_view blank() const noexcept { return blank_; }
  [[nodiscard]] std::string_view of(std::uint32_t tenant) const {
    if (blank_.empty()) return {};
    const auto name = padded_.tenant(tenant);
    return name.empty() ? blank_ : name;
  }

 private:
  inspection::Names padded_;
  std::string blank_;
};

void list_slots(const Inspection& inspection, const InspectView& view, const TextTarget& target) {
  const NameColumn names(view.names);
  heading(target, fmt::format("   slot  status     tenant{}  priority  operation", names.blank()));
  std::uint64_t shown = 0;
  std::string line;
  const std::uint32_t end =
      std::min(inspection.slot_count(), view.filter.last == UINT32_MAX ? UINT32_MAX : view.filter.last + 1);
  for (std::uint32_t index = view.filter.first; index < end; ++index) {
    const protocol::Slot slot = inspection.slot(index);
    if (!view.filter.matches(index, slot)) continue;
    ++shown;
    line.clear();
    fmt::format_to(std::back_inserter(line), "{:7}  {:9}  {:6}{}  {:8}  ", index,
                   protocol::status_name(slot.status), slot.tenant, names.of(slot.tenant),
                   inspection::priority_text(slot.priority));
    inspection::append_operation(line, slot, view.names);
    line += '\n';
    target.out.write(line);
  }
  if (shown == 0) target.out.write("no slot is like that\n");
}

void list_words(const Inspection& inspection, const InspectView& view, const TextTarget& target) {
  const bool all_control =
      std::ranges::all_of(*view.words, [](const WordSpan& span) { return span.buffer == Buffer::kControl; });
  heading(target, all_control ? "control words" : "words");
  for (const WordSpan& span : *view.words)
    for (std::uint32_t word = span.first; word <= span.last; ++word) {
      const std::uint32_t value = inspection.words(span.buffer)[word];
      target.out.write(fmt::format("{} = {} (0x{:x})\n", name_of(span, word), value, value));
    }
}

Result<void> list_windows(const Inspection& inspection, const InspectView& view, const TextTarget& target) {
  VYRE_TRY(const auto windows, inspection::windows(inspection, view.window_opcodes));
  heading(target, "windows");
  if (view.guessed_windows && !windows.empty())
    target.out.write(
        "(a guess: custom opcodes whose second argument is always 0 or 1; --window-opcode names them)\n");
  for (const auto& [window, lookahead_done] : windows) {
    std::string text =
        fmt::format("ticket {}, {}, tenant {}: required {} of {} done, lookahead {} of {} done",
                    window.ticket, inspection::opcode_text(window.opcode, view.names),
                    inspection::tenant_text(window.tenant_id, view.names), window.required_done,
                    window.required_slots, lookahead_done, window.lookahead_slots);
    for (const auto& [count, name] :
         {std::pair(window.published, "published"), std::pair(window.claimed, "claimed"),
          std::pair(window.wait_io, "wait_io"), std::pair(window.yield, "yield"),
          std::pair(window.requeue, "requeue"), std::pair(window.fault, "fault")})
      if (count > 0) text += fmt::format(", {} {}", count, name);
    target.out.write(fmt::format("{}: {}\n", text,
                                 window.usable() ? target.style.paint(Paint::kGood, "usable")
                                                 : target.style.paint(Paint::kCaution, "not usable yet")));
  }
  if (windows.empty()) target.out.write("none\n");
  return {};
}

void list_faults(const Inspection& inspection, const InspectView& view, const TextTarget& target) {
  const auto faults = inspection::faults(inspection);
  heading(target, "faults");
  for (const auto& fault : faults) {
    const std::string who =
        inspection.has(Buffer::kRing)
            ? fmt::format(", tenant {}, {}", inspection::tenant_text(fault.tenant, view.names),
                          inspection::opcode_text(fault.opcode, view.names))
            : "";
    target.out.write(
        fmt::format("slot {}{}: {}\n", fault.slot, who,
                    target.style.paint(Paint::kBad, inspection::reason_text(fault, view.names))));
  }
  if (faults.empty()) target.out.write("none\n");
}

Result<void> list_debug_lines(const Inspection& inspection, const TextTarget& target) {
  VYRE_TRY(const auto log, codec::decode_debug_log(inspection.words(Buffer::kDebugLog)));
  heading(target, "debug log");
  for (const auto& record : log.records)
    target.out.write(fmt::format("| {}\n", printable(inspection::debug_line(inspection, record))));
  if (log.lost > 0) target.out.write(fmt::format("| {} lost\n", plural(log.lost, "record")));
  if (log.records.empty() && log.lost == 0) target.out.write("empty\n");
  return {};
}

void list_io_requests(const Inspection& inspection, const TextTarget& target) {
  const auto queue = inspection.words(Buffer::kIoQueue);
  heading(target, "IO queue");
  bool any = false;
  for (std::size_t slot = 0; slot < queue.size() / protocol::kIoSlotWords; ++slot) {
    const auto words = queue.subspan(slot * protocol::kIoSlotWords, protocol::kIoSlotWords);
    if (std::ranges::all_of(words, [](std::uint32_t word) { return word == 0; })) continue;
    any = true;
    const auto entry = decode_io_slot(words);
    target.out.write(fmt::format("slot {}: {}, {} {} from handle {} at byte {} to handle {}, tag {}\n", slot,
                                 entry.status, entry.operation, bytes_text(entry.byte_count),
                                 entry.src_handle, entry.offset, entry.dst_handle, entry.tag));
  }
  if (!any) target.out.write("empty\n");
}

}  // namespace

Result<void> render_inspection(const Inspection& inspection, const InspectFacts& facts,
                               const InspectView& view, const TextTarget& target) {
  if (view.summary) render_summary_text(inspection, facts, view, target);
  if (view.map && facts.summary && facts.summary->occupancy)
    render_map(inspection, *facts.summary->occupancy, target);
  if (view.slots) list_slots(inspection, view, target);
  if (view.words) list_words(inspection, view, target);
  if (view.windows) VYRE_CHECK(list_windows(inspection, view, target));
  if (view.faults) list_faults(inspection, view, target);
  if (view.debug_lines) VYRE_CHECK(list_debug_lines(inspection, target));
  if (view.io_requests) list_io_requests(inspection, target);
  if (view.records) VYRE_CHECK(render_records(inspection, view, target));
  return {};
}

}  // namespace vyre::cli
