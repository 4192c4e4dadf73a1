/// Compiles the text of an expression. Grammar, loosest binding first:
///     | ^ & << >> + - * / % then - ~ + in front, then numbers, names, (...), min(a, b), max(a, b)
/// Numbers: 42, 1_000, 0x2A, 0b101, 4KiB, 2MiB, 1GiB. Names: parameters and loop variables, and names
/// of control words where a word is meant.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "vyre/workload/expression.hpp"
#include "workload/scope.hpp"

namespace vyre::workload {

/// What `epoch`, `metrics(2)` and `observable(3)` stand for.
enum class WordNames : std::uint8_t {
  kRefused,     ///< a plain number is meant
  kWord,        ///< the index of the control word: observable(3) is 163
  kObservable,  ///< the number of an observable: observable(3) is 3, other words are refused
};

struct ExpressionFault {
  std::size_t offset = 0;  ///< bytes into the text
  std::string what;
  std::string fix;
};

[[nodiscard]] std::expected<Expression, ExpressionFault> compile_expression(std::string_view text,
                                                                            const Scope& scope,
                                                                            WordNames words,
                                                                            Position position);

}  // namespace vyre::workload
