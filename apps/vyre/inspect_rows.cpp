#include <algorithm>
#include <string>

#include "inspect_view.hpp"
#include "io_slot.hpp"
#include "vyre/codec/debug_log.hpp"
#include "vyre/descriptor/packed.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli {
namespace {

using inspection::Buffer;
using inspection::Inspection;
using Args = std::span<const std::uint32_t>;

/// {"value": 42, "to": 163}: the words as they are, under the names that the opcode table gives them.
void add_arguments(Rows& rows, std::uint32_t opcode, Args args) {
  const auto* info = protocol::find_opcode(opcode);
  if (info == nullptr || info->arg_count == 0) return;
  rows.begin_object("arguments");
  for (std::size_t i = 0; i < std::min<std::size_t>(info->arg_count, args.size()); ++i)
    rows.number(info->args[i].name, args[i]);
  rows.end_object();
}

void add_packed(Rows& rows, const protocol::Slot& slot, const inspection::Names& names) {
  const auto unpacked = descriptor::unpack(slot);
  if (!unpacked) return rows.none("operations");
  rows.begin_array("operations");
  for (std::uint32_t k = 0; k < unpacked->count; ++k) {
    const auto& operation = unpacked->operations[k];
    const auto own = std::span(operation.args).first(operation.arg_count);
    rows.begin_object("");
    rows.number("opcode", operation.opcode);
    rows.text("opcode_name", inspection::opcode_text(operation.opcode, names));
    rows.words("args", own);
    add_arguments(rows, operation.opcode, own);
    rows.end_object();
  }
  rows.end_array();
}

void list_slots(const Inspection& inspection, const InspectView& view, Rows& rows) {
  rows.begin_list("slots", "slot");
  for (std::uint32_t index = view.filter.first; index < inspection.slot_count() && index <= view.filter.last;
       ++index) {
    const protocol::Slot slot = inspection.slot(index);
    if (!view.filter.matches(index, slot)) continue;
    rows.begin_row();
    add_slot(rows, index, slot, view.names);
    rows.end_row();
  }
  rows.end_list();
}

void list_words(const Inspection& inspection, const InspectView& view, Rows& rows) {
  rows.begin_list("words", "word");
  for (const WordSpan& span : *view.words)
    for (std::uint32_t word = span.first; word <= span.last; ++word) {
      rows.begin_row();
      rows.text("name", name_of(span, word));
      rows.number("word", word);
      rows.number("value", inspection.words(span.buffer)[word]);
      rows.end_row();
    }
  rows.end_list();
}

Result<void> list_windows(const Inspection& inspection, const InspectView& view, Rows& rows) {
  VYRE_TRY(const auto windows, inspection::windows(inspection, view.window_opcodes));
  rows.begin_list("windows", "window");
  for (const auto& [window, lookahead_done] : windows) {
    rows.begin_row();
    rows.number("ticket", window.ticket);
    add_tenant(rows, window.tenant_id, view.names);
    rows.number("opcode", window.opcode);
    rows.text("opcode_name", inspection::opcode_text(window.opcode, view.names));
    rows.number("required_slots", window.required_slots);
    rows.number("required_done", window.required_done);
    rows.number("lookahead_slots", window.lookahead_slots);
    rows.number("lookahead_done", lookahead_done);
    rows.number("published", window.published);
    rows.number("claimed", window.claimed);
    rows.number("done", window.done);
    rows.number("wait_io", window.wait_io);
    rows.number("yield", window.yield);
    rows.number("requeue", window.requeue);
    rows.number("fault", window.fault);
    rows.flag("usable", window.usable());
    rows.flag("guessed", view.guessed_windows);
    rows.end_row();
  }
  rows.end_list();
  return {};
}

void list_faults(const Inspection& inspection, const InspectView& view, Rows& rows) {
  rows.begin_list("faults", "fault");
  for (const auto& fault : inspection::faults(inspection)) {
    const auto* info = protocol::find_fault(fault.code);
    rows.begin_row();
    rows.number("slot_idx", fault.slot);
    add_tenant(rows, fault.tenant, view.names);
    rows.number("opcode", fault.opcode);
    rows.text("opcode_name", inspection::opcode_text(fault.opcode, view.names));
    rows.text("reason", info != nullptr ? info->name : "unknown");
    rows.number("code", static_cast<std::uint32_t>(fault.code));
    rows.number("detail", fault.detail);
    rows.text("text", inspection::reason_text(fault, view.names));
    rows.end_row();
  }
  rows.end_list();
}

Result<void> list_debug_lines(const Inspection& inspection, Rows& rows) {
  VYRE_TRY(const auto log, codec::decode_debug_log(inspection.words(Buffer::kDebugLog)));
  rows.begin_list("debug_log", "debug_line");
  for (std::size_t index = 0; index < log.records.size(); ++index) {
    const auto& record = log.records[index];
    rows.begin_row();
    rows.number("record", index);
    rows.number("slot_idx", record.slot());
    rows.number("format", record.format);
    rows.words("args", record.args);
    rows.text("text", inspection::debug_line(inspection, record));
    rows.end_row();
  }
  rows.end_list();
  return {};
}

void list_io_requests(const Inspection& inspection, Rows& rows) {
  const auto queue = inspection.words(Buffer::kIoQueue);
  rows.begin_list("io_queue", "io_request");
  for (std::size_t slot = 0; slot < queue.size() / protocol::kIoSlotWords; ++slot) {
    const auto entry = decode_io_slot(queue.subspan(slot * protocol::kIoSlotWords, protocol::kIoSlotWords));
    rows.begin_row();
    rows.number("slot", slot);
    rows.number("op_type", entry.op);
    rows.text("op_name", entry.operation);
    rows.number("src_handle", entry.src_handle);
    rows.number("dst_handle", entry.dst_handle);
    rows.number("offset", entry.offset);
    rows.number("byte_count", entry.byte_count);
    rows.text("status", entry.status);
    rows.number("status_word", entry.status_word);
    rows.number("tag", entry.tag);
    rows.end_row();
  }
  rows.end_list();
}

/// Where a snapshot comes from changes from run to run.
void add_head(const Inspection& inspection, const InspectView& view, Rows& rows) {
  rows.begin_document("vyre.inspect/1");
  rows.text("file", inspection.file);
  rows.text("content", inspection::to_string(inspection.content));
  if (!view.stable && !inspection.buffers.metadata.empty()) {
    rows.begin_object("metadata");
    for (const auto& [name, value] : inspection.buffers.metadata) rows.text(name, value);
    rows.end_object();
  }
  rows.end_head();
}

}  // namespace

void add_tenant(Rows& rows, std::uint32_t tenant, const inspection::Names& names) {
  rows.number("tenant_id", tenant);
  // In every row or in none, as CSV wants it.
  if (names.tenants.empty()) return;
  if (const auto name = names.tenant(tenant); !name.empty())
    rows.text("tenant_name", name);
  else
    rows.none("tenant_name");
}

void add_slot(Rows& rows, std::uint32_t index, const protocol::Slot& slot, const inspection::Names& names) {
  const auto* info = protocol::find_opcode(slot.opcode);
  rows.number("slot_idx", index);
  rows.text("status", protocol::status_name(slot.status));
  rows.number("status_word", slot.status);
  rows.number("opcode", slot.opcode);
  if (info != nullptr)
    rows.text("opcode_name", info->name);
  else
    rows.text("opcode_name", inspection::opcode_text(slot.opcode, names));
  add_tenant(rows, slot.tenant, names);
  rows.number("priority", slot.priority);
  rows.words("args", slot.args);
  rows.text("text", inspection::operation_text(slot, names));
  if (slot.opcode == protocol::kOpPackedSlot)
    add_packed(rows, slot, names);
  else
    add_arguments(rows, slot.opcode, slot.args);
}

Result<void> render_inspection(const Inspection& inspection, const InspectFacts& facts,
                               const InspectView& view, Rows& rows) {
  add_head(inspection, view, rows);
  if (view.slots) list_slots(inspection, view, rows);
  if (view.words) list_words(inspection, view, rows);
  if (view.windows) VYRE_CHECK(list_windows(inspection, view, rows));
  if (view.faults) list_faults(inspection, view, rows);
  if (view.debug_lines) VYRE_CHECK(list_debug_lines(inspection, rows));
  if (view.io_requests) list_io_requests(inspection, rows);
  if (view.records) VYRE_CHECK(render_records(inspection, view, rows));
  if (view.summary) render_summary_rows(facts, view, rows);
  rows.end_document();
  return {};
}

}  // namespace vyre::cli
