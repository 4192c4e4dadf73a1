#include "vyre/inspection/summary.hpp"

#include <algorithm>
#include <map>

#include "inspection/histogram.hpp"
#include "vyre/codec/debug_log.hpp"
#include "vyre/inspection/slots.hpp"

namespace vyre::inspection {
namespace {

/// Control words of a tenant that exist only for some ids.
template <std::size_t kCount>
std::uint32_t entry(const std::array<std::uint32_t, kCount>& words, std::uint32_t id) {
  return id < kCount ? words[id] : 0;
}

std::vector<TenantSummary> summarize_tenants(const Summary& summary, const Histogram& slots) {
  std::map<std::uint32_t, TenantSummary> tenants;
  if (summary.control) {
    const auto& control = *summary.control;
    for (std::uint32_t id = 0; id < protocol::kTenantCounters; ++id)
      if (entry(control.tenant_masks, id) != 0 || control.tenant_quotas[id] != 0 ||
          control.tenant_fairness[id] != 0)
        tenants[id];
  }
  for (const Counted& counted : slots.entries) tenants[counted.id].slots = counted.count;
  std::vector<TenantSummary> list;
  for (auto& [id, tenant] : tenants) {
    tenant.id = id;
    if (summary.control) {
      tenant.mask = entry(summary.control->tenant_masks, id);
      tenant.quota = entry(summary.control->tenant_quotas, id);
      tenant.claims = summary.control->tenant_fairness[id % protocol::kTenantCounters];
    }
    list.push_back(tenant);
  }
  return list;
}

Result<void> summarize_ring(const Inspection& inspection, Summary& summary, Histogram& tenants) {
  VYRE_TRY(summary.occupancy, codec::decode_occupancy(inspection.buffers.ring));
  Counter opcode_counts, tenant_counts;
  for (std::uint32_t index = 0; index < inspection.slot_count(); ++index) {
    const protocol::Slot slot = inspection.slot(index);
    if (slot.status == static_cast<std::uint32_t>(protocol::Status::kEmpty)) continue;
    opcode_counts.add(slot.opcode);
    tenant_counts.add(slot.tenant);
    if (slot.priority < protocol::kPriorityCount) ++summary.by_priority[slot.priority];
  }
  summary.queue_depth = inspection.slot_count() - summary.occupancy->empty - summary.occupancy->done;
  summary.opcodes = opcode_counts.histogram();
  tenants = tenant_counts.histogram();
  summary.other_tenant_slots = tenants.others;
  return {};
}

IoOccupancy summarize_io(std::span<const std::uint32_t> queue) {
  constexpr std::size_t kIoStatusWord = 6;
  IoOccupancy io;
  for (std::size_t first = 0; first + protocol::kIoSlotWords <= queue.size();
       first += protocol::kIoSlotWords) {
    switch (static_cast<protocol::IoStatus>(queue[first + kIoStatusWord])) {
      case protocol::IoStatus::kEmpty: ++io.empty; break;
      case protocol::IoStatus::kPublished: ++io.published; break;
      case protocol::IoStatus::kClaimed: ++io.claimed; break;
      case protocol::IoStatus::kOk: ++io.ok; break;
      case protocol::IoStatus::kError: ++io.error; break;
      default: ++io.unknown; break;
    }
  }
  return io;
}

void summarize_debug_log(const Inspection& inspection, Summary& summary) {
  auto log = codec::decode_debug_log(inspection.words(Buffer::kDebugLog));
  if (log) {
    summary.debug_records = log->records.size();
    summary.debug_lost = log->lost;
  } else {
    summary.debug_error = std::move(log.error());
  }
}

}  // namespace

Result<Summary> summarize(const Inspection& inspection) {
  Summary summary;
  Histogram tenants;
  if (inspection.has(Buffer::kControl)) {
    VYRE_TRY(summary.control, codec::decode_control(inspection.buffers.control));
    const auto observables = codec::observables(inspection.buffers.control);
    summary.observables_set = static_cast<std::uint32_t>(
        std::ranges::count_if(observables, [](std::uint32_t word) { return word != 0; }));
  }
  if (inspection.has(Buffer::kRing)) VYRE_CHECK(summarize_ring(inspection, summary, tenants));
  if (summary.control && summary.occupancy) {
    VYRE_TRY(summary.counters, codec::decode_counters(inspection.buffers.control, inspection.buffers.ring));
  }
  summary.tenants = summarize_tenants(summary, tenants);
  if (inspection.has(Buffer::kRing) || inspection.has(Buffer::kCompletions)) {
    Counter codes;
    std::uint64_t count = 0;
    for (const Fault& fault : faults(inspection)) {
      codes.add(static_cast<std::uint32_t>(fault.code));
      ++count;
    }
    summary.fault_count = count;
    summary.faults = codes.histogram();
  }
  if (inspection.has(Buffer::kDebugLog)) summarize_debug_log(inspection, summary);
  if (inspection.has(Buffer::kIoQueue)) summary.io = summarize_io(inspection.words(Buffer::kIoQueue));
  if (const auto arena = inspection.words(Buffer::kArena); !arena.empty())
    summary.arena = {.words = arena.size(),
                     .not_zero = arena.size() - static_cast<std::size_t>(std::ranges::count(arena, 0U))};
  return summary;
}

}  // namespace vyre::inspection
