#include <functional>
#include <string>
#include <variant>

#include <fmt/format.h>

#include "inspect_view.hpp"
#include "names.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::cli {
namespace {

using inspection::Inspection;
using recording::LogRecord;
using recording::PublicationRecord;

constexpr std::size_t kVersion1Args = 4;

/// Filters show publications alone, and of these the slots that match.
bool is_filtered(const inspection::SlotFilter& filter) {
  const inspection::SlotFilter any;
  return filter.first != any.first || filter.last != any.last || !filter.statuses.empty() ||
         !filter.tenants.empty() || !filter.opcodes.empty() || !filter.tickets.empty();
}

bool matches(const inspection::SlotFilter& filter, const PublicationRecord& publication, std::size_t k) {
  return filter.matches(publication.first_slot + static_cast<std::uint32_t>(k), publication.slots[k]);
}

bool is_shown(const inspection::SlotFilter& filter, const LogRecord& record) {
  if (!is_filtered(filter)) return true;
  const auto* publication = std::get_if<PublicationRecord>(&record.what);
  if (publication == nullptr) return false;
  for (std::size_t k = 0; k < publication->slots.size(); ++k)
    if (matches(filter, *publication, k)) return true;
  return false;
}

struct ShownRecord {
  std::uint64_t number;
  const LogRecord& record;
  const inspection::Names& names;  ///< that its run gives
  std::uint32_t log_version;
};

/// Calls `show` with each record that is shown. `fit` makes the names of a run fit for what shows them.
template <class Fit, class Show>
Result<void> for_each(const Inspection& inspection, const InspectView& view, Fit&& fit, Show&& show) {
  VYRE_TRY(const auto reader, inspection::open_records(inspection));
  LogRecord record;
  inspection::Names names;
  for (std::uint64_t number = 0;; ++number) {
    VYRE_TRY(const bool more, reader->next(record));
    if (!more) return {};
    if (const auto* run = std::get_if<recording::RunRecord>(&record.what)) names = fit(names_of(*run));
    if (is_shown(view.filter, record)) show(ShownRecord{number, record, names, reader->version()});
  }
}

void add_fields(Rows& rows, const recording::RunRecord& run, bool stable) {
  rows.begin_object("run");
  rows.text("workload_file", run.workload_file);
  rows.text("workload_name", run.workload_name);
  if (!stable) {
    rows.text("vyre_version", run.vyre_version);
    rows.text("command", run.command);
    rows.text("backend", run.backend);
    rows.text("device", run.device);
  }
  rows.number("slot_count", run.slot_count);
  rows.number("observable_count", run.observable_count);
  rows.number("debug_records", run.debug_records);
  rows.flag("priority_scheduler", run.priority_scheduler);
  rows.flag("open_protection", run.open_protection);
  rows.begin_array("tenants");
  for (const auto& tenant : run.tenants) {
    rows.begin_object("");
    rows.number("tenant_id", tenant.id);
    rows.text("name", tenant.name);
    rows.number("quota", tenant.quota);
    rows.flag("enabled", tenant.enabled);
    rows.end_object();
  }
  rows.end_array();
  rows.begin_array("handlers");
  for (const auto& handler : run.handlers) {
    rows.begin_object("");
    rows.number("opcode", handler.opcode);
    rows.text("name", handler.name);
    rows.text("file", handler.file);
    rows.number("glsl_bytes", handler.glsl.size());
    rows.end_object();
  }
  rows.end_array();
  rows.end_object();
}

void add_fields(Rows& rows, const PublicationRecord& publication, const inspection::SlotFilter& filter,
                const inspection::Names& names) {
  rows.begin_object("publication");
  rows.text("form", inspection::form_name(publication.form));
  rows.number("ticket", publication.ticket);
  rows.number("first_slot", publication.first_slot);
  rows.flag("at_slot", publication.at_slot);
  rows.flag("in_partition", publication.in_partition);
  if (publication.form == recording::PublicationForm::kWindow) {
    rows.number("window_ticket", publication.window_ticket);
    rows.number("window_required", publication.window_required);
  }
  rows.begin_array("slots");
  for (std::size_t k = 0; k < publication.slots.size(); ++k) {
    if (!matches(filter, publication, k)) continue;
    rows.begin_object("");
    add_slot(rows, publication.first_slot + static_cast<std::uint32_t>(k), publication.slots[k], names);
    rows.end_object();
  }
  rows.end_array();
  rows.end_object();
}

void add_fields(Rows& rows, const recording::CheckpointRecord& checkpoint) {
  rows.begin_object("checkpoint");
  rows.number("epoch", checkpoint.epoch);
  rows.number("done_count", checkpoint.done_count);
  rows.number("published", checkpoint.published);
  rows.flag("quiescent", checkpoint.quiescent);
  rows.begin_object("observables");
  for (const auto& [index, value] : checkpoint.observables) rows.number(std::to_string(index), value);
  rows.end_object();
  rows.end_object();
}

/// What the other kinds hold; their text says it too.
void add_details(Rows& rows, const LogRecord& record, const InspectView& view,
                 const inspection::Names& names) {
  if (const auto* run = std::get_if<recording::RunRecord>(&record.what)) add_fields(rows, *run, view.stable);
  if (const auto* publication = std::get_if<PublicationRecord>(&record.what))
    add_fields(rows, *publication, view.filter, names);
  if (const auto* checkpoint = std::get_if<recording::CheckpointRecord>(&record.what))
    add_fields(rows, *checkpoint);
  if (const auto* write = std::get_if<recording::ControlWriteRecord>(&record.what)) {
    rows.begin_object("control_write");
    rows.number("word", write->word);
    rows.number("value", write->value);
    rows.end_object();
  }
}

/// A record of version 1 is one slot with four arguments, and so is its row.
void add_version_1(Rows& rows, std::uint64_t number, const LogRecord& record, bool stable) {
  const auto& publication = std::get<PublicationRecord>(record.what);
  const auto& slot = publication.slots.front();
  rows.number("record", number);
  if (!stable) rows.number("timestamp_ns", record.time_ns);
  rows.number("slot_idx", publication.first_slot);
  rows.number("tenant_id", slot.tenant);
  rows.number("opcode", slot.opcode);
  rows.text("opcode_name", inspection::opcode_text(slot.opcode));
  rows.words("args", std::span(slot.args).first(kVersion1Args));
  rows.number("epoch", publication.epoch.value_or(0));
  rows.number("offset", record.offset);
  rows.text("text", inspection::operation_text(slot));
}

}  // namespace

Result<void> render_records(const Inspection& inspection, const InspectView& view, Rows& rows) {
  rows.begin_list("records", "record");
  const auto show = [&](const ShownRecord& shown) {
    const LogRecord& record = shown.record;
    rows.begin_row();
    if (shown.log_version == 1 && std::holds_alternative<PublicationRecord>(record.what)) {
      add_version_1(rows, shown.number, record, view.stable);
    } else {
      rows.number("record", shown.number);
      rows.text("kind", inspection::kind_of(record));
      if (!view.stable) rows.number("timestamp_ns", record.time_ns);
      rows.number("offset", record.offset);
      rows.text("text", inspection::record_text(record, shown.names));
      add_details(rows, record, view, shown.names);
    }
    rows.end_row();
  };
  VYRE_CHECK(for_each(inspection, view, std::identity(), show));
  rows.end_list();
  return {};
}

Result<void> render_records(const Inspection& inspection, const InspectView& view, const TextTarget& target) {
  target.out.write(fmt::format(
      "\n{}\n", target.style.paint(Paint::kStrong, view.stable ? " record" : " record        time")));
  std::uint64_t first_time = 0;
  bool first = true;
  const auto fit = [](const inspection::Names& names) { return printable(names); };
  return for_each(inspection, view, fit, [&](const ShownRecord& shown) {
    const LogRecord& record = shown.record;
    if (first) first_time = record.time_ns;
    first = false;
    const std::string time =
        view.stable ? ""
        : record.time_ns < first_time
            ? fmt::format("  {:>10}", "earlier")
            : fmt::format("  {:>10}", duration_text(std::chrono::nanoseconds(
                                          static_cast<std::int64_t>(record.time_ns - first_time))));
    target.out.write(fmt::format("{:7}{}  {}\n", shown.number, time,
                                 printable(inspection::record_text(record, shown.names))));
    const auto* publication = std::get_if<PublicationRecord>(&record.what);
    if (publication == nullptr) return;
    for (std::size_t k = 0; k < publication->slots.size(); ++k)
      if (matches(view.filter, *publication, k))
        target.out.write(fmt::format("{:11}slot {}, tenant {}: {}\n", "", publication->first_slot + k,
                                     inspection::tenant_text(publication->slots[k].tenant, shown.names),
                                     inspection::operation_text(publication->slots[k], shown.names)));
  });
}

}  // namespace vyre::cli
