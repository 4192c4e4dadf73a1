#include "vyre/codec/telemetry.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace vyre::codec {
namespace {

/// floor(part * scale / whole); parts are at most 2^20 slots, so nothing overflows.
std::uint32_t share(std::uint32_t part, std::uint32_t whole, std::uint64_t scale) noexcept {
  return whole == 0 ? 0 : static_cast<std::uint32_t>(part * scale / whole);
}

std::uint32_t skew(std::span<const std::uint32_t> counters) noexcept {
  std::uint32_t least = 0;
  std::uint32_t greatest = 0;
  for (const std::uint32_t counter : counters) {
    if (counter == 0) continue;
    least = least == 0 ? counter : std::min(least, counter);
    greatest = std::max(greatest, counter);
  }
  return greatest - least;
}

void count_slot(TicketedWindow& window, const protocol::Slot& slot) noexcept {
  const auto status = static_cast<protocol::Status>(slot.status);
  if (slot.args[1] == protocol::kWindowRequired) {
    ++window.required_slots;
    if (status == protocol::Status::kDone) ++window.required_done;
  }
  if (slot.args[1] == protocol::kWindowLookahead) ++window.lookahead_slots;
  switch (status) {
    case protocol::Status::kEmpty: break;
    case protocol::Status::kPublished: ++window.published; break;
    case protocol::Status::kClaimed: ++window.claimed; break;
    case protocol::Status::kDone: ++window.done; break;
    case protocol::Status::kWaitIo: ++window.wait_io; break;
    case protocol::Status::kYield: ++window.yield; break;
    case protocol::Status::kRequeue: ++window.requeue; break;
    case protocol::Status::kFault: ++window.fault; break;
  }
}

}  // namespace

Result<RuntimeCounters> decode_counters(std::span<const std::uint32_t> control,
                                        std::span<const std::uint32_t> ring) {
  VYRE_TRY(const ControlSnapshot snapshot, decode_control(control));
  VYRE_TRY(const std::uint32_t total, ring_slot_count(ring));
  VYRE_TRY(const Occupancy occupancy, decode_occupancy(ring));
  RuntimeCounters counters;
  counters.total_slots = total;
  counters.queue_depth = total - occupancy.empty - occupancy.done;
  counters.gpu_idle_slots = occupancy.empty;
  counters.gpu_idle_ppm = share(occupancy.empty, total, 1'000'000);
  counters.frontier_density_bps = share(counters.queue_depth, total, 10'000);
  counters.occupancy_proxy_bps = share(total - occupancy.empty, total, 10'000);
  counters.drained_slots = snapshot.done_count;
  counters.unreclaimed_done_slots = occupancy.done;
  const auto& tenants = snapshot.tenant_fairness;
  counters.tenant_fairness_total = std::accumulate(tenants.begin(), tenants.end(), std::uint64_t{0});
  counters.tenant_fairness_skew = skew(tenants);
  const auto& priorities = snapshot.priority_fairness;
  counters.priority_fairness_total = std::accumulate(priorities.begin(), priorities.end(), std::uint64_t{0});
  counters.requeue_slots = occupancy.requeue;
  counters.fault_slots = occupancy.fault;
  return counters;
}

Result<std::vector<TicketedWindow>> decode_windows(std::span<const std::uint32_t> ring,
                                                   std::span<const std::uint32_t> opcodes) {
  VYRE_TRY(const std::uint32_t slot_count, ring_slot_count(ring));
  std::map<std::pair<std::uint32_t, std::uint32_t>, TicketedWindow> by_ticket;
  for (std::uint32_t index = 0; index < slot_count; ++index) {
    const protocol::Slot slot = read_slot(ring, index);
    if (std::find(opcodes.begin(), opcodes.end(), slot.opcode) == opcodes.end()) continue;
    const std::uint32_t ticket = slot.args[0];
    const auto [found, is_new] = by_ticket.try_emplace({ticket, slot.opcode});
    TicketedWindow& window = found->second;
    if (is_new) {
      window.ticket = ticket;
      window.tenant_id = slot.tenant;
      window.opcode = slot.opcode;
    }
    count_slot(window, slot);
  }
  std::vector<TicketedWindow> windows;
  windows.reserve(by_ticket.size());
  for (const auto& [key, window] : by_ticket) windows.push_back(window);
  return windows;
}

}  // namespace vyre::codec
