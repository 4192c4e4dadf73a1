/// What the host writes between chunks: cells of the arena, and heads of results.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>

#include "ring/doorbell.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/result_memory.hpp"

namespace vyre::session {

/// Thread: one. Lives shorter than its backend.
class StreamCells {
 public:
  explicit StreamCells(ring::Backend& backend)
      : memory_(backend.payload_memory()), results_(backend.result_memory()) {}

  /// To be called before the slot that writes or reads it is published: what reads a cell that still holds an
  /// older row would go on from there. Pairs with the acquire of whoever claims the slot.
  void set_cell(std::uint32_t word, std::uint32_t value) const noexcept {
    std::atomic_ref(memory_.arena[word]).store(value, std::memory_order_release);
    ring::store_fence(memory_.kind);
  }
  /// Before the first scan: take_result() leaves the words so.
  void clear_results(std::uint64_t words) const noexcept {
    std::ranges::fill(results_.first(words), ring::kNoResultYet);
  }
  /// Of a slot that is DONE: waits for the word, and takes it away. ring::kNoResultYet: it did not come.
  [[nodiscard]] std::uint32_t take_result(std::uint64_t word) const noexcept {
    return ring::take_result(results_[word]);
  }

 private:
  ring::PayloadMemory memory_;
  std::span<std::uint32_t> results_;
};

}  // namespace vyre::session
