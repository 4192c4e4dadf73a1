/// Ring slots as text and JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "vyre/protocol/layout.hpp"

namespace vyre::cli {

/// Every slot of a ring that is not EMPTY, one a line, under a heading.
/// Shape: whole slots.
[[nodiscard]] std::string render_slots(std::span<const std::uint32_t> ring);
[[nodiscard]] nlohmann::ordered_json slots_json(std::span<const std::uint32_t> ring);

/// "store_u32 value=42 to=observable(3)"; packed slots show what is in them.
[[nodiscard]] std::string operation_text(const protocol::Slot& slot);

/// "observable(3)", "epoch", "metrics(2)".
[[nodiscard]] std::string word_text(std::uint32_t word);

}  // namespace vyre::cli
