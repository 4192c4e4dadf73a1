/// Bracket expressions.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vyre::scan {

using ByteSet = std::bitset<256>;

/// What is wrong with a bracket expression, and where.
struct SetProblem {
  std::size_t at;
  std::string what;
  std::string fix;
};

/// Reads one at `at`, which stands behind its '[' and is left behind its ']'. Nothing is wrong if no problem
/// comes back.
[[nodiscard]] std::optional<SetProblem> read_set(std::string_view text, std::size_t& at, bool ignore_case,
                                                 ByteSet& set);

/// Adds the other case of every ASCII letter in it.
void add_other_case(ByteSet& set);

/// The set, which is not empty, in libfa's syntax.
[[nodiscard]] std::string set_text(const ByteSet& set);

}  // namespace vyre::scan
