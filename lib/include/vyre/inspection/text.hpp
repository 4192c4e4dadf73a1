/// The protocol in words: operations, control words and faults as dumps and messages write them.
#pragma once

#include <cstdint>
#include <string>

#include "vyre/base/export.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::inspection {

/// "store_u32", "packed_slot", the name of a handler, "opcode 0x40000001". No handler's name hides a
/// built-in.
[[nodiscard]] VYRE_API std::string opcode_text(std::uint32_t opcode, const Names& names = {});

/// "2", "2 (guest)".
[[nodiscard]] VYRE_API std::string tenant_text(std::uint32_t tenant, const Names& names);

/// "observable(3)", "epoch", "metrics(2)".
[[nodiscard]] VYRE_API std::string word_text(std::uint32_t word);

/// "critical" to "idle", or the number.
[[nodiscard]] VYRE_API std::string priority_text(std::uint32_t priority);

/// "store_u32 value=42 to=observable(3)"; packed slots show what is in them. Arguments that have no name
/// follow as numbers, without the zeros at the end.
[[nodiscard]] VYRE_API std::string operation_text(const protocol::Slot& slot, const Names& names = {});
/// Appends the same, for lists of many slots.
VYRE_API void append_operation(std::string& text, const protocol::Slot& slot, const Names& names = {});

/// Why a slot faulted: "no control word 300".
[[nodiscard]] VYRE_API std::string fault_text(protocol::FaultCode code, std::uint32_t detail,
                                              const Names& names = {});

}  // namespace vyre::inspection
