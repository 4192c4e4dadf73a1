/// A workload of many steps, as JSON and as YAML.
#pragma once

#include <cstdint>
#include <string>

namespace vyre::cli::bench {

/// The same steps in both: additions, stores, copies and comparisons by turns, every other one asynchronous.
[[nodiscard]] std::string generated_json(std::uint64_t steps);
[[nodiscard]] std::string generated_yaml(std::uint64_t steps);

}  // namespace vyre::cli::bench
