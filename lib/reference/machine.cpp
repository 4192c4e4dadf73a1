#include "reference/machine.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include "reference/packed.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::reference {

using protocol::FaultCode;
using protocol::Status;

namespace {

std::uint64_t now_ns() noexcept {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

}  // namespace

Machine::Machine(const Memory& memory, CustomOperations operations)
    : ring_(memory.ring),
      store_(memory.control, memory.debug_log, memory.dfa_table, memory.arena, memory.open_protection),
      io_(memory.io),
      custom_(std::move(operations)),
      environment_{store_, io_, custom_, memory.scans,
                   [this](std::uint32_t slot, std::uint32_t count) { return finished_before(slot, count); }},
      queue_(memory.ring),
      trace_(memory.trace),
      is_blocked_(memory.ring.ring.slot_count()) {}

std::uint64_t Machine::run(std::uint64_t max_slots) {
  claims_ = 0;
  queue_.find_published();
  // Each round ends slots or is the last one, so this ends: only a publisher can add work.
  for (bool moved = true; moved && !has_shut_down();) {
    moved = retry_parked();
    moved |= retry_blocked(max_slots);
    moved |= take_found(max_slots);
  }
  return claims_;
}

bool Machine::may_claim(std::uint64_t max_slots) const noexcept {
  return claims_ < max_slots && !has_shut_down();
}

bool Machine::retry_parked() {
  bool moved = false;
  for (Claimed& claimed : std::exchange(parked_, {})) {
    if (has_shut_down()) {
      parked_.push_back(claimed);
      continue;
    }
    if (!trace_.empty()) claimed.pass_began_ns = now_ns();
    moved |= advance(claimed);  // parks it again when it still has to wait
  }
  return moved;
}

bool Machine::retry_blocked(std::uint64_t max_slots) {
  std::vector<Found> waiting = std::exchange(blocked_, {});
  const std::uint64_t before = claims_;
  for (const Found& found : waiting) {
    is_blocked_[found.slot] = false;
    if (may_claim(max_slots)) {
      consider(found);
    } else {
      is_blocked_[found.slot] = true;
      blocked_.push_back(found);
    }
  }
  return claims_ != before;
}

bool Machine::take_found(std::uint64_t max_slots) {
  const std::uint64_t before = claims_;
  while (may_claim(max_slots)) {
    const bool starved = store_.read(protocol::kPriorityStarvationWord) >= protocol::kStarvationLimit;
    const auto found = queue_.next(starved);
    if (!found) break;
    consider(*found);
  }
  return claims_ != before;
}

bool Machine::consider(const Found& found) {
  if (found.slot >= ring_.ring.slot_count() || is_blocked_[found.slot]) return false;
  if (load_status(found.slot) != static_cast<std::uint32_t>(Status::kPublished)) return false;
  const std::uint32_t tenant = read_slot(found.slot).tenant;
  if (tenant < protocol::kTenantCount) {
    const std::uint32_t mask = store_.read(protocol::kTenantMaskWord + tenant);
    const std::uint32_t quota = store_.read(protocol::kTenantQuotaWord + tenant);
    if (mask == 0 || quota == 0) {
      give_back(found.slot);  // the host announces the slot again when that changes
      return false;
    }
    if (in_flight_[tenant] >= quota) {
      is_blocked_[found.slot] = true;
      blocked_.push_back(found);
      return false;
    }
  }
  return claim(found, tenant);
}

bool Machine::claim(const Found& found, std::uint32_t tenant) {
  std::atomic_ref<std::uint32_t> status(ring_.ring.words[std::size_t{protocol::kSlotWords} * found.slot]);
  auto expected = static_cast<std::uint32_t>(Status::kPublished);
  // Acquire pairs with the release in ring/publication.cpp: the body is read after it.
  if (!status.compare_exchange_strong(expected, static_cast<std::uint32_t>(Status::kClaimed),
                                      std::memory_order_acquire))
    return false;
  ++claims_;
  count_claim(found, tenant);
  Claimed claimed{found.slot, read_slot(found.slot), 0, 0};
  if (!trace_.empty()) trace_claim(claimed);
  if (tenant < protocol::kTenantCount) {
    ++in_flight_[tenant];
    advance(claimed);
  } else {
    end(claimed, Status::kFault, {FaultCode::kTenantOutOfRange, tenant});
  }
  return true;
}

void Machine::count_claim(const Found& found, std::uint32_t tenant) {
  store_.add(protocol::kTenantFairnessWord + tenant % protocol::kTenantCounters, 1);
  if (ring_.scheduler != ring::Scheduler::kPriority) return;
  store_.add(protocol::kPriorityFairnessWord + found.scheduling_class, 1);
  if (found.scheduling_class <= static_cast<std::uint32_t>(protocol::Priority::kHigh))
    store_.add(protocol::kPriorityStarvationWord, 1);
  else
    store_.write(protocol::kPriorityStarvationWord, 0);
}

bool Machine::advance(Claimed& claimed) {
  const protocol::Slot& slot = claimed.slot;
  const Outcome outcome =
      slot.opcode == protocol::kOpPackedSlot
          ? run_packed(environment_, claimed.index, slot, claimed.next_inner)
          : run_operation(environment_, {claimed.index, slot.tenant, slot.opcode, slot.args});
  switch (outcome.kind) {
    case Outcome::Kind::kDone: end(claimed, Status::kDone, {}); return true;
    case Outcome::Kind::kFault: end(claimed, Status::kFault, outcome.fault); return true;
    case Outcome::Kind::kWait: store_status(claimed.index, Status::kRequeue); break;
    case Outcome::Kind::kWaitIo: store_status(claimed.index, Status::kWaitIo); break;
  }
  parked_.push_back(claimed);
  return false;
}

void Machine::end(const Claimed& claimed, Status status, const Fault& fault) {
  if (claimed.slot.tenant < protocol::kTenantCount) --in_flight_[claimed.slot.tenant];
  store_.add(protocol::kDoneCountWord, 1);
  store_status(claimed.index, status);
  if (!trace_.empty()) trace_end(claimed);
  if (ring_.completions.empty()) return;
  if (status == Status::kFault)
    std::atomic_ref(ring_.fault_details[claimed.index]).store(fault.detail, std::memory_order_relaxed);
  // Release: who sees the completion sees all that the slot did. Pairs with the acquire in
  // ring/slot_table.cpp.
  std::atomic_ref(ring_.completions[claimed.index])
      .store(protocol::make_completion(static_cast<std::uint32_t>(status), fault.code),
             std::memory_order_release);
}

void Machine::give_back(std::uint32_t slot) noexcept {
  if (ring_.completions.empty()) return;
  std::atomic_ref(ring_.completions[slot]).store(protocol::kCompletionBlocked, std::memory_order_release);
}

void Machine::trace_claim(Claimed& claimed) noexcept {
  claimed.pass_began_ns = now_ns();
  const auto words =
      trace_.subspan(std::size_t{protocol::kTraceWords} * claimed.index, protocol::kTraceWords);
  std::ranges::fill(words, 0);
  words[protocol::kTraceClaimWord] = static_cast<std::uint32_t>(claimed.pass_began_ns);
  words[protocol::kTraceClaimWord + 1] = static_cast<std::uint32_t>(claimed.pass_began_ns >> 32);
}

void Machine::trace_end(const Claimed& claimed) noexcept {
  const std::uint64_t end_ns = now_ns();
  const std::uint64_t last_pass_ns = end_ns - claimed.pass_began_ns;
  const auto words =
      trace_.subspan(std::size_t{protocol::kTraceWords} * claimed.index, protocol::kTraceWords);
  words[protocol::kTraceEndWord] = static_cast<std::uint32_t>(end_ns);
  words[protocol::kTraceEndWord + 1] = static_cast<std::uint32_t>(end_ns >> 32);
  words[protocol::kTraceLastPassWord] =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(last_pass_ns, 0xFFFF'FFFF));
}

std::uint32_t Machine::load_status(std::uint32_t slot) const noexcept {
  return std::atomic_ref(ring_.ring.words[std::size_t{protocol::kSlotWords} * slot])
      .load(std::memory_order_acquire);
}

void Machine::store_status(std::uint32_t slot, Status status) noexcept {
  std::atomic_ref(ring_.ring.words[std::size_t{protocol::kSlotWords} * slot])
      .store(static_cast<std::uint32_t>(status), std::memory_order_release);
}

protocol::Slot Machine::read_slot(std::uint32_t slot) const noexcept {
  const auto words = ring_.ring.words.subspan(std::size_t{protocol::kSlotWords} * slot, protocol::kSlotWords);
  protocol::Slot copy;
  copy.opcode = words[protocol::kOpcodeWord];
  copy.tenant = words[protocol::kTenantWord];
  copy.priority = words[protocol::kPriorityWord];
  for (std::uint32_t i = 0; i < protocol::kArgWords; ++i) copy.args[i] = words[protocol::kArgsWord + i];
  return copy;
}

bool Machine::finished_before(std::uint32_t slot, std::uint32_t count) const noexcept {
  for (std::uint32_t before = slot - count; before < slot; ++before) {
    const auto status = static_cast<Status>(load_status(before));
    if (status != Status::kDone && status != Status::kFault) return false;
  }
  return true;
}

}  // namespace vyre::reference
