#include "ring/shard.hpp"

#include <fmt/format.h>

namespace vyre::ring {

namespace {

/// A full ring is first awaited at the oldest slot, which keeps publication in order and off the
/// cache lines that the kernel writes; only after that are unfinished slots passed over.
constexpr std::uint32_t kSkipsWhenStuck = 1024;

/// So many lines take longer over the bus than it takes to look whether as many slots have finished.
constexpr std::uint32_t kManySlots = 32;

/// What the table follows of a window, as it was described or as it was recorded.
std::optional<WindowPart> window_part(const descriptor::Descriptor& descriptor) {
  if (const auto* window = std::get_if<descriptor::Window>(&descriptor))
    return WindowPart{window->ticket, window->tenant, window->opcode,
                      static_cast<std::uint32_t>(window->required.size()),
                      static_cast<std::uint32_t>(window->lookahead.size())};
  const auto* recorded = std::get_if<descriptor::Recorded>(&descriptor);
  if (recorded == nullptr || !recorded->window_required || recorded->slots.empty()) return std::nullopt;
  const protocol::Slot& first = recorded->slots.front();
  return WindowPart{first.args[0], first.tenant, first.opcode, *recorded->window_required,
                    static_cast<std::uint32_t>(recorded->slots.size()) - *recorded->window_required};
}

SlotRange range_of(const RingMemory& memory, std::uint32_t index) {
  if (memory.scheduler == Scheduler::kPriority) return {0, memory.ring.slot_count()};
  return queue_ranges(memory)[index];
}

std::vector<PublicationListener*> with_ledger(std::span<PublicationListener* const> listeners,
                                              TenantLedger& ledger) {
  std::vector<PublicationListener*> all(listeners.begin(), listeners.end());
  if (ledger.backlog().is_bounded()) all.push_back(&ledger);
  return all;
}

}  // namespace

Shard::Shard(const RingMemory& memory, std::uint32_t index, std::span<PublicationListener* const> listeners,
             WindowTable& windows, TenantBacklog& backlog, std::optional<std::uint64_t> schedule_seed)
    : memory_(memory),
      range_(range_of(memory, index)),
      ledger_(backlog),
      listeners_(with_ledger(listeners, ledger_)),
      table_(memory, range_, listeners_, windows, index + 1, memory.shards),
      schedule_(memory, index, memory.scheduler == Scheduler::kPriority ? memory.queue_count() : 1,
                schedule_seed) {}

Result<Area> Shard::area_for(std::uint64_t count, const PublishOptions& options) const {
  const std::uint32_t slots = memory_.ring.slot_count();
  Area area{.low = range_.low, .high = range_.high};
  auto priority = options.priority;
  if (!priority && memory_.scheduler == Scheduler::kPriority && !options.at_slot)
    priority = protocol::Priority::kNormal;
  if (priority) {
    const auto offsets = protocol::priority_offsets(slots);
    const auto index = static_cast<std::uint32_t>(*priority);
    area = {.low = offsets[index], .high = offsets[index + 1], .cursor_class = index, .priority = *priority};
  }
  if (options.at_slot) {
    area.low = *options.at_slot;
    if (count > slots || *options.at_slot > slots - count)
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{} slots from slot {} leave the ring of {} slots", count, *options.at_slot, slots), "",
          "start earlier, or make the ring larger");
  }
  if (count > area.high - area.low)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} slots do not fit into slots {}..{} of the ring of {}", count, area.low,
                            std::int64_t{area.high} - 1, slots),
                "", "make the ring larger, or split the batch");
  area.count = static_cast<std::uint32_t>(count);
  return area;
}

std::optional<std::uint32_t> Shard::find_slots(const Area& area, const PublishOptions& options,
                                               bool is_stuck) {
  if (options.at_slot) {
    if (!table_.is_free(*options.at_slot, area.count) || !has_entries(*options.at_slot, area.count))
      return std::nullopt;
    return options.at_slot;
  }
  // Looked at before the search moves on; within a partition or shard it does not matter where.
  if (!has_entries(area.low, area.count)) return std::nullopt;
  // Elsewhere only in an empty ring, so that no gaps arise that a larger batch would wait for.
  if (const auto place = schedule_.place(area.low, area.high); place && table_.counts().in_flight == 0)
    table_.search_from(area.cursor_class, *place);
  return table_.allocate(area.count, area.low, area.high, area.cursor_class, is_stuck ? kSkipsWhenStuck : 0);
}

Result<std::optional<Ticket>> Shard::try_publish(const descriptor::Descriptor& descriptor, const Area& area,
                                                 const PublishOptions& options, bool is_stuck) {
  mutex_.own();
  const std::lock_guard lock(mutex_);
  TenantBacklog& backlog = ledger_.backlog();
  if (!backlog.is_bounded()) {
    const auto first = find_slots(area, options, is_stuck);
    if (!first) return std::nullopt;
    return write(descriptor, *first, area, options);
  }
  auto tenants = tenants_of(descriptor);
  if (!backlog.enter(tenants)) {
    table_.reap();  // whatever finished makes room
    if (!backlog.enter(tenants)) return std::nullopt;
  }
  const auto first = find_slots(area, options, is_stuck);
  if (!first) {
    backlog.leave(tenants);
    return std::nullopt;
  }
  auto ticket = write(descriptor, *first, area, options);
  if (ticket)
    ledger_.note(ticket->id, std::move(tenants));
  else
    backlog.leave(tenants);
  return ticket;
}

/// The one place where slots are published: bodies with their STATUS, then entries and doorbell.
Result<Ticket> Shard::write(const descriptor::Descriptor& descriptor, std::uint32_t first, const Area& area,
                            const PublishOptions& options) {
  // While the lines and the doorbell are on their way to the device there is time to look for what has
  // finished.
  const bool has_time = memory_.ring.kind == MemoryKind::kWriteCombined && area.count >= kManySlots;
  if (has_time) table_.prefetch_oldest();
  const auto part = window_part(descriptor);
  const Ticket ticket = table_.take(first, area.count, part ? &*part : nullptr, schedule_.announced());
  if (auto written = publish_for_doorbell(memory_.ring, first, descriptor, area.priority); !written) {
    table_.give_back(ticket);
    return std::unexpected(std::move(written).error());
  }
  for (PublicationListener* listener : listeners_)
    listener->on_publication({.ticket = ticket,
                              .descriptor = descriptor,
                              .priority = area.priority,
                              .at_slot = options.at_slot.has_value(),
                              .in_partition = options.priority.has_value(),
                              .published_at = table_.published_at(ticket)});
  schedule_.publish(first, area.count);
  if (has_time) table_.reap_in_order(area.count);
  return ticket;
}

bool Shard::hand_out() {
  const std::lock_guard lock(mutex_);
  if (!schedule_.holds_any()) return false;
  schedule_.release();
  return true;
}

void Shard::announce_blocked() noexcept {
  const std::lock_guard lock(mutex_);
  schedule_.release();
  std::vector<std::uint32_t> again;
  table_.take_blocked([&](std::uint32_t slot) {
    const auto entries = static_cast<std::uint32_t>(again.size()) + 1;
    if (!table_.has_looked_since(schedule_.announced() + entries, schedule_.capacity())) return false;
    again.push_back(slot);
    return true;
  });
  for (const std::uint32_t slot : again) schedule_.announce(slot, 1);
  schedule_.ring();
}

}  // namespace vyre::ring
