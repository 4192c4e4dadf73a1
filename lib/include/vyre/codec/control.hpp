/// The control buffer: what encoders write into a new one, and a snapshot of one in use.
/// Shape: 160 fixed words, then the observables. Source: vyre-protocol(7), "Control".
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::codec {

/// A new control buffer. The first `tenant_count` tenants are authorised (at most 29 have a mask, 32 a
/// quota; a larger count means all of them), every observable is 0, and so are PRIORITY_OFFSETS.
/// Errors: kTooMany (more than kMaxObservables).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_control(bool shutdown,
                                                                         std::uint32_t tenant_count,
                                                                         std::uint32_t observable_count);

/// The same with PRIORITY_OFFSETS for a ring of `slot_count`, as a running kernel needs it.
/// Errors: also kTooMany for more than kMaxSlots.
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_control_for_ring(
    std::uint32_t tenant_count, std::uint32_t observable_count, std::uint32_t slot_count);

/// How often the kernel ran an opcode below 32.
struct OpcodeMetric {
  std::uint32_t opcode = 0;
  std::uint32_t count = 0;
  friend bool operator==(const OpcodeMetric&, const OpcodeMetric&) = default;
};

/// The fixed words of a control buffer, by name.
struct ControlSnapshot {
  bool shutdown = false;
  std::uint32_t done_count = 0;
  std::uint32_t epoch = 0;
  std::vector<OpcodeMetric> metrics;  ///< those that are not 0, by ascending opcode
  std::array<std::uint32_t, protocol::kTenantCount> tenant_masks{};
  std::array<std::uint32_t, protocol::kTenantCounters> tenant_quotas{};
  std::array<std::uint32_t, protocol::kTenantCounters> tenant_fairness{};
  std::array<std::uint32_t, protocol::kPriorityCount + 1> priority_offsets{};
  std::uint32_t priority_starvation = 0;
  std::array<std::uint32_t, protocol::kPriorityCount> priority_fairness{};
  std::uint32_t observable_count = 0;  ///< the words after the fixed ones; observables() views them
};

/// Errors: kBadInput (shorter than the fixed words), kTooMany (more than kMaxObservables follow them).
[[nodiscard]] VYRE_API Result<ControlSnapshot> decode_control(std::span<const std::uint32_t> control);

/// The observables of a control buffer; empty for one that is too short to have any.
[[nodiscard]] constexpr std::span<const std::uint32_t> observables(
    std::span<const std::uint32_t> control) noexcept {
  return control.size() > protocol::kObservableWord ? control.subspan(protocol::kObservableWord)
                                                    : std::span<const std::uint32_t>{};
}

}  // namespace vyre::codec
