/// Packed slots: several operations, run in order, out of one slot's argument words.
#pragma once

#include <cstdint>

#include "reference/operations.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::reference {

/// Runs the operations from `next` on. On kWait `next` is the operation that waits; calling again
/// goes on there, so that nothing runs twice. The first fault ends the slot.
[[nodiscard]] Outcome run_packed(Environment& env, std::uint32_t slot_index, const protocol::Slot& slot,
                                 std::uint32_t& next);

}  // namespace vyre::reference
