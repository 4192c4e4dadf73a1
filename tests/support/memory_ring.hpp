/// A ring in plain memory, and a kernel that finishes slots when a test says so.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "vyre/ring/consumer.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace vyre::test {

class MemoryRing final : public ring::Consumer {
 public:
  explicit MemoryRing(std::uint32_t slot_count, ring::Scheduler scheduler = ring::Scheduler::kSlot,
                      std::uint32_t shards = 1)
      : ring_(std::size_t{protocol::kSlotWords} * slot_count),
        completions_(slot_count),
        fault_details_(slot_count),
        doorbells_(ring::doorbell_words(slot_count, ring::queue_count(scheduler, shards))),
        scheduler_(scheduler),
        shards_(shards) {}

  [[nodiscard]] ring::RingMemory memory() {
    return {.ring = {ring_, ring::MemoryKind::kCached},
            .completions = completions_,
            .fault_details = fault_details_,
            .doorbells = doorbells_,
            .scheduler = scheduler_,
            .shards = shards_};
  }

  void notify() noexcept override { ++notifications; }
  Result<void> health() override {
    if (broken) return fail(ErrorCode::kDeviceLost, "the device was lost", "", "");
    return {};
  }
  bool has_shut_down() noexcept override { return shut_down; }

  void finish(std::uint32_t slot) { end(slot, protocol::Status::kDone, protocol::FaultCode::kNone, 0); }
  /// Leaves the slot PUBLISHED, as the kernel does when its tenant is masked.
  void give_back(std::uint32_t slot) {
    std::atomic_ref(completions_[slot]).store(protocol::kCompletionBlocked, std::memory_order_release);
  }
  void fault(std::uint32_t slot, protocol::FaultCode code, std::uint32_t detail) {
    end(slot, protocol::Status::kFault, code, detail);
  }
  /// Finishes every published slot in index order; returns how many there were.
  std::uint32_t finish_all() {
    std::uint32_t finished = 0;
    for (std::uint32_t slot = 0; slot < ring_.size() / protocol::kSlotWords; ++slot) {
      if (status(slot) != protocol::Status::kPublished) continue;
      finish(slot);
      ++finished;
    }
    return finished;
  }

  [[nodiscard]] protocol::Status status(std::uint32_t slot) {
    return static_cast<protocol::Status>(
        std::atomic_ref(word(slot, protocol::kStatusWord)).load(std::memory_order_acquire));
  }
  [[nodiscard]] std::uint32_t& word(std::uint32_t slot, std::uint32_t index) {
    return ring_[std::size_t{protocol::kSlotWords} * slot + index];
  }
  [[nodiscard]] std::uint32_t tail(std::uint32_t queue) const { return doorbells_[2 * queue]; }
  /// The newest entry, as it lies beside the tail.
  [[nodiscard]] std::uint32_t newest(std::uint32_t queue) const { return doorbells_[2 * queue + 1]; }
  /// Entry number `index` of a queue.
  [[nodiscard]] std::uint32_t entry(std::uint32_t queue, std::uint32_t index) const {
    const auto slots = static_cast<std::uint32_t>(ring_.size() / protocol::kSlotWords);
    const std::uint32_t capacity = ring::doorbell_capacity(slots);
    return doorbells_[ring::kDoorbellHeaderWords + queue * capacity + (index & (capacity - 1))];
  }

  std::atomic<unsigned> notifications{0};
  std::atomic<bool> broken{false};
  std::atomic<bool> shut_down{false};

 private:
  void end(std::uint32_t slot, protocol::Status status, protocol::FaultCode code, std::uint32_t detail) {
    std::atomic_ref(word(slot, protocol::kStatusWord))
        .store(static_cast<std::uint32_t>(status), std::memory_order_relaxed);
    fault_details_[slot] = detail;
    std::atomic_ref(completions_[slot])
        .store(protocol::make_completion(static_cast<std::uint32_t>(status), code),
               std::memory_order_release);
  }

  std::vector<std::uint32_t> ring_;
  std::vector<std::uint32_t> completions_;
  std::vector<std::uint32_t> fault_details_;
  std::vector<std::uint32_t> doorbells_;
  ring::Scheduler scheduler_;
  std::uint32_t shards_;
};

}  // namespace vyre::test
