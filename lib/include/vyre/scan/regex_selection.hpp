/// What `grep -ob` prints of a regular expression's matches, while a file arrives in pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vyre/base/export.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Chooses from a rule's matches, of which it is told the ends: leftmost, the longest from there, none over
/// another. A match is given once nothing that follows can change it: for a rule whose matches have a
/// longest, that many bytes later; for one that cannot match a newline, behind the line's end; and wherever
/// no match is in progress. Phases: 1. add() every piece of a file, in order; 2. finish(), and the next file
/// may begin. Memory: a copy of what may still matter, at most kMaxHeldBytes between pieces, and of a piece
/// what was looked at. Time: bytes that lie in matches, or in what may become one, times the number of ways
/// to read them backwards; never the square of the number of matches. Thread: one.
class VYRE_API RegexSelection {
 public:
  struct Match {
    std::uint64_t start = 0;  ///< bytes from the front of the file
    std::uint64_t end = 0;
    std::string text;
    friend bool operator==(const Match&, const Match&) = default;
  };

  /// What is not settled by then is cut: see cut().
  static constexpr std::size_t kMaxHeldBytes = std::size_t{1} << 20;

  /// Both tables of one rule, as build_regex() makes them. Owner: the caller, for as long as this lives.
  RegexSelection(const Table& scan, const Table& reverse);
  ~RegexSelection();
  RegexSelection(RegexSelection&&) noexcept;
  RegexSelection& operator=(RegexSelection&&) noexcept;

  /// The next bytes of the file, from its byte `base` on, which is where the last piece ended.
  /// `ends`: those of all matches that end in the piece, ascending, as scan() gives them. `at_rest`: the
  /// scan's row behind the piece is the table's start. What is certain by now goes to the back of `out`, by
  /// start. Owner: copies; of slow memory it reads only what lies before ends, and what may be part of a
  /// later match.
  void add(std::span<const std::byte> bytes, std::uint64_t base, std::span<const std::uint64_t> ends,
           bool at_rest, std::vector<Match>& out);
  /// The file ends here.
  void finish(std::vector<Match>& out);

  /// Matches that may have begun earlier, or gone on for longer, or were not given at all, since they can
  /// only have begun earlier: more bytes would have had to be kept. Of all files.
  [[nodiscard]] std::uint64_t cut() const noexcept;
  /// Bytes that are kept now.
  [[nodiscard]] std::size_t held_bytes() const noexcept;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace vyre::scan
