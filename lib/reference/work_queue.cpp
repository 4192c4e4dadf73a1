#include "reference/work_queue.hpp"

#include <atomic>

namespace vyre::reference {
namespace {

constexpr std::array<std::uint32_t, protocol::kPriorityCount> kUsualOrder{0, 1, 2, 3, 4};
constexpr std::array<std::uint32_t, protocol::kPriorityCount> kStarvedOrder{2, 3, 4, 0, 1};

}  // namespace

WorkQueue::WorkQueue(const ring::RingMemory& memory)
    : memory_(memory), capacity_(ring::doorbell_capacity(memory.ring.slot_count())) {
  if (memory.doorbells.empty()) return;
  for (std::uint32_t i = 0; i < memory.queue_count(); ++i) queues_[i].head = memory.doorbells[2 * i];
}

void WorkQueue::find_published() {
  if (!memory_.doorbells.empty()) return;
  for (auto& queue : queues_) queue.found.clear();
  const std::uint32_t slots = memory_.ring.slot_count();
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const std::atomic_ref<std::uint32_t> status(memory_.ring.words[std::size_t{protocol::kSlotWords} * slot]);
    if (status.load(std::memory_order_relaxed) != static_cast<std::uint32_t>(protocol::Status::kPublished))
      continue;
    const std::uint32_t scheduling_class =
        memory_.scheduler == ring::Scheduler::kSlot
            ? 0
            : static_cast<std::uint32_t>(protocol::priority_of_slot(slot, slots));
    queues_[scheduling_class].found.push_back(slot);
  }
}

std::optional<Found> WorkQueue::next(bool starved) {
  if (memory_.scheduler == ring::Scheduler::kPriority) {
    for (const std::uint32_t queue : starved ? kStarvedOrder : kUsualOrder)
      if (auto found = take(queue)) return found;
    return std::nullopt;
  }
  // One slot of each shard in turn, so that none of them waits for the others.
  for (std::uint32_t i = 0; i < memory_.queue_count(); ++i) {
    const std::uint32_t queue = turn_++ % memory_.queue_count();
    if (auto found = take(queue)) return found;
  }
  return std::nullopt;
}

std::optional<Found> WorkQueue::take(std::uint32_t queue) {
  Queue& from = queues_[queue];
  if (memory_.doorbells.empty()) {
    if (from.found.empty()) return std::nullopt;
    const Found found{from.found.front(), queue};
    from.found.pop_front();
    return found;
  }
  if (from.count == 0 && !take_entry(queue)) return std::nullopt;
  --from.count;
  return Found{from.first++, queue};
}

bool WorkQueue::take_entry(std::uint32_t queue) noexcept {
  Queue& from = queues_[queue];
  // Pairs with the release in ring/doorbell.hpp, ring().
  const std::uint32_t tail = std::atomic_ref(memory_.doorbells[2 * queue]).load(std::memory_order_acquire);
  if (tail == from.head) return false;
  const std::size_t at = std::size_t{queue} * capacity_ + (from.head & (capacity_ - 1));
  const std::uint32_t entry =
      std::atomic_ref(memory_.doorbells[ring::kDoorbellHeaderWords + at]).load(std::memory_order_relaxed);
  ++from.head;
  from.first = ring::entry_first(entry);
  from.count = ring::entry_count(entry);
  return true;
}

}  // namespace vyre::reference
