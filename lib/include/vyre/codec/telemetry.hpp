/// What the host can tell from control and ring alone: counters, and how far ticketed windows are.
/// Source: vyre-protocol(7), "Host-side decoding".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/codec/ring.hpp"

namespace vyre::codec {

/// Counters of a runtime. Ratios are rounded down, and 0 for a ring without slots.
struct RuntimeCounters {
  std::uint32_t total_slots = 0;
  std::uint32_t queue_depth = 0;             ///< neither EMPTY nor DONE
  std::uint32_t gpu_idle_slots = 0;          ///< EMPTY
  std::uint32_t gpu_idle_ppm = 0;            ///< of the slots, in millionths
  std::uint32_t frontier_density_bps = 0;    ///< queue depth of the slots, in ten-thousandths
  std::uint32_t occupancy_proxy_bps = 0;     ///< slots that are not EMPTY, in ten-thousandths
  std::uint32_t drained_slots = 0;           ///< DONE_COUNT
  std::uint32_t unreclaimed_done_slots = 0;  ///< DONE
  std::uint64_t tenant_fairness_total = 0;
  std::uint32_t tenant_fairness_skew = 0;  ///< greatest minus least of the counters that are not 0
  std::uint64_t priority_fairness_total = 0;
  std::uint32_t requeue_slots = 0;
  std::uint32_t fault_slots = 0;
  friend bool operator==(const RuntimeCounters&, const RuntimeCounters&) = default;
};

/// A window: the slots of one opcode that carry one ticket.
struct TicketedWindow {
  std::uint32_t ticket = 0;
  std::uint32_t tenant_id = 0;  ///< of its first slot in the ring
  std::uint32_t opcode = 0;
  std::uint32_t required_slots = 0;   ///< of class 0
  std::uint32_t lookahead_slots = 0;  ///< of class 1; a slot of another class is in neither
  std::uint32_t published = 0;        ///< slots of any class, by STATUS
  std::uint32_t claimed = 0;
  std::uint32_t done = 0;
  std::uint32_t wait_io = 0;
  std::uint32_t yield = 0;
  std::uint32_t requeue = 0;
  std::uint32_t fault = 0;
  std::uint32_t required_done = 0;  ///< of class 0 and DONE

  [[nodiscard]] constexpr bool usable() const noexcept { return required_done == required_slots; }
  friend bool operator==(const TicketedWindow&, const TicketedWindow&) = default;
};

/// Errors: those of decode_control() and decode_occupancy().
[[nodiscard]] VYRE_API Result<RuntimeCounters> decode_counters(std::span<const std::uint32_t> control,
                                                               std::span<const std::uint32_t> ring);

/// The windows of the opcodes named, by ascending (ticket, opcode). Every slot of such an opcode counts,
/// EMPTY ones too: nothing but the opcode tells a window's slot from another. Errors: decode_occupancy()'s.
[[nodiscard]] VYRE_API Result<std::vector<TicketedWindow>> decode_windows(
    std::span<const std::uint32_t> ring, std::span<const std::uint32_t> opcodes);

}  // namespace vyre::codec
