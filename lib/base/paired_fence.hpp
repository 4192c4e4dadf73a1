/// Two fences that order a store before a later load where each of two threads stores one word and then loads
/// the other's: one thread passes light_fence(), the other heavy_fence(), and at least one of them sees what
/// the other stored. The light one costs nothing where the system offers membarrier(2), by which the heavy
/// one, some microseconds long, passes a fence on every processor that runs a thread of this process;
/// elsewhere both are full fences.
#pragma once

#include <atomic>

namespace vyre::base {

namespace detail {
/// Registers the process at its first call.
[[nodiscard]] bool has_membarrier() noexcept;
/// A full fence, by a read-modify-write: ThreadSanitizer knows no other.
void full_fence() noexcept;
}  // namespace detail

inline void light_fence() noexcept {
  static const bool is_free = detail::has_membarrier();
  if (is_free)
    std::atomic_signal_fence(std::memory_order_seq_cst);
  else
    detail::full_fence();
}

void heavy_fence() noexcept;

}  // namespace vyre::base
