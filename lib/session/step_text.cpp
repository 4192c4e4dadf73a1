#include "session/step_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "vyre/descriptor/descriptor.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/descriptor/packed.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::session {

namespace {

using protocol::Slot;
using recording::PublicationForm;
using recording::PublicationRecord;

template <class... Values>
void put(std::string& out, fmt::format_string<Values...> format, Values&&... values) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Values>(values)...);
}

/// Arguments up to the last that is not 0.
std::size_t used(std::span<const std::uint32_t> args) {
  std::size_t count = args.size();
  while (count > 0 && args[count - 1] == 0) --count;
  return count;
}

bool same_tenant(std::span<const Slot> slots) {
  return std::ranges::all_of(slots, [&](const Slot& slot) { return slot.tenant == slots[0].tenant; });
}

bool is_fenced_batch(const PublicationRecord& publication) {
  const auto& fence = publication.slots.back();
  return publication.form == PublicationForm::kFencedBatch && same_tenant(publication.slots) &&
         fence.opcode == protocol::kOpBatchFence && fence.args[0] == publication.slots.size() - 1 &&
         used(fence.args) <= 2;
}

bool is_work_items(const PublicationRecord& publication) {
  return publication.form == PublicationForm::kWorkItems && same_tenant(publication.slots) &&
         std::ranges::all_of(publication.slots, [](const Slot& slot) { return used(slot.args) <= 3; });
}

bool is_window(const PublicationRecord& publication) {
  if (publication.form != PublicationForm::kWindow || !same_tenant(publication.slots)) return false;
  for (std::size_t i = 0; i < publication.slots.size(); ++i) {
    const auto& slot = publication.slots[i];
    const auto kind =
        i < publication.window_required ? protocol::kWindowRequired : protocol::kWindowLookahead;
    if (slot.opcode != publication.slots[0].opcode || slot.args[0] != publication.window_ticket ||
        slot.args[1] != kind)
      return false;
  }
  return true;
}

/// The key of a step that asks for a resource; none for slots that no such step makes.
std::optional<std::string_view> load_key(const recording::RunRecord& run,
                                         const PublicationRecord& publication) {
  const auto& slot = publication.slots[0];
  if (publication.slots.size() != 1 || slot.opcode != protocol::kOpLoadMiss ||
      slot.tenant != protocol::kSystemTenant || slot.args[0] >= run.resources.size() || used(slot.args) > 2)
    return std::nullopt;
  switch (static_cast<descriptor::LoadMode>(slot.args[1])) {
    case descriptor::LoadMode::kLoad: return "load";
    case descriptor::LoadMode::kPrefetch: return "prefetch";
    case descriptor::LoadMode::kWriteBack: return "write_back";
  }
  return std::nullopt;
}

/// Whether a `scan` step makes the slot, be it one that the loader takes only unchecked.
bool is_scan(const PublicationRecord& publication) {
  const auto& slot = publication.slots[0];
  return publication.form == PublicationForm::kSingle && publication.slots.size() == 1 &&
         slot.opcode == protocol::kOpScan && slot.args[0] == 0 && slot.args[1] == 0 && used(slot.args) <= 9;
}

std::string range_text(const PublicationRecord& publication) {
  if (publication.slots.size() == 1) return fmt::format("slot {}", publication.first_slot);
  return fmt::format("slots {} to {}", publication.first_slot,
                     std::uint64_t{publication.first_slot} + publication.slots.size() - 1);
}

}  // namespace

StepText::StepText(const recording::RunRecord& run) : run_(run), tenants_{protocol::kSystemTenant} {
  for (const auto& handler : run.handlers) handlers_[handler.opcode] = handler.name;
  for (const auto& tenant : run.tenants) tenants_.insert(tenant.id);
}

Result<void> StepText::check(const PublicationRecord& publication) const {
  if (publication.slots.size() > run_.slot_count ||
      publication.first_slot > run_.slot_count - publication.slots.size())
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} in a ring of {} slots", range_text(publication), run_.slot_count), "",
                "give the ring more with --slots");
  if (load_key(run_, publication)) return {};
  for (const auto& slot : publication.slots)
    if (!protocol::is_publishable_opcode(slot.opcode))
      return fail(ErrorCode::kUnsupported,
                  fmt::format("a slot of opcode 0x{:08X}, which no workload may publish", slot.opcode), "",
                  "cut the log to the other opcodes first");
  return {};
}

Result<std::optional<std::uint32_t>> StepText::priority_of(const PublicationRecord& publication) const {
  // Such slots say critical wherever they lie.
  if (load_key(run_, publication)) return std::optional<std::uint32_t>{};
  const std::uint32_t priority = publication.slots[0].priority;
  const bool same =
      std::ranges::all_of(publication.slots, [&](const Slot& slot) { return slot.priority == priority; });
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorCode::kUnsupported, fmt::format("{} with {}", range_text(publication), what), "",
                "replay the log: a workload asks for a priority by its partition of the ring");
  };
  if (!same) return refuse("several values of PRIORITY");
  if (priority >= protocol::kPriorityCount) return refuse(fmt::format("the unknown PRIORITY {}", priority));
  const bool is_normal = priority == static_cast<std::uint32_t>(protocol::Priority::kNormal);
  if (is_normal && !publication.in_partition) return std::optional<std::uint32_t>{};
  const auto offsets = protocol::priority_offsets(run_.slot_count);
  const bool inside = publication.first_slot >= offsets[priority] &&
                      publication.first_slot + publication.slots.size() <= offsets[priority + 1];
  if (!inside && is_normal) return std::optional<std::uint32_t>{};
  if (!inside)
    return refuse(fmt::format("PRIORITY {} outside its partition", protocol::kPriorityNames[priority]));
  return std::optional(priority);
}

Result<void> StepText::append(std::string& out, const PublicationRecord& publication, bool async,
                              std::string& remark) {
  VYRE_CHECK(check(publication));
  VYRE_TRY(const auto priority, priority_of(publication));
  const bool one_tenant = same_tenant(publication.slots);
  unchecked_ = std::ranges::any_of(publication.slots,
                                   [&](const Slot& slot) { return !tenants_.contains(slot.tenant); });
  std::string text;
  body(text, publication, remark);
  if (!remark.empty()) put(out, "  # {}\n", remark);
  out += text;
  if (one_tenant && publication.slots[0].tenant != protocol::kSystemTenant)
    put(out, "    tenant: {}\n", publication.slots[0].tenant);
  if (priority) put(out, "    priority: {}\n", protocol::kPriorityNames[*priority]);
  put(out, "    slot: {}\n", publication.first_slot);
  if (async) out += "    async: true\n";
  if (unchecked_) out += "    unchecked: true\n";
  return {};
}

void StepText::body(std::string& out, const PublicationRecord& publication, std::string& remark) {
  const Slots slots = publication.slots;
  if (const auto key = load_key(run_, publication)) return put(out, "  - {}: {}\n", *key, slots[0].args[0]);
  if (is_fenced_batch(publication)) return fenced_batch(out, slots);
  if (is_work_items(publication)) return work_items(out, slots);
  if (is_window(publication)) return window(out, publication);
  if (is_scan(publication)) return scan(out, slots[0]);
  if (publication.form == PublicationForm::kWindow)
    remark =
        fmt::format("window {}, whose slots are no window's, stands as a batch", publication.window_ticket);
  if (slots.size() > 1 || publication.form == PublicationForm::kBatch)
    return batch(out, slots, same_tenant(slots), remark);
  out += "  - ";
  slot(out, slots[0], "    ", remark);
}

void StepText::scan(std::string& out, const Slot& slot) {
  const auto scan = descriptor::Scan::from_args(slot.args);
  const std::uint64_t arena_bytes = 4 * std::uint64_t{run_.arena_words};
  const auto leaves = [&](std::uint64_t at, std::uint64_t bytes) {
    return at > arena_bytes || bytes > arena_bytes - at;
  };
  const auto byte_of = [](std::uint32_t word) { return 4 * std::uint64_t{word}; };
  const std::uint64_t found_bytes =
      4 * (protocol::kScanResultHeadWords + std::uint64_t{protocol::kScanMatchWords} * scan.most);
  unchecked_ = unchecked_ || scan.table >= run_.scan_rules.size() ||
               scan.at % protocol::kScanAlignment != 0 || scan.bytes > protocol::kMaxScanBytes ||
               leaves(scan.at, scan.bytes) || leaves(byte_of(scan.results), found_bytes) ||
               (scan.entry != 0 && leaves(byte_of(scan.entry), 4)) ||
               (scan.exit != 0 && leaves(byte_of(scan.exit), 4));
  out += "  - scan: {table: ";
  if (scan.table < run_.scan_rules.size() && !run_.scan_rules[scan.table].name.empty())
    out += run_.scan_rules[scan.table].name;
  else
    put(out, "{}", scan.table);
  put(out, ", at: {}, bytes: {}, results: {}", scan.at, scan.bytes, byte_of(scan.results));
  if (scan.most != 0) put(out, ", most: {}", scan.most);
  if (scan.entry != 0) put(out, ", entry: {}", byte_of(scan.entry));
  if (scan.exit != 0) put(out, ", exit: {}", byte_of(scan.exit));
  out += "}\n";
}

void StepText::batch(std::string& out, Slots slots, bool one_tenant, std::string& remark) {
  out += "  - batch:\n";
  for (const auto& item : slots) {
    out += "      - ";
    slot(out, item, "        ", remark);
    if (!one_tenant) put(out, "        tenant: {}\n", item.tenant);
  }
}

void StepText::fenced_batch(std::string& out, Slots slots) {
  put(out, "  - fenced_batch:\n      tag: {}\n", slots.back().args[1]);
  if (slots.size() == 1) {
    out += "      items: []\n";
    return;
  }
  out += "      items:\n";
  for (const auto& item : slots.first(slots.size() - 1)) {
    out += "        - ";
    operation(out, item.opcode, item.args, "\n          ");
    out += '\n';
  }
}

void StepText::work_items(std::string& out, Slots slots) {
  out += "  - work_items:\n";
  for (const auto& item : slots) {
    const bool served = handlers_.contains(item.opcode) || protocol::is_builtin_opcode(item.opcode);
    unchecked_ = unchecked_ || !served || item.opcode == protocol::kOpPackedSlot;
    put(out, "      - {{opcode: {:#x}, input: {}, output: {}, param: {}}}\n", item.opcode, item.args[0],
        item.args[1], item.args[2]);
  }
}

void StepText::window(std::string& out, const PublicationRecord& publication) {
  const Slots slots = publication.slots;
  const std::uint32_t opcode = slots[0].opcode;
  unchecked_ = unchecked_ || opcode == protocol::kOpPackedSlot ||
               (protocol::is_custom_opcode(opcode) && !handlers_.contains(opcode));
  put(out, "  - window:\n      opcode: {:#x}\n      ticket: {}\n", opcode, publication.window_ticket);
  const auto payloads = [&](const char* name, Slots some) {
    if (some.empty()) return;
    put(out, "      {}:\n", name);
    for (const auto& one : some) {
      const auto payload = Args(one.args).subspan(protocol::kWindowHeaderArgs);
      put(out, "        - [{}]\n", fmt::join(payload.first(used(payload)), ", "));
    }
  };
  const std::size_t required = std::min<std::size_t>(publication.window_required, slots.size());
  payloads("required", slots.first(required));
  payloads("lookahead", slots.subspan(required));
}

void StepText::slot(std::string& out, const Slot& slot, const char* indent, std::string& remark) {
  if (slot.opcode == protocol::kOpPackedSlot) {
    if (packed(out, slot)) return;
    remark = "a packed slot that no list of operations gives: its words as they are";
  }
  operation(out, slot.opcode, slot.args, fmt::format("\n{}", indent).c_str());
  out += '\n';
}

bool StepText::packed(std::string& out, const Slot& slot) {
  const std::uint32_t count = descriptor::packed_count(slot.args);
  const std::uint32_t total = descriptor::packed_total_args(slot.args);
  const std::uint32_t first = protocol::packed_args_word(count);
  if (count == 0 || count > protocol::kPackedMaxOps || first + total > protocol::kArgWords) return false;
  std::array<descriptor::PackedOperation, protocol::kPackedMaxOps> operations;
  const auto offset = [&](std::uint32_t i) {
    return i == count ? total : descriptor::packed_byte(slot.args, protocol::kPackedHeaderBytes + 2 * i + 1);
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    if (offset(i + 1) < offset(i) || offset(i + 1) > total) return false;
    operations[i] = {.opcode = static_cast<std::uint8_t>(
                         descriptor::packed_byte(slot.args, protocol::kPackedHeaderBytes + 2 * i)),
                     .args = Args(slot.args).subspan(first + offset(i), offset(i + 1) - offset(i))};
  }
  const descriptor::Descriptor again =
      descriptor::Packed{.tenant = slot.tenant, .operations = std::span(operations).first(count)};
  if (!descriptor::validate(again) || descriptor::encode_slot(again, 0).args != slot.args) return false;
  out += "packed: [";
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto& one = operations[i];
    const auto* info = protocol::find_opcode(std::uint32_t{one.opcode});
    const auto handler = handlers_.find(one.opcode);
    unchecked_ =
        unchecked_ || (info != nullptr ? info->arg_count != one.args.size() : handler == handlers_.end());
    out += i == 0 ? "{" : ", {";
    if (info != nullptr)
      put(out, "{}: [", info->name);
    else
      put(out, "opcode: {:#x}, args: [", std::uint32_t{one.opcode});
    arguments(out, one.opcode, one.args, one.args.size());
    out += "]}";
  }
  out += "]\n";
  return true;
}

void StepText::operation(std::string& out, std::uint32_t opcode, Args args, const char* separator) {
  const auto* info = protocol::find_opcode(opcode);
  const auto handler = handlers_.find(opcode);
  std::size_t count = used(args);
  if (info != nullptr && info->in_files) {
    unchecked_ = unchecked_ || count > info->arg_count ||
                 (opcode == protocol::kOpPrintf && !run_.formats.contains(args[0]));
    count = std::max<std::size_t>(count, info->arg_count);
    put(out, "{}: [", info->name);
  } else if (info == nullptr && handler != handlers_.end() && !handler->second.empty()) {
    put(out, "{}: [", handler->second);
  } else {
    unchecked_ = true;
    put(out, "opcode: {:#x}{}args: [", opcode, separator);
  }
  arguments(out, opcode, args, count);
  out += ']';
}

void StepText::arguments(std::string& out, std::uint32_t opcode, Args args, std::size_t count) const {
  const auto* info = protocol::find_opcode(opcode);
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out += ", ";
    const bool is_word =
        info != nullptr && i < info->arg_count && info->args[i].kind == protocol::ArgKind::kWord;
    if (is_word && args[i] >= protocol::kObservableWord &&
        args[i] - protocol::kObservableWord < run_.observable_count)
      put(out, "observable({})", args[i] - protocol::kObservableWord);
    else
      put(out, "{}", args[i]);
  }
}

Result<void> StepText::append(std::string& out, const recording::ControlWriteRecord& write) const {
  if (write.word >= protocol::kObservableWord &&
      write.word - protocol::kObservableWord < run_.observable_count) {
    put(out, "  - set_observable: {{index: {}, value: {}}}\n", write.word - protocol::kObservableWord,
        write.value);
    return {};
  }
  const bool is_mask = write.word >= protocol::kTenantMaskWord &&
                       write.word < protocol::kTenantMaskWord + protocol::kTenantCount;
  const bool is_quota = write.word >= protocol::kTenantQuotaWord &&
                        write.word < protocol::kTenantQuotaWord + protocol::kTenantCount;
  const std::uint32_t tenant =
      write.word - (is_mask ? protocol::kTenantMaskWord : protocol::kTenantQuotaWord);
  if ((!is_mask && !is_quota) || !tenants_.contains(tenant))
    return fail(ErrorCode::kUnsupported,
                fmt::format("the host wrote {} to control word {}, for which there is no step", write.value,
                            write.word),
                "", "replay the log, or export a part of it that vyre cut makes");
  if (is_quota)
    put(out, "  - set_quota: {{tenant: {}, quota: {}}}\n", tenant, write.value);
  else
    put(out, "  - {}_tenant: {}{}\n", write.value == 0 ? "disable" : "enable", tenant,
        write.value == 0 || write.value == protocol::kTenantMaskEnabled
            ? ""
            : fmt::format("  # the mask was 0x{:08X}", write.value));
  return {};
}

}  // namespace vyre::session
