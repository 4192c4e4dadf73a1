/// What the host writes between chunks: cells of the arena, and heads of results.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "ring/doorbell.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::session {

/// In the head of results that no scan has written: more than any scan can find.
inline constexpr std::uint32_t kNothingWritten = 0xFFFF'FFFF;

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
  /// To be called before the scan that writes there is published; a fault leaves it as it is.
  void clear_results(std::uint32_t word) const noexcept {
    std::atomic_ref(results_[word]).store(kNothingWritten, std::memory_order_relaxed);
  }
  /// Of a slot that is finished, which the publisher learnt with acquire order.
  [[nodiscard]] std::uint32_t result(std::uint64_t word) const noexcept {
    return std::atomic_ref(results_[word]).load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::span<const std::uint32_t> results(std::uint64_t word, std::uint64_t count) const {
    return std::span<const std::uint32_t>(results_).subspan(word, count);
  }

 private:
  ring::PayloadMemory memory_;
  std::span<std::uint32_t> results_;
};

}  // namespace vyre::session
