/// Whether a table that came from a file is one.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// What is wrong with a table, whose arrays have the sizes that its counts say, except perhaps its patterns.
/// One without a problem can be walked over any bytes.
[[nodiscard]] std::optional<std::string> table_problem(const Table& table);

/// What is wrong with `next` standing behind `before`: a reverse table follows its regex, and nothing else.
[[nodiscard]] std::optional<std::string> order_problem(std::span<const Table> before, const Table& next);

}  // namespace vyre::scan
