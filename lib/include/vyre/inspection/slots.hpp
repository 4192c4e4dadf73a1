/// Choosing slots of a ring, and what else is known about them: windows, faults, debug lines.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/codec/debug_log.hpp"
#include "vyre/codec/telemetry.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/protocol/faults.hpp"

namespace vyre::inspection {

/// Lists that are empty choose everything; a slot has to be chosen by each of the others.
struct SlotFilter {
  std::uint32_t first = 0;  ///< slot numbers, both included
  std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  bool empty_too = false;                 ///< EMPTY slots, which are left out otherwise
  std::vector<std::uint32_t> statuses{};  ///< kStatusCount stands for every unknown STATUS
  std::vector<std::uint32_t> tenants{};
  std::vector<std::uint32_t> opcodes{};  ///< of the slot, or of an operation packed in it
  std::vector<std::uint32_t> tickets{};  ///< of windows: slots of a custom opcode, or of a window opcode
  std::vector<std::uint32_t> window_opcodes{};

  [[nodiscard]] VYRE_API bool matches(std::uint32_t index, const protocol::Slot& slot) const noexcept;
};

/// The custom opcodes all of whose slots carry a window's class. A guess: nothing but the opcode tells a
/// window's slot from another. At most kMaxGuessedOpcodes, ascending.
inline constexpr std::size_t kMaxGuessedOpcodes = 4096;
[[nodiscard]] VYRE_API std::vector<std::uint32_t> guess_window_opcodes(const Inspection& inspection);

struct Window {
  codec::TicketedWindow window;
  std::uint32_t lookahead_done = 0;  ///< of class 1 and DONE
};
/// Errors: those of codec::decode_windows().
[[nodiscard]] VYRE_API Result<std::vector<Window>> windows(const Inspection& inspection,
                                                           std::span<const std::uint32_t> opcodes);

struct Fault {
  std::uint32_t slot = 0;
  std::uint32_t opcode = 0;  ///< 0 where there is no ring
  std::uint32_t tenant = 0;
  protocol::FaultCode code = protocol::FaultCode::kNone;  ///< kNone: no completion tells the reason
  std::uint32_t detail = 0;
};
/// Every slot that ended FAULT, by its STATUS or its completion, ascending.
[[nodiscard]] VYRE_API std::vector<Fault> faults(const Inspection& inspection);
/// "no control word 300"; where the reason is not known, it says so.
[[nodiscard]] VYRE_API std::string reason_text(const Fault& fault, const Names& names = {});

/// The line that a debug record prints, by the formats of the snapshot.
[[nodiscard]] VYRE_API std::string debug_line(const Inspection& inspection, const codec::DebugRecord& record);

}  // namespace vyre::inspection
