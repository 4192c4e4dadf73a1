/// Expectations: what a workload's run must have left behind, checked against an Outcome.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "vyre/protocol/faults.hpp"
#include "vyre/ring/progress.hpp"
#include "vyre/workload/expression.hpp"

namespace vyre::workload {

enum class Relation : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

/// control[word] relation (value, or control[other] + offset). A range is two of these.
struct WordExpectation {
  std::uint32_t word = 0;
  Relation relation = Relation::kEqual;
  std::int64_t value = 0;  ///< the constant, or the offset added to control[*other]
  std::optional<std::uint32_t> other;
};

/// One line of the formatted debug log. Without an index the line may stand anywhere.
struct DebugLineExpectation {
  std::string line;
  std::optional<std::uint32_t> index;
};
/// The number of debug records kept.
struct DebugCountExpectation {
  Relation relation = Relation::kEqual;
  std::uint64_t count = 0;
};

/// At least one fault like this (slot and detail optional); or, with `count`, exactly so many.
/// A run with faults that no expectation names fails.
struct FaultExpectation {
  std::optional<std::uint32_t> slot;
  std::optional<protocol::FaultCode> reason;
  std::optional<std::uint32_t> detail;
  std::optional<std::uint64_t> count;
};

struct WindowExpectation {
  std::uint32_t ticket = 0;
  bool usable = true;
};

/// The run, from its first publication to the end of its last wait, took at most this long.
struct TimeExpectation {
  std::chrono::nanoseconds at_most{};
};

/// These words, from `first_word` of the arena.
struct ArenaExpectation {
  std::uint32_t first_word = 0;
  std::vector<std::uint32_t> words;
};

/// Matches that the stream steps of the run told, all together.
struct MatchesExpectation {
  Relation relation = Relation::kEqual;
  std::uint64_t count = 0;
};

struct Expectation {
  std::variant<WordExpectation, DebugLineExpectation, DebugCountExpectation, FaultExpectation,
               WindowExpectation, TimeExpectation, ArenaExpectation, MatchesExpectation>
      condition;
  Position position;
  std::string text;  ///< as a person would say it: "observable(3) == 42"
};

/// What a run left behind, as far as expectations look at it.
struct Outcome {
  std::span<const std::uint32_t> control;
  std::span<const std::uint32_t> arena{};  ///< whole; where no expectation looks its words may be anything
  std::vector<std::string> debug_lines;    ///< records formatted by the workload's format strings
  std::uint64_t debug_lost = 0;
  std::vector<ring::Fault> faults;  ///< the first ring::kMaxKeptFaults
  std::uint64_t fault_count = 0;
  std::vector<ring::WindowProgress> windows;
  std::uint64_t matches = 0;  ///< told by all stream steps
  std::chrono::nanoseconds elapsed{};
};

struct CheckResult {
  std::string text;  ///< the expectation's
  Position position;
  bool passed = false;
  std::string detail;  ///< on failure, what was found: "observable(3) is 41"
};

/// Checks every expectation in order, then, as one more result, that no unnamed fault happened
/// (only present when there is such a fault).
[[nodiscard]] VYRE_API std::vector<CheckResult> check(std::span<const Expectation> expectations,
                                                      const Outcome& outcome);

}  // namespace vyre::workload
