#include "ring/slot_table.hpp"

#include <algorithm>
#include <atomic>

#include "base/assert.hpp"

namespace vyre::ring {

using protocol::Status;

SlotTable::SlotTable(const RingMemory& memory, std::span<PublicationListener* const> listeners)
    : memory_(memory),
      listeners_(listeners),
      owner_(memory.ring.slot_count(), kNone),
      records_(memory.ring.slot_count()) {
  VYRE_ASSERT(memory.completions.size() >= std::size_t{protocol::kCompletionWords} * owner_.size());
  faults_.reserve(kMaxKeptFaults);
}

std::uint32_t SlotTable::completion(std::uint32_t slot) const noexcept {
  // Pairs with the release in shaders/megakernel.comp before the completion's first word is stored.
  std::atomic_ref<std::uint32_t> word(memory_.completions[std::size_t{protocol::kCompletionWords} * slot]);
  return word.load(std::memory_order_acquire);
}

bool SlotTable::all_complete(std::uint32_t first) const noexcept {
  // Backwards: the last slot tends to finish last, so an unfinished run is told by one look.
  for (std::uint32_t slot = first + records_[first].count; slot-- > first;)
    if (completion(slot) == 0) return false;
  return true;
}

void SlotTable::unlink(std::uint32_t first) noexcept {
  Record& record = records_[first];
  (record.previous == kNone ? oldest_ : records_[record.previous].next) = record.next;
  (record.next == kNone ? newest_ : records_[record.next].previous) = record.previous;
  for (std::uint32_t slot = first; slot < first + record.count; ++slot) owner_[slot] = kNone;
  record.id = 0;
}

void SlotTable::keep_fault(const Record& record, std::uint32_t slot, std::uint32_t word) noexcept {
  if (faults_.size() == kMaxKeptFaults) return;
  const auto slot_word = [&](std::uint32_t index) {
    return std::atomic_ref<std::uint32_t>(
               memory_.ring.words[std::size_t{protocol::kSlotWords} * slot + index])
        .load(std::memory_order_relaxed);
  };
  faults_.push_back({.slot = slot,
                     .code = protocol::completion_fault(word),
                     .detail = memory_.completions[std::size_t{protocol::kCompletionWords} * slot + 1],
                     .opcode = slot_word(protocol::kOpcodeWord),
                     .tenant = slot_word(protocol::kTenantWord),
                     .ticket = record.id});
}

void SlotTable::count_window_slot(WindowProgress& window, bool required,
                                  std::uint32_t status) const noexcept {
  if (status == static_cast<std::uint32_t>(Status::kFault)) ++window.faulted;
  if (status == static_cast<std::uint32_t>(Status::kDone))
    ++(required ? window.required_done : window.lookahead_done);
}

void SlotTable::retire(std::uint32_t first) noexcept {
  const Record& record = records_[first];
  for (std::uint32_t slot = first; slot < first + record.count; ++slot) {
    const std::uint32_t word = completion(slot);
    const std::uint32_t status = protocol::completion_status(word);
    if (status == static_cast<std::uint32_t>(Status::kFault)) {
      ++faulted_;
      keep_fault(record, slot, word);
    } else {
      ++done_;
    }
    if (record.window != kNone)
      count_window_slot(windows_[record.window], slot - first < record.required, status);
  }
  for (PublicationListener* listener : listeners_)
    listener->on_retirement({.id = record.id, .first_slot = first, .slot_count = record.count});
  unlink(first);
}

std::optional<std::uint32_t> SlotTable::allocate(std::uint32_t count, std::uint32_t low, std::uint32_t high,
                                                 std::uint32_t scheduling_class,
                                                 std::uint32_t max_skips) noexcept {
  std::uint32_t& cursor = cursors_[scheduling_class];
  if (cursor < low || cursor >= high) cursor = low;
  std::uint32_t start = cursor;
  std::uint32_t run = 0;
  for (std::uint32_t seen = 0, skips = 0; seen < 2 * (high - low); ++seen) {
    if (start + count > high) {  // a run never wraps
      start = low;
      run = 0;
    }
    const std::uint32_t slot = start + run;
    if (const std::uint32_t owner = owner_[slot]; owner != kNone) {
      if (all_complete(owner)) {
        retire(owner);
      } else {
        if (++skips > max_skips) return std::nullopt;
        start = owner + records_[owner].count;
        run = 0;
        cursor = start < high ? start : low;
        continue;
      }
    }
    if (++run == count) {
      cursor = start + count < high ? start + count : low;
      return start;
    }
  }
  return std::nullopt;
}

bool SlotTable::is_free(std::uint32_t first, std::uint32_t count) noexcept {
  for (std::uint32_t slot = first; slot < first + count; ++slot) {
    const std::uint32_t owner = owner_[slot];
    if (owner == kNone) continue;
    if (!all_complete(owner)) return false;
    retire(owner);
  }
  return true;
}

std::uint32_t SlotTable::window_index(const WindowPart& part) {
  const auto [at, is_new] =
      window_by_ticket_.try_emplace(part.ticket, static_cast<std::uint32_t>(windows_.size()));
  if (!is_new) return at->second;
  if (windows_.size() == kMaxKeptWindows) {
    window_by_ticket_.erase(at);
    return kNone;
  }
  windows_.push_back({.ticket = part.ticket, .tenant = part.tenant, .opcode = part.opcode});
  return at->second;
}

Ticket SlotTable::take(std::uint32_t first, std::uint32_t count, const WindowPart* window) noexcept {
  const std::uint32_t index = window != nullptr ? window_index(*window) : kNone;
  if (index != kNone) {
    windows_[index].required += window->required;
    windows_[index].lookahead += window->lookahead;
  }
  records_[first] = {.id = next_id_++,
                     .published_at = Clock::now(),
                     .count = count,
                     .previous = newest_,
                     .next = kNone,
                     .window = index,
                     .required = window != nullptr ? window->required : 0};
  (newest_ == kNone ? oldest_ : records_[newest_].next) = first;
  newest_ = first;
  for (std::uint32_t slot = first; slot < first + count; ++slot) {
    owner_[slot] = first;
    std::atomic_ref(memory_.completions[std::size_t{protocol::kCompletionWords} * slot])
        .store(0, std::memory_order_relaxed);
  }
  published_ += count;
  return {records_[first].id, first, count};
}

void SlotTable::give_back(const Ticket& ticket) noexcept {
  const Record& record = records_[ticket.first_slot];
  VYRE_ASSERT(record.id == ticket.id);
  if (record.window != kNone) {
    windows_[record.window].required -= record.required;
    windows_[record.window].lookahead -= record.count - record.required;
  }
  published_ -= record.count;
  unlink(ticket.first_slot);
}

bool SlotTable::is_finished(const Ticket& ticket) noexcept {
  if (ticket.slot_count == 0 || records_[ticket.first_slot].id != ticket.id) return true;
  if (!all_complete(ticket.first_slot)) return false;
  retire(ticket.first_slot);
  return true;
}

bool SlotTable::reap() noexcept {
  for (std::uint32_t first = oldest_; first != kNone;) {
    const std::uint32_t next = records_[first].next;
    if (all_complete(first)) retire(first);
    first = next;
  }
  return oldest_ == kNone;
}

bool SlotTable::reap_in_order() noexcept {
  while (oldest_ != kNone && all_complete(oldest_)) retire(oldest_);
  return oldest_ == kNone;
}

SlotTable::WindowState SlotTable::window_state(std::uint32_t window_ticket) noexcept {
  const auto found = window_by_ticket_.find(window_ticket);
  if (found == window_by_ticket_.end()) return WindowState::kUnknown;
  WindowProgress window = windows_[found->second];
  std::uint32_t required_faults = 0;
  for (std::uint32_t first = oldest_; first != kNone; first = records_[first].next) {
    if (records_[first].window != found->second) continue;
    for (std::uint32_t slot = first; slot < first + records_[first].required; ++slot) {
      const std::uint32_t status = protocol::completion_status(completion(slot));
      if (status == static_cast<std::uint32_t>(Status::kDone)) ++window.required_done;
      if (status == static_cast<std::uint32_t>(Status::kFault)) ++required_faults;
    }
  }
  if (window.usable()) return WindowState::kUsable;
  // Slots already recycled are no longer told apart, but a window none of whose slots is in flight
  // and that is not usable can only have faulted.
  const bool over = required_faults > 0 || window.required_done + window.faulted + window.lookahead_done >=
                                               window.required + window.lookahead;
  return over ? WindowState::kFaulted : WindowState::kWaiting;
}

PublisherCounts SlotTable::counts() const noexcept {
  return {published_, done_, faulted_, published_ - done_ - faulted_};
}

std::vector<WindowProgress> SlotTable::windows() const { return windows_; }

std::vector<InFlightSlot> SlotTable::in_flight(std::size_t limit) const {
  std::vector<InFlightSlot> slots;
  for (std::uint32_t first = oldest_; first != kNone; first = records_[first].next) {
    const Record& record = records_[first];
    for (std::uint32_t slot = first; slot < first + record.count; ++slot) {
      if (slots.size() == limit) return slots;
      if (completion(slot) != 0) continue;
      const std::size_t base = std::size_t{protocol::kSlotWords} * slot;
      slots.push_back({record.id, slot, memory_.ring.words[base + protocol::kTenantWord],
                       memory_.ring.words[base + protocol::kOpcodeWord], record.published_at});
    }
  }
  return slots;
}

}  // namespace vyre::ring
