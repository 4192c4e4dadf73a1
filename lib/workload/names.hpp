/// Names in workload files: what a misspelt one probably meant, and how control words are called.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vyre::workload {

/// The candidate that a misspelt name most resembles; nullopt when none is close.
[[nodiscard]] std::optional<std::string_view> nearest_name(std::string_view name,
                                                           std::span<const std::string_view> candidates);

/// "did you mean 'memcpy'?", or the fallback when no candidate is close.
[[nodiscard]] std::string suggest(std::string_view name, std::span<const std::string_view> candidates,
                                  std::string fallback);

/// "a, b or c"
[[nodiscard]] std::string list_names(std::span<const std::string_view> names);

/// Letters, digits and underscores, no digit first.
[[nodiscard]] bool is_identifier(std::string_view text) noexcept;

/// A control word as files write it: "epoch", "metrics(2)", "observable(3)".
[[nodiscard]] std::string word_name(std::uint32_t word);

}  // namespace vyre::workload
