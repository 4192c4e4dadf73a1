#include "reference/work_queue.hpp"

#include <atomic>

namespace vyre::reference {
namespace {

using ring::kDoorbellClasses;

constexpr std::array<std::uint32_t, kDoorbellClasses> kUsualOrder{0, 1, 2, 3, 4};
constexpr std::array<std::uint32_t, kDoorbellClasses> kStarvedOrder{2, 3, 4, 0, 1};

}  // namespace

WorkQueue::WorkQueue(const ring::RingMemory& memory)
    : memory_(memory), capacity_(ring::doorbell_capacity(memory.ring.slot_count())) {}

void WorkQueue::find_published() {
  if (!memory_.doorbells.empty()) return;
  for (auto& queue : found_) queue.clear();
  const std::uint32_t slots = memory_.ring.slot_count();
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const std::atomic_ref<std::uint32_t> status(memory_.ring.words[std::size_t{protocol::kSlotWords} * slot]);
    if (status.load(std::memory_order_relaxed) != static_cast<std::uint32_t>(protocol::Status::kPublished))
      continue;
    const std::uint32_t scheduling_class =
        memory_.scheduler == ring::Scheduler::kSlot
            ? 0
            : static_cast<std::uint32_t>(protocol::priority_of_slot(slot, slots));
    found_[scheduling_class].push_back(slot);
  }
}

std::optional<Hint> WorkQueue::next(bool starved) {
  if (memory_.scheduler == ring::Scheduler::kSlot) return take(0);
  for (const std::uint32_t scheduling_class : starved ? kStarvedOrder : kUsualOrder)
    if (auto hint = take(scheduling_class)) return hint;
  return std::nullopt;
}

std::optional<Hint> WorkQueue::take(std::uint32_t scheduling_class) {
  if (memory_.doorbells.empty()) {
    auto& queue = found_[scheduling_class];
    if (queue.empty()) return std::nullopt;
    const Hint hint{queue.front(), scheduling_class};
    queue.pop_front();
    return hint;
  }
  // Pairs with the release in ring/doorbell.hpp, ring().
  const std::uint32_t tail =
      std::atomic_ref(memory_.doorbells[scheduling_class]).load(std::memory_order_acquire);
  std::uint32_t& head = heads_[scheduling_class];
  if (tail == head) return std::nullopt;
  // Entries further back than the queue is long have been overwritten by younger hints.
  if (tail - head > capacity_) head = tail - capacity_;
  const std::size_t entry = std::size_t{scheduling_class} * capacity_ + (head & (capacity_ - 1));
  ++head;
  std::atomic_ref<std::uint32_t> slot(memory_.doorbells[ring::kDoorbellHeaderWords + entry]);
  return Hint{slot.load(std::memory_order_relaxed), scheduling_class};
}

}  // namespace vyre::reference
