/// How long a match of a regular expression can be.
#pragma once

#include <cstdint>

#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Bytes of the longest match that `reverse` takes, or 0: there is no longest. Its rows have been checked.
[[nodiscard]] std::uint32_t longest_match(const Table& reverse);

}  // namespace vyre::scan
