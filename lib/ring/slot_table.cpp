#include "ring/slot_table.hpp"

#include <algorithm>
#include <atomic>

#include "base/assert.hpp"

namespace vyre::ring {

using protocol::Status;

namespace {

constexpr auto kDone = static_cast<std::uint32_t>(Status::kDone);
constexpr auto kFault = static_cast<std::uint32_t>(Status::kFault);

}  // namespace

SlotTable::SlotTable(const RingMemory& memory, SlotRange range,
                     std::span<PublicationListener* const> listeners, WindowTable& windows,
                     std::uint64_t first_id, std::uint64_t id_step)
    : memory_(memory),
      range_(range),
      listeners_(listeners),
      windows_(windows),
      taken_(range.size()),
      firsts_(range.size()),
      records_(range.size()),
      next_id_(first_id),
      id_step_(id_step) {
  VYRE_ASSERT(memory.completions.size() >= range.high && memory.fault_details.size() >= range.high);
  faults_.reserve(kMaxKeptFaults);
}

// --- Completions ----------------------------------------------------------------------------------------

std::uint32_t SlotTable::completion(std::uint32_t slot) const noexcept {
  // Pairs with the release in shaders/megakernel.comp before the completion is stored.
  return std::atomic_ref(memory_.completions[slot]).load(std::memory_order_acquire);
}

std::uint64_t SlotTable::completion_pair(std::uint32_t slot) const noexcept {
  const auto* pair = reinterpret_cast<const detail::WordPair*>(&memory_.completions[slot]);
  return __atomic_load_n(pair, __ATOMIC_ACQUIRE);
}

void SlotTable::unblock(std::uint32_t slot) noexcept {
  // The kernel gave the slot back, so that nobody else writes the word until it is announced anew.
  std::atomic_ref(memory_.completions[slot]).store(0, std::memory_order_relaxed);
}

SlotTable::Ending SlotTable::ending_of(std::uint32_t first) const noexcept {
  const std::uint32_t end = first + record(first).count;
  // The last slot tends to finish last, so an unfinished run is told by one look.
  if (!protocol::is_completed(completion(end - 1))) return Ending::kUnfinished;
  std::uint32_t slot = first;
  std::uint64_t differences = 0;
  if (slot % 2 != 0) differences |= completion(slot++) ^ kDone;
  constexpr std::uint64_t kBothDone = kDone | std::uint64_t{kDone} << 32;
  for (; slot + 1 < end; slot += 2) differences |= completion_pair(slot) ^ kBothDone;
  if (slot < end) differences |= completion(slot) ^ kDone;
  if (differences == 0) return Ending::kAllDone;
  for (slot = first; slot < end; ++slot)
    if (!protocol::is_completed(completion(slot))) return Ending::kUnfinished;
  return Ending::kMixed;
}

bool SlotTable::is_taken(std::uint32_t first) const noexcept {
  for (std::uint32_t slot = first; slot < first + record(first).count; ++slot) {
    if (completion(slot) != 0) continue;
    const std::atomic_ref status(memory_.ring.words[std::size_t{protocol::kSlotWords} * slot]);
    if (status.load(std::memory_order_relaxed) == static_cast<std::uint32_t>(Status::kPublished))
      return false;
  }
  return true;
}

bool SlotTable::has_looked_since(std::uint32_t announced, std::uint32_t capacity) noexcept {
  // Entries of finished publications were taken, so only of those in flight it must be asked.
  while (untaken_ != kNone && announced - record(untaken_).announced > capacity) {
    if (!is_taken(untaken_)) return false;
    untaken_ = record(untaken_).next;
  }
  return true;
}

// --- Publications ---------------------------------------------------------------------------------------

void SlotTable::unlink(std::uint32_t first) noexcept {
  Record& gone = record(first);
  if (untaken_ == first) untaken_ = gone.next;
  (gone.previous == kNone ? oldest_ : record(gone.previous).next) = gone.next;
  (gone.next == kNone ? newest_ : record(gone.next).previous) = gone.previous;
  taken_.remove(first - range_.low, gone.count);
  firsts_.remove(first - range_.low, 1);
  gone.id = 0;
}

void SlotTable::keep_fault(const Record& record, std::uint32_t slot, std::uint32_t word) noexcept {
  if (faults_.size() == kMaxKeptFaults) return;
  const auto load = [](std::uint32_t& from) { return std::atomic_ref(from).load(std::memory_order_relaxed); };
  const auto words = memory_.ring.words.subspan(std::size_t{protocol::kSlotWords} * slot);
  faults_.push_back({.slot = slot,
                     .code = protocol::completion_fault(word),
                     .detail = load(memory_.fault_details[slot]),
                     .opcode = load(words[protocol::kOpcodeWord]),
                     .tenant = load(words[protocol::kTenantWord]),
                     .ticket = record.id});
}

/// Where a slot faulted or a window wants to know of each.
void SlotTable::judge_each(const Record& record, std::uint32_t first) noexcept {
  for (std::uint32_t slot = first; slot < first + record.count; ++slot) {
    const std::uint32_t word = completion(slot);
    const std::uint32_t status = protocol::completion_status(word);
    if (status == kFault) {
      ++faulted_;
      keep_fault(record, slot, word);
    } else {
      ++done_;
    }
    if (record.window != kNone) windows_.count(record.window, slot - first < record.required, status);
  }
}

void SlotTable::retire(std::uint32_t first, Ending ending) noexcept {
  const Record& finished = record(first);
  if (finished.window == kNone && ending == Ending::kAllDone)
    done_ += finished.count;
  else
    judge_each(finished, first);
  for (PublicationListener* listener : listeners_)
    listener->on_retirement({.id = finished.id, .first_slot = first, .slot_count = finished.count});
  unlink(first);
}

bool SlotTable::retire_if_finished(std::uint32_t first) noexcept {
  const Ending ending = ending_of(first);
  if (ending == Ending::kUnfinished) return false;
  retire(first, ending);
  return true;
}

std::optional<std::uint32_t> SlotTable::allocate(std::uint32_t count, std::uint32_t low, std::uint32_t high,
                                                 std::uint32_t scheduling_class,
                                                 std::uint32_t max_skips) noexcept {
  std::uint32_t& cursor = cursors_[scheduling_class];
  if (cursor < low || cursor >= high) cursor = low;
  std::uint32_t start = cursor;
  // Where the run that is being looked at is known to be free so far. Twice round at most, plus a run.
  std::uint32_t seen = start;
  for (std::uint32_t skips = 0, wraps = 0;;) {
    if (high - start < count) {  // a run never wraps
      if (++wraps > 2) return std::nullopt;
      start = seen = low;
      continue;
    }
    seen = free_until(seen, start + count);
    if (seen == start + count) {
      cursor = seen < high ? seen : low;
      return start;
    }
    const std::uint32_t owner_first = owner(seen);
    const std::uint32_t owner_end = owner_first + record(owner_first).count;
    if (retire_if_finished(owner_first)) {
      seen = std::min(owner_end, start + count);
      continue;
    }
    if (++skips > max_skips) return std::nullopt;
    start = seen = owner_end;
    cursor = start < high ? start : low;
  }
}

bool SlotTable::is_free(std::uint32_t first, std::uint32_t count) noexcept {
  for (std::uint32_t slot = first; (slot = free_until(slot, first + count)) < first + count;)
    if (!retire_if_finished(owner(slot))) return false;
  return true;
}

Ticket SlotTable::take(std::uint32_t first, std::uint32_t count, const WindowPart* window,
                       std::uint32_t announced) noexcept {
  record(first) = {.id = next_id_,
                   .published_at = Clock::now(),
                   .count = count,
                   .previous = newest_,
                   .next = kNone,
                   .announced = announced,
                   .window = window != nullptr ? windows_.add(*window) : kNone,
                   .required = window != nullptr ? window->required : 0};
  next_id_ += id_step_;
  (newest_ == kNone ? oldest_ : record(newest_).next) = first;
  newest_ = first;
  if (untaken_ == kNone) untaken_ = first;
  taken_.add(first - range_.low, count);
  firsts_.add(first - range_.low, 1);
  // Nobody else looks at the words of slots that are not published.
  std::fill_n(&memory_.completions[first], count, 0U);
  published_ += count;
  return {record(first).id, first, count};
}

void SlotTable::give_back(const Ticket& ticket) noexcept {
  const Record& failed = record(ticket.first_slot);
  VYRE_ASSERT(failed.id == ticket.id);
  if (failed.window != kNone) windows_.remove(failed.window, failed.required, failed.count - failed.required);
  published_ -= failed.count;
  unlink(ticket.first_slot);
}

// --- Questions ------------------------------------------------------------------------------------------

bool SlotTable::is_finished(const Ticket& ticket) noexcept {
  if (ticket.slot_count == 0 || record(ticket.first_slot).id != ticket.id) return true;
  return retire_if_finished(ticket.first_slot);
}

bool SlotTable::reap() noexcept {
  for (std::uint32_t first = oldest_; first != kNone;) {
    const std::uint32_t next = record(first).next;
    static_cast<void>(retire_if_finished(first));
    first = next;
  }
  return oldest_ == kNone;
}

bool SlotTable::reap_in_order(std::uint32_t most_slots) noexcept {
  for (std::uint32_t slots = 0; oldest_ != kNone && slots < most_slots;) {
    slots += record(oldest_).count;
    if (!retire_if_finished(oldest_)) break;
  }
  return oldest_ == kNone;
}

void SlotTable::prefetch_oldest() const noexcept {
  if (oldest_ == kNone) return;
  constexpr std::uint32_t kLineWords = 16;
  const std::uint32_t end = oldest_ + record(oldest_).count;
  for (std::uint32_t slot = oldest_; slot < end; slot += kLineWords)
    __builtin_prefetch(&memory_.completions[slot]);
}

void SlotTable::add_to_window(std::uint32_t window, WindowProgress& progress,
                              std::uint32_t& required_faults) const {
  for (std::uint32_t first = oldest_; first != kNone; first = record(first).next) {
    if (record(first).window != window) continue;
    for (std::uint32_t slot = first; slot < first + record(first).required; ++slot) {
      const std::uint32_t status = protocol::completion_status(completion(slot));
      if (status == kDone) ++progress.required_done;
      if (status == kFault) ++required_faults;
    }
  }
}

PublisherCounts SlotTable::counts() const noexcept {
  return {published_, done_, faulted_, published_ - done_ - faulted_};
}

void SlotTable::add_in_flight(std::vector<InFlightSlot>& slots, std::size_t limit) const {
  for (std::uint32_t first = oldest_; first != kNone; first = record(first).next) {
    for (std::uint32_t slot = first; slot < first + record(first).count; ++slot) {
      if (slots.size() == limit) return;
      if (protocol::is_completed(completion(slot))) continue;
      const std::size_t base = std::size_t{protocol::kSlotWords} * slot;
      slots.push_back({record(first).id, slot, memory_.ring.words[base + protocol::kTenantWord],
                       memory_.ring.words[base + protocol::kOpcodeWord], record(first).published_at});
    }
  }
}

}  // namespace vyre::ring
