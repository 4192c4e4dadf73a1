/// The scanner on the CPU, plain and slow: what a kernel's matches are held against; and the choice among
/// matches that a person expects to see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/base/export.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Walks `table` over `bytes` from `row`, and returns the row behind them: the same for the next chunk, so
/// that cuts change nothing. The first chunk begins at table.start.
/// `sink(pattern, end)` hears of every match, overlapping ones too: `end` is `base` plus the bytes before and
/// in the match. Order: by end, then by pattern.
template <class Sink>
[[nodiscard]] std::uint32_t scan(const Table& table, std::uint32_t row, std::span<const std::byte> bytes,
                                 std::uint64_t base, Sink&& sink) {
  for (const std::byte byte : bytes) {
    ++base;
    const std::uint32_t entry = table.transitions[row + table.class_of[std::to_integer<std::uint8_t>(byte)]];
    row = entry & ~kAcceptBit;
    if ((entry & kAcceptBit) != 0)
      for (const std::uint32_t pattern : table.outputs_of(row)) sink(pattern, base);
  }
  return row;
}

/// A match with both its ends, as offsets of bytes: [start, end).
struct Found {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::uint32_t pattern = 0;
  friend bool operator==(const Found&, const Found&) = default;
};

/// Chooses from all matches of literals those that `grep -ob` prints: leftmost, the longest from there, none
/// over another; the lowest id of equal literals.
/// Phases: 1. add() every match as scan() gives them, and settle() behind each chunk; 2. finish().
/// Memory: holds matches that begin in the last max_length bytes, one a start.
class VYRE_API Selection {
 public:
  explicit Selection(const Table& literals);

  /// A match; ends never descend. What is certain by now goes to the back of `out`, by start.
  void add(std::uint32_t pattern, std::uint64_t end, std::vector<Found>& out);
  /// Every match that ends at or before `scanned` was added.
  void settle(std::uint64_t scanned, std::vector<Found>& out);
  /// No more matches.
  void finish(std::vector<Found>& out);

  /// Matches that are neither chosen nor refused yet.
  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }

 private:
  void choose_first(std::vector<Found>& out);

  std::vector<std::uint32_t> pattern_length_;
  std::uint32_t max_length_;
  std::uint64_t free_from_ = 0;  ///< the end of the last match chosen
  std::deque<Found> held_;       ///< by start; the longest from each
};

/// The leftmost start, at or behind `not_before`, of a match of the rule that ends at `end`; nothing if
/// there is none. Offsets count from the front of `bytes`.
[[nodiscard]] VYRE_API std::optional<std::size_t> leftmost_start(const Table& reverse,
                                                                 std::span<const std::byte> bytes,
                                                                 std::size_t end, std::size_t not_before = 0);

/// What `grep -ob` would print of a rule's matches in `bytes`: as Selection, but all of them at once, and
/// with time that may grow with the square of the number of ends. A caller whose rule cannot match a newline
/// goes line by line.
[[nodiscard]] VYRE_API std::vector<Found> select_regex(const RegexTables& rule,
                                                       std::span<const std::byte> bytes);

}  // namespace vyre::scan
