#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "inspect_view.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

using inspection::Histogram;
using inspection::Inspection;

constexpr std::size_t kLabelWidth = 14;  ///< blanks, a label and blanks before what it labels
constexpr std::size_t kMostNames = 12;   ///< entries of a histogram in one line
constexpr std::size_t kMostTenants = 16;

/// "  label       text", wrapped.
void line(const TextTarget& target, std::string_view label, std::string_view text) {
  target.out.write(fmt::format("  {:11} {}\n", label, wrap(text, target.width, kLabelWidth)));
}

std::string metadata(const Inspection& inspection, const std::string& name) {
  const auto found = inspection.buffers.metadata.find(name);
  return found == inspection.buffers.metadata.end() ? "" : printable(found->second);
}

template <class Name>
std::string histogram_text(const Histogram& histogram, Name&& name) {
  std::vector<std::string> parts;
  std::uint64_t rest = histogram.others;
  for (std::size_t i = 0; i < histogram.entries.size(); ++i) {
    const auto& entry = histogram.entries[i];
    if (i < kMostNames)
      parts.push_back(fmt::format("{} {}", name(entry.id), entry.count));
    else
      rest += entry.count;
  }
  if (rest > 0) parts.push_back(fmt::format("others {}", rest));
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string opcodes_text(const Histogram& histogram, const inspection::Names& names) {
  return histogram_text(histogram, [&](std::uint32_t id) { return inspection::opcode_text(id, names); });
}

std::string occupancy_text(const codec::Occupancy& occupancy) {
  std::vector<std::string> parts;
  for (const auto& [count, name] :
       {std::pair(occupancy.published, "published"), std::pair(occupancy.claimed, "claimed"),
        std::pair(occupancy.wait_io, "wait_io"), std::pair(occupancy.yield, "yield"),
        std::pair(occupancy.requeue, "requeue"), std::pair(occupancy.fault, "fault"),
        std::pair(occupancy.unknown, "unknown"), std::pair(occupancy.done, "done"),
        std::pair(occupancy.empty, "empty")})
    if (count > 0) parts.push_back(fmt::format("{} {}", count, name));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string tenant_text(const inspection::TenantSummary& tenant, bool has_control) {
  std::string text = plural(tenant.slots, "slot");
  if (!has_control) return text;
  text += fmt::format(", {}, quota {}", plural(tenant.claims, "claim"), tenant.quota);
  if (tenant.mask == 0) text += ", not authorised";
  return text;
}

void tenants(const inspection::Summary& summary, const inspection::Names& names, const TextTarget& target) {
  std::size_t shown = 0;
  for (const auto& tenant : summary.tenants) {
    if (shown++ == kMostTenants) break;
    const auto name = names.tenant(tenant.id);
    line(target, fmt::format("tenant {}", tenant.id),
         fmt::format("{}{}{}", name, name.empty() ? "" : ": ",
                     tenant_text(tenant, summary.control.has_value())));
  }
  if (summary.tenants.size() > kMostTenants || summary.other_tenant_slots > 0)
    line(target, "",
         fmt::format(
             "and {} more",
             plural(summary.tenants.size() - std::min(summary.tenants.size(), kMostTenants), "tenant")));
}

void control(const inspection::Summary& summary, const inspection::Names& names, const TextTarget& target) {
  const auto& control = *summary.control;
  line(target, "epoch", std::to_string(control.epoch));
  line(target, "done",
       fmt::format("{} drained{}", plural(control.done_count, "slot"),
                   control.shutdown ? "; SHUTDOWN is set" : ""));
  Histogram metrics;
  for (const auto& metric : control.metrics) metrics.entries.push_back({metric.opcode, metric.count});
  line(target, "metrics", opcodes_text(metrics, names));
  std::vector<std::string> claims;
  for (std::size_t i = 0; i < control.priority_fairness.size(); ++i)
    if (control.priority_fairness[i] > 0)
      claims.push_back(fmt::format("{} {}", protocol::kPriorityNames[i], control.priority_fairness[i]));
  line(target, "priorities",
       claims.empty() ? "no claims" : fmt::format("claims: {}", fmt::join(claims, ", ")));
  line(target, "observables",
       fmt::format("{}, {} of them not 0", control.observable_count, summary.observables_set));
}

std::string io_text(const inspection::IoOccupancy& io) {
  std::vector<std::string> parts;
  for (const auto& [count, name] :
       {std::pair(io.published, "published"), std::pair(io.claimed, "claimed"), std::pair(io.ok, "ok"),
        std::pair(io.error, "error"), std::pair(io.unknown, "unknown"), std::pair(io.empty, "empty")})
    if (count > 0) parts.push_back(fmt::format("{} {}", count, name));
  return fmt::format("{}", fmt::join(parts, ", "));
}

void others(const inspection::Summary& summary, const TextTarget& target) {
  if (summary.fault_count) {
    const auto name = [](std::uint32_t code) {
      const auto* info = protocol::find_fault(static_cast<protocol::FaultCode>(code));
      return std::string(info != nullptr ? info->name : "unknown");
    };
    const std::string text = *summary.fault_count == 0 ? "none" : histogram_text(summary.faults, name);
    line(target, "faults", *summary.fault_count == 0 ? text : target.style.paint(Paint::kBad, text));
  }
  if (summary.debug_records)
    line(target, "debug log",
         fmt::format("{}{}", plural(*summary.debug_records, "record"),
                     summary.debug_lost > 0 ? fmt::format(", {} lost", summary.debug_lost) : ""));
  if (summary.debug_error)
    line(target, "debug log", target.style.paint(Paint::kBad, "damaged: " + summary.debug_error->what));
  if (summary.io) line(target, "IO queue", io_text(*summary.io));
  if (summary.arena)
    line(target, "arena",
         fmt::format("{} bytes, {} of its {} words not 0", 4 * summary.arena->words, summary.arena->not_zero,
                     summary.arena->words));
}

void buffers(const Inspection& inspection, const InspectFacts& facts, const InspectView& view,
             const TextTarget& target) {
  const auto& summary = *facts.summary;
  if (const auto workload = metadata(inspection, "vyre.workload"); !workload.empty())
    line(target, "workload", workload);
  if (!view.stable && !metadata(inspection, "vyre.backend").empty())
    line(target, "backend",
         fmt::format("{} on {}", metadata(inspection, "vyre.backend"), metadata(inspection, "vyre.device")));
  if (!view.stable && !metadata(inspection, "vyre.command").empty())
    line(target, "command", metadata(inspection, "vyre.command"));
  if (summary.occupancy) {
    line(target, "ring",
         fmt::format("{}: {}", plural(inspection.slot_count(), "slot"), occupancy_text(*summary.occupancy)));
    line(target, "queue depth", std::to_string(summary.queue_depth));
    line(target, "opcodes", opcodes_text(summary.opcodes, view.names));
  }
  if (summary.control) control(summary, view.names, target);
  tenants(summary, view.names, target);
  others(summary, target);
}

std::string span_text(const inspection::LogSummary& log) {
  return log.last_time_ns < log.first_time_ns
             ? "times run backwards"
             : duration_text(
                   std::chrono::nanoseconds(static_cast<std::int64_t>(log.last_time_ns - log.first_time_ns)));
}

void log_lines(const inspection::LogSummary& log, const InspectView& view, const TextTarget& target) {
  if (log.run) {
    line(target, "workload", printable(log.run->workload_file));
    if (!view.stable) {
      line(target, "backend",
           fmt::format("{} on {}", printable(log.run->backend), printable(log.run->device)));
      line(target, "command", printable(log.run->command));
    }
    line(target, "ring",
         fmt::format("{}, {}", plural(log.run->slot_count, "slot"),
                     plural(log.run->observable_count, "observable")));
  }
  std::vector<std::string> parts;
  for (const auto& [count, name] :
       {std::pair(log.runs, "run"), std::pair(log.publications, "publication"),
        std::pair(log.control_writes, "control write"), std::pair(log.waits, "wait"),
        std::pair(log.checkpoints, "checkpoint"), std::pair(log.ends, "end")})
    if (count > 0) parts.push_back(plural(count, name));
  line(target, "records",
       fmt::format("{}{}{}", log.records, parts.empty() ? "" : ": ", fmt::join(parts, ", ")));
  line(target, "slots", std::to_string(log.slots));
  line(target, "opcodes", opcodes_text(log.opcodes, view.names));
  line(target, "tenants", histogram_text(log.tenants, [&](std::uint32_t id) {
         return inspection::tenant_text(id, view.names) + ':';
       }));
  line(target, "epoch", fmt::format("{} at the last publication or checkpoint", log.last_epoch));
  if (!view.stable) line(target, "time", span_text(log));
  if (!log.verdict.empty()) line(target, "end", printable(log.verdict));
  if (log.slots_with_cut_args > 0)
    line(target, "note",
         fmt::format("version 1 keeps 4 of the 12 arguments of {}", plural(log.slots_with_cut_args, "slot")));
}

}  // namespace

void render_summary_text(const Inspection& inspection, const InspectFacts& facts, const InspectView& view,
                         const TextTarget& target) {
  const std::string kind = facts.log ? fmt::format("replay log, version {}", facts.log->version)
                                     : std::string(inspection::to_string(inspection.content));
  target.out.write(
      fmt::format("{}: {}\n", target.style.paint(Paint::kStrong, printable(inspection.file)), kind));
  if (facts.log) log_lines(*facts.log, view, target);
  if (facts.summary) buffers(inspection, facts, view, target);
  if (facts.stall) {
    const std::string text = inspection::to_text(*facts.stall);
    target.out.write(
        fmt::format("  {}\n", target.style.paint(facts.stall->suspected ? Paint::kBad : Paint::kGood, text)));
  }
}

}  // namespace vyre::cli
