/// The name that a misspelt one was probably meant to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vyre::cli {

/// The first of the nearest names by edit distance (a swap of neighbours counts once), if it is near:
/// at most a third of the word's length away, and at least one edit.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, std::span<const std::string> names);

}  // namespace vyre::cli
