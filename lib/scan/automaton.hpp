/// Automata on their way from a regular expression to a table. States are numbers; classes stand for bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Bytes that no edge tells apart.
struct ByteClasses {
  std::array<std::uint8_t, 256> of{};
  std::uint32_t count = 1;
};

/// May be in many states at once.
struct Nfa {
  struct Edge {
    std::uint8_t byte_class;
    std::uint32_t to;
  };
  std::vector<std::vector<Edge>> edges;  ///< by state
  std::vector<bool> accepts;
  std::vector<std::uint32_t> starts;
};

/// In one state at a time, and has a next one for every class. Starts in state 0.
struct Dfa {
  std::uint32_t class_count = 1;
  std::vector<std::uint32_t> next;  ///< [state][class]
  std::vector<bool> accepts;

  [[nodiscard]] std::uint32_t state_count() const noexcept {
    return static_cast<std::uint32_t>(accepts.size());
  }
};

/// The sets of states that `nfa` can be in. With `anywhere`, a match may begin at every byte.
/// Errors: kTooMany (more states than a table may have, or than a regex may come to).
[[nodiscard]] Result<Dfa> determinize(const Nfa& nfa, std::uint32_t class_count, bool anywhere,
                                      const BuildOptions& options);

/// The smallest automaton that accepts the same, by Hopcroft; its states in the order of a walk from the
/// start, level by level. With `keep_start` no other state becomes one with the start.
[[nodiscard]] Dfa minimize(const Dfa& dfa, bool keep_start = false);

/// Accepts every word of `dfa`, read backwards.
[[nodiscard]] Nfa reversed(const Dfa& dfa);

/// A table of one rule; classes that lead to the same everywhere become one.
/// Errors: kTooMany.
[[nodiscard]] Result<Table> to_table(const Dfa& dfa, const ByteClasses& classes, TableKind kind,
                                     std::string_view pattern, const BuildOptions& options);

}  // namespace vyre::scan
