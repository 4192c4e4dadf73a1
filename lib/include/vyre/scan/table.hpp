/// Table: a deterministic automaton over bytes that finds literals or a regular expression, laid out as a
/// kernel walks it; and how it is built.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/base/export.hpp"

namespace vyre::scan {

/// Set in a transition whose next state ends a match.
inline constexpr std::uint32_t kAcceptBit = 0x8000'0000;
/// In Table::dead: there is no such state.
inline constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;

enum class TableKind : std::uint8_t {
  kLiterals,      ///< many literals at once; every state's matches are listed, with their patterns
  kRegex,         ///< one rule, found wherever it begins; accepting states mark ends of matches
  kRegexReverse,  ///< the same rule backwards from the end of a match; accepting states mark starts
};

/// "literals", "regex", "regex_reverse".
[[nodiscard]] VYRE_API std::string_view to_string(TableKind kind) noexcept;

/// A walk: `entry = transitions[row + class_of[byte]]; row = entry & ~kAcceptBit`. A row is a state times
/// class_count, so that a kernel multiplies nothing.
struct Table {
  TableKind kind = TableKind::kLiterals;
  bool ignore_case = false;  ///< ASCII letters of both cases are one class
  std::array<std::uint8_t, 256> class_of{};
  std::uint32_t class_count = 0;           ///< 1 to 256
  std::vector<std::uint32_t> transitions;  ///< [state][class]: next row in words, and kAcceptBit
  /// Row before the first byte; it never accepts. Tables of a regex that build_regex() made are in it only
  /// where no match is in progress: whatever ends farther on begins there or behind.
  std::uint32_t start = 0;
  std::uint32_t dead = kNoRow;                ///< row that nothing leads out of and that accepts nothing
  std::vector<std::uint32_t> output_begin;    ///< state_count() + 1 places in `outputs`
  std::vector<std::uint32_t> outputs;         ///< patterns that end at a state, ascending
  std::vector<std::uint32_t> pattern_length;  ///< bytes of each literal; 0 for a regex
  std::uint32_t max_length = 0;               ///< bytes of the longest match; 0: no bound is known
  std::vector<std::string> patterns;          ///< as they were given; literals byte for byte

  [[nodiscard]] std::uint32_t state_count() const noexcept {
    return class_count == 0 ? 0 : static_cast<std::uint32_t>(transitions.size() / class_count);
  }
  [[nodiscard]] std::span<const std::uint32_t> outputs_of(std::uint32_t row) const noexcept {
    const std::uint32_t state = row / class_count;
    return std::span(outputs).subspan(output_begin[state], output_begin[state + 1] - output_begin[state]);
  }
  friend bool operator==(const Table&, const Table&) = default;
};

struct BuildOptions {
  bool ignore_case = false;                           ///< of ASCII letters alone
  std::uint64_t max_transition_bytes = 256ULL << 20;  ///< of one table, and of its list of matches
};

/// One automaton that finds all of `patterns`, by Aho and Corasick, with every failure resolved into it.
/// Patterns may hold any byte, and be equal to each other; ids are their places.
/// Errors: kBadInput (no pattern, an empty one), kTooMany (the table passes the limit).
[[nodiscard]] VYRE_API Result<Table> build_literals(std::span<const std::string> patterns,
                                                    const BuildOptions& options = {});

/// Both directions of one rule.
struct RegexTables {
  Table scan;     ///< kRegex: marks where matches end
  Table reverse;  ///< kRegexReverse: from such an end, marks where that match may have begun
};

/// Builds a regular expression. libfa compiles it; the syntax is that of POSIX extended expressions over
/// bytes, without anchors and back references:
///   abc   a|b   (...)   ()   [abc]  [^a-z]  [[:digit:]]   .   x*  x+  x?  x{3}  x{3,}  x{,5}  x{3,5}
/// - '.' is any byte but a newline; [^...] holds the newline. In brackets '\' is itself.
/// - '\' before a character that is no letter and no digit is that character; \n \t \r \f \v and \xNN are
///   bytes (so \x00 is a NUL). Every other letter or digit behind it is an error (\d, \w, \b, \1), as are ^
///   and $ outside brackets, and a repetition of a repetition: libfa would take them as plain characters.
/// - at most 4096 bytes, 200 levels of parentheses, 2000 places where repetitions are written out, and
///   262144 states.
/// Errors: kBadInput (`where` says the byte; also for a rule that matches the empty string, or nothing),
///   kTooMany (a limit is passed; for states, `what` says how many it came to).
[[nodiscard]] VYRE_API Result<RegexTables> build_regex(std::string_view pattern,
                                                       const BuildOptions& options = {});

/// The table as DFA_STEP takes it: word [state * 256 + byte] is the next state. The start is state
/// start / class_count; which states accept stays in output_begin.
/// Errors: kTooMany (more than 65536 states, which is what a workload may hold).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> expand(const Table& table);

}  // namespace vyre::scan
