#include "scan/table_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scan/longest_match.hpp"

namespace vyre::scan {
namespace {

using Problem = std::optional<std::string>;

bool is_row(const Table& table, std::uint32_t row) {
  return row < table.transitions.size() && row % table.class_count == 0;
}

Problem pattern_problem(const Table& table) {
  if (table.patterns.size() != table.pattern_length.size() || table.patterns.empty())
    return "the texts of its patterns do not add up";
  std::uint32_t longest = 0;
  for (std::size_t id = 0; id < table.patterns.size(); ++id) {
    const std::size_t due = table.kind == TableKind::kLiterals ? table.patterns[id].size() : 0;
    if (table.pattern_length[id] != due || table.patterns[id].empty())
      return fmt::format("pattern {} of {} bytes has a length of {}", id, table.patterns[id].size(),
                         table.pattern_length[id]);
    longest = std::max(longest, table.pattern_length[id]);
  }
  // Of a regular expression, row by row in length_problem().
  if (table.kind == TableKind::kLiterals && longest != table.max_length)
    return fmt::format("its longest pattern has {} bytes, and it says {}", longest, table.max_length);
  if (table.kind != TableKind::kLiterals && table.patterns.size() != 1)
    return fmt::format("a regex table with {} patterns, it has one", table.patterns.size());
  return std::nullopt;
}

Problem output_problem(const Table& table) {
  if (table.output_begin.front() != 0 || table.output_begin.back() != table.outputs.size() ||
      !std::ranges::is_sorted(table.output_begin))
    return "its lists of matches do not add up";
  for (std::uint32_t state = 0; state < table.state_count(); ++state) {
    const auto outputs = table.outputs_of(state * table.class_count);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (outputs[i] >= table.patterns.size() || (i > 0 && outputs[i] <= outputs[i - 1]))
        return fmt::format("state {} has a list of matches that do not ascend below {}", state,
                           table.patterns.size());
  }
  return std::nullopt;
}

Problem row_problem(const Table& table) {
  for (std::size_t byte = 0; byte < table.class_of.size(); ++byte)
    if (table.class_of[byte] >= table.class_count)
      return fmt::format("byte {} is of class {}, there are {}", byte, table.class_of[byte],
                         table.class_count);
  for (std::size_t at = 0; at < table.transitions.size(); ++at) {
    const std::uint32_t entry = table.transitions[at];
    if (!is_row(table, entry & ~kAcceptBit))
      return fmt::format("transition {} of state {} leads to word {}, which begins no state",
                         at % table.class_count, at / table.class_count, entry & ~kAcceptBit);
    if (((entry & kAcceptBit) != 0) == table.outputs_of(entry & ~kAcceptBit).empty())
      return fmt::format("transition {} of state {} and the state that it leads to do not agree on a match",
                         at % table.class_count, at / table.class_count);
  }
  if (!is_row(table, table.start) || !table.outputs_of(table.start).empty())
    return fmt::format("its start, word {}, is no state that it can start in", table.start);
  return std::nullopt;
}

Problem dead_problem(const Table& table) {
  if (table.dead == kNoRow) return std::nullopt;
  const auto leaves = [&](std::uint32_t entry) { return entry != table.dead; };
  if (!is_row(table, table.dead) ||
      std::ranges::any_of(std::span(table.transitions).subspan(table.dead, table.class_count), leaves))
    return fmt::format("word {} should begin a state that is never left, and does not", table.dead);
  return std::nullopt;
}

Problem length_problem(const Table& table) {
  if (table.kind != TableKind::kRegexReverse || table.max_length == 0) return std::nullopt;
  const std::uint32_t longest = longest_match(table);
  if (longest == table.max_length) return std::nullopt;
  return longest == 0
             ? fmt::format("its matches have no bound, and it says {}", table.max_length)
             : fmt::format("its longest match has {} bytes, and it says {}", longest, table.max_length);
}

}  // namespace

std::optional<std::string> table_problem(const Table& table) {
  for (const auto check : {pattern_problem, output_problem, row_problem, dead_problem, length_problem})
    if (auto problem = check(table)) return problem;
  return std::nullopt;
}

std::optional<std::string> order_problem(std::span<const Table> before, const Table& next) {
  const bool is_due = !before.empty() && before.back().kind == TableKind::kRegex;
  if (is_due != (next.kind == TableKind::kRegexReverse))
    return is_due ? "a regex without its reverse table behind it" : "a reverse table that follows no regex";
  if (is_due && next.patterns != before.back().patterns)
    return "a reverse table of another rule than the regex before it";
  if (is_due && next.max_length != before.back().max_length)
    return fmt::format("a reverse table whose longest match has {} bytes, and {} in the regex before it",
                       next.max_length, before.back().max_length);
  return std::nullopt;
}

}  // namespace vyre::scan
