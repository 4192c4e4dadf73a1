/// Ring slots as text and JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "vyre/recording/names.hpp"

namespace vyre::cli {

/// Every slot of a ring that is not EMPTY, one a line, under a heading.
/// Shape: whole slots.
[[nodiscard]] std::string render_slots(std::span<const std::uint32_t> ring, const recording::Names& names);
[[nodiscard]] nlohmann::ordered_json slots_json(std::span<const std::uint32_t> ring,
                                                const recording::Names& names);

}  // namespace vyre::cli
