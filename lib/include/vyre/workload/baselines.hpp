/// What loading is measured against: parsing the same text into a tree of values, with nothing checked.
#pragma once

#include <cstdint>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::workload {

/// Parses a workload's text by nlohmann::json::parse, looks up how many `steps` it has, and frees the tree.
/// Errors: kBadInput (no JSON, or no list of steps).
[[nodiscard]] VYRE_API Result<std::uint64_t> count_steps_in_json_tree(std::string_view text);

/// The same by YAML::Load of yaml-cpp. The text is copied, since that takes no other.
[[nodiscard]] VYRE_API Result<std::uint64_t> count_steps_in_yaml_tree(std::string_view text);

}  // namespace vyre::workload
