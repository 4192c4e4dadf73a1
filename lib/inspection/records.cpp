#include "vyre/inspection/records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/overload.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::inspection {
namespace {

using namespace recording;

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

/// "0=1 5=7", or "none".
template <class Map>
std::string map_text(const Map& map) {
  std::string text;
  for (const auto& [key, value] : map) text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, value);
  return text.empty() ? "none" : text;
}

std::string tenants_text(const std::vector<LoggedTenant>& tenants) {
  std::string text;
  for (const auto& tenant : tenants)
    text += fmt::format("{}{}{} quota {}{}", text.empty() ? "" : ", ", tenant.id,
                        tenant.name.empty() ? "" : " (" + tenant.name + ")", tenant.quota,
                        tenant.enabled ? "" : " disabled");
  return text;
}

std::string handlers_text(const std::vector<LoggedHandler>& handlers) {
  std::string text;
  for (const auto& handler : handlers)
    text += fmt::format("{}0x{:x} {} ({} bytes of GLSL)", text.empty() ? "" : ", ", handler.opcode,
                        handler.name, handler.glsl.size());
  return text.empty() ? "none" : text;
}

std::string wait_text(const WaitRecord& wait) {
  if (wait.awaited == WaitRecord::For::kAll) return "waited for all slots";
  return fmt::format("waited for {} {}", wait_name(wait.awaited), wait.value);
}

/// "observable(3) = 7", "tenant_mask(2) of guest = 0".
std::string write_text(const ControlWriteRecord& write, const Names& names) {
  const auto of_tenant = [&](std::uint32_t first, std::uint32_t count) {
    return write.word >= first && write.word - first < count ? names.tenant(write.word - first)
                                                             : std::string_view();
  };
  std::string_view name = of_tenant(protocol::kTenantMaskWord, protocol::kTenantCount);
  if (name.empty()) name = of_tenant(protocol::kTenantQuotaWord, protocol::kTenantCount);
  return fmt::format("{}{}{} = {}", word_text(write.word), name.empty() ? "" : " of ", name, write.value);
}

std::string publication_text(const PublicationRecord& publication) {
  // Version 1 knows slots alone.
  if (publication.args_cut && publication.slots.size() == 1)
    return fmt::format("slot {} published at epoch {}", publication.first_slot,
                       publication.epoch.value_or(0));
  std::string text = fmt::format("{} of {} at slot {}", form_name(publication.form),
                                 plural(publication.slots.size(), "slot"), publication.first_slot);
  if (publication.form == PublicationForm::kWindow)
    text +=
        fmt::format(", window {} with {} required", publication.window_ticket, publication.window_required);
  if (publication.ticket != 0) text += fmt::format(", ticket {}", publication.ticket);
  if (publication.epoch) text += fmt::format(", epoch {}", *publication.epoch);
  return text;
}

RecordFields fields_of(const RunRecord& run) {
  return {{"origin.version", run.vyre_version},
          {"origin.command", run.command},
          {"origin.workload_file", run.workload_file},
          {"origin.workload_name", run.workload_name},
          {"origin.backend", run.backend},
          {"origin.device", run.device},
          {"slot_count", std::to_string(run.slot_count)},
          {"observable_count", std::to_string(run.observable_count)},
          {"debug_records", std::to_string(run.debug_records)},
          {"priority_scheduler", yes_no(run.priority_scheduler)},
          {"open_protection", yes_no(run.open_protection)},
          {"tenants", tenants_text(run.tenants)},
          {"initial_observables", map_text(run.initial_observables)},
          {"formats", map_text(run.formats)},
          {"handlers", handlers_text(run.handlers)},
          {"dfa_states", std::to_string(run.dfa_table.size() / protocol::kDfaColumns)}};
}

RecordFields fields_of(const PublicationRecord& publication) {
  RecordFields fields{{"form", std::string(form_name(publication.form))},
                      {"ticket", std::to_string(publication.ticket)},
                      {"first_slot", std::to_string(publication.first_slot)},
                      {"at_slot", yes_no(publication.at_slot)},
                      {"in_partition", yes_no(publication.in_partition)},
                      {"slots", std::to_string(publication.slots.size())}};
  if (publication.form == PublicationForm::kWindow) {
    fields.emplace_back("window_ticket", std::to_string(publication.window_ticket));
    fields.emplace_back("window_required", std::to_string(publication.window_required));
  }
  if (publication.epoch) fields.emplace_back("epoch", std::to_string(*publication.epoch));
  return fields;
}

RecordFields fields_of(const ControlWriteRecord& write) {
  return {{"word", word_text(write.word)}, {"value", std::to_string(write.value)}};
}

RecordFields fields_of(const WaitRecord& wait) {
  return {{"for", std::string(wait_name(wait.awaited))}, {"value", std::to_string(wait.value)}};
}

RecordFields fields_of(const CheckpointRecord& checkpoint) {
  return {{"epoch", std::to_string(checkpoint.epoch)},
          {"done_count", std::to_string(checkpoint.done_count)},
          {"published", std::to_string(checkpoint.published)},
          {"quiescent", yes_no(checkpoint.quiescent)},
          {"observables", map_text(checkpoint.observables)}};
}

RecordFields fields_of(const EndRecord& end) {
  return {{"verdict", end.verdict},
          {"published", std::to_string(end.published)},
          {"done", std::to_string(end.done)},
          {"faulted", std::to_string(end.faulted)}};
}

}  // namespace

std::string_view kind_of(const LogRecord& record) noexcept {
  constexpr std::array<std::string_view, 6> kKinds{"run",  "publication", "control_write",
                                                   "wait", "checkpoint",  "end"};
  static_assert(kKinds.size() == std::variant_size_v<decltype(record.what)>);
  return record.what.valueless_by_exception() ? "unknown" : kKinds[record.what.index()];
}

std::string_view form_name(PublicationForm form) noexcept {
  constexpr std::array<std::string_view, 6> kForms{"single",       "packed",     "batch",
                                                   "fenced_batch", "work_items", "window"};
  const auto index = static_cast<std::size_t>(form);
  return index < kForms.size() ? kForms[index] : "unknown";
}

std::string_view wait_name(WaitRecord::For awaited) noexcept {
  constexpr std::array<std::string_view, 4> kWaits{"ticket", "all", "epoch", "window"};
  const auto index = static_cast<std::size_t>(awaited);
  return index < kWaits.size() ? kWaits[index] : "unknown";
}

std::string record_text(const LogRecord& record, const Names& names) {
  return std::visit(
      base::Overload{
          [](const RunRecord& run) {
            return fmt::format("run of {} on {}, {}, {}",
                               run.workload_name.empty() ? run.workload_file : run.workload_name, run.backend,
                               plural(run.slot_count, "slot"), plural(run.observable_count, "observable"));
          },
          [](const PublicationRecord& publication) { return publication_text(publication); },
          [&names](const ControlWriteRecord& write) { return write_text(write, names); },
          [](const WaitRecord& wait) { return wait_text(wait); },
          [](const CheckpointRecord& checkpoint) {
            return fmt::format("checkpoint at epoch {}, {} published, {} done{}{}", checkpoint.epoch,
                               checkpoint.published, checkpoint.done_count,
                               checkpoint.quiescent ? ", quiescent" : "",
                               checkpoint.observables.empty() ? "" : ": " + map_text(checkpoint.observables));
          },
          [](const EndRecord& end) {
            return fmt::format("end, {}: {} published, {} done, {} faulted", end.verdict, end.published,
                               end.done, end.faulted);
          }},
      record.what);
}

RecordFields record_fields(const LogRecord& record) {
  return std::visit([](const auto& what) { return fields_of(what); }, record.what);
}

}  // namespace vyre::inspection
