#include <string>

#include "inspect_view.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

using inspection::Histogram;

void add_opcodes(Rows& rows, std::string_view name, const Histogram& histogram,
                 const inspection::Names& names) {
  rows.begin_array(name);
  for (const auto& entry : histogram.entries) {
    rows.begin_object("");
    rows.number("opcode", entry.id);
    rows.text("opcode_name", inspection::opcode_text(entry.id, names));
    rows.number("count", entry.count);
    rows.end_object();
  }
  rows.end_array();
}

void add_occupancy(Rows& rows, const codec::Occupancy& occupancy) {
  rows.begin_object("occupancy");
  rows.number("empty", occupancy.empty);
  rows.number("published", occupancy.published);
  rows.number("claimed", occupancy.claimed);
  rows.number("done", occupancy.done);
  rows.number("wait_io", occupancy.wait_io);
  rows.number("yield", occupancy.yield);
  rows.number("requeue", occupancy.requeue);
  rows.number("fault", occupancy.fault);
  rows.number("unknown", occupancy.unknown);
  rows.end_object();
}

void add_control(Rows& rows, const codec::ControlSnapshot& control, const inspection::Names& names) {
  rows.begin_object("control");
  rows.flag("shutdown", control.shutdown);
  rows.number("done_count", control.done_count);
  rows.number("epoch", control.epoch);
  Histogram metrics;
  for (const auto& metric : control.metrics) metrics.entries.push_back({metric.opcode, metric.count});
  add_opcodes(rows, "metrics", metrics, names);
  rows.words("tenant_fairness", control.tenant_fairness);
  rows.words("priority_offsets", control.priority_offsets);
  rows.number("priority_starvation", control.priority_starvation);
  rows.words("priority_fairness", control.priority_fairness);
  rows.number("observable_count", control.observable_count);
  rows.end_object();
}

void add_counters(Rows& rows, const codec::RuntimeCounters& counters) {
  rows.begin_object("counters");
  rows.number("total_slots", counters.total_slots);
  rows.number("queue_depth", counters.queue_depth);
  rows.number("gpu_idle_slots", counters.gpu_idle_slots);
  rows.number("gpu_idle_ppm", counters.gpu_idle_ppm);
  rows.number("frontier_density_bps", counters.frontier_density_bps);
  rows.number("occupancy_proxy_bps", counters.occupancy_proxy_bps);
  rows.number("drained_slots", counters.drained_slots);
  rows.number("unreclaimed_done_slots", counters.unreclaimed_done_slots);
  rows.number("tenant_fairness_total", counters.tenant_fairness_total);
  rows.number("tenant_fairness_skew", counters.tenant_fairness_skew);
  rows.number("priority_fairness_total", counters.priority_fairness_total);
  rows.number("requeue_slots", counters.requeue_slots);
  rows.number("fault_slots", counters.fault_slots);
  rows.end_object();
}

void add_tenants(Rows& rows, const inspection::Summary& summary, const inspection::Names& names) {
  rows.begin_array("tenants");
  for (const auto& tenant : summary.tenants) {
    rows.begin_object("");
    add_tenant(rows, tenant.id, names);
    rows.number("slots", tenant.slots);
    if (summary.control) {
      rows.number("mask", tenant.mask);
      rows.number("quota", tenant.quota);
      rows.number("claims", tenant.claims);
    }
    rows.end_object();
  }
  rows.end_array();
}

void add_faults(Rows& rows, const Histogram& faults) {
  rows.begin_object("faults");
  for (const auto& entry : faults.entries) {
    const auto* info = protocol::find_fault(static_cast<protocol::FaultCode>(entry.id));
    rows.number(info != nullptr ? std::string(info->name) : "code_" + std::to_string(entry.id), entry.count);
  }
  rows.end_object();
}

void add_stall(Rows& rows, const inspection::Stall& stall) {
  rows.begin_object("stall");
  rows.flag("suspected", stall.suspected);
  rows.number("epoch_before", stall.epoch_before);
  rows.number("epoch", stall.epoch);
  rows.number("done_before", stall.done_before);
  rows.number("done", stall.done);
  rows.number("published", stall.published);
  rows.number("claimed", stall.claimed);
  rows.number("untouched", stall.untouched);
  rows.text("text", inspection::to_text(stall));
  rows.end_object();
}

void add_buffers(Rows& rows, const inspection::Summary& summary, const inspection::Names& names) {
  if (summary.occupancy) {
    rows.number("queue_depth", summary.queue_depth);
    add_occupancy(rows, *summary.occupancy);
    add_opcodes(rows, "opcodes", summary.opcodes, names);
    rows.number("other_opcodes", summary.opcodes.others);
    rows.words("slots_by_priority", summary.by_priority);
  }
  if (summary.control) {
    add_control(rows, *summary.control, names);
    rows.number("observables_set", summary.observables_set);
  }
  if (summary.counters) add_counters(rows, *summary.counters);
  add_tenants(rows, summary, names);
  if (summary.fault_count) {
    rows.number("fault_count", *summary.fault_count);
    add_faults(rows, summary.faults);
  }
  if (summary.debug_records) {
    rows.number("debug_records", *summary.debug_records);
    rows.number("debug_lost", summary.debug_lost);
  }
  if (summary.debug_error) rows.text("debug_error", summary.debug_error->what);
  if (summary.io) {
    rows.begin_object("io_queue");
    rows.number("empty", summary.io->empty);
    rows.number("published", summary.io->published);
    rows.number("claimed", summary.io->claimed);
    rows.number("ok", summary.io->ok);
    rows.number("error", summary.io->error);
    rows.number("unknown", summary.io->unknown);
    rows.end_object();
  }
  if (summary.arena) {
    rows.begin_object("arena");
    rows.number("words", summary.arena->words);
    rows.number("not_zero", summary.arena->not_zero);
    rows.end_object();
  }
}

void add_log(Rows& rows, const inspection::LogSummary& log, bool stable) {
  rows.number("log_version", log.version);
  rows.number("record_count", log.records);
  rows.number("runs", log.runs);
  rows.number("publications", log.publications);
  rows.number("control_writes", log.control_writes);
  rows.number("waits", log.waits);
  rows.number("checkpoints", log.checkpoints);
  rows.number("ends", log.ends);
  rows.number("slot_count", log.slots);
  rows.number("slots_with_cut_args", log.slots_with_cut_args);
  rows.number("last_epoch", log.last_epoch);
  add_opcodes(rows, "opcodes", log.opcodes, log.names);
  if (!stable) {
    rows.number("first_timestamp_ns", log.first_time_ns);
    rows.number("last_timestamp_ns", log.last_time_ns);
  }
  rows.text("verdict", log.verdict);
  if (log.damage)
    rows.text("damage", log.damage->what);
  else
    rows.none("damage");
}

}  // namespace

void render_summary_rows(const InspectFacts& facts, const InspectView& view, Rows& rows) {
  rows.begin_section("summary");
  if (facts.log) add_log(rows, *facts.log, view.stable);
  if (facts.summary) add_buffers(rows, *facts.summary, view.names);
  if (facts.stall) add_stall(rows, *facts.stall);
  rows.end_section();
}

}  // namespace vyre::cli
