/// Where the matches with given ends may begin, and how long the longest from each place is: one walk from
/// the last byte to the first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scan/lazy_text.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

class BackwardWalk {
 public:
  /// The longest match from each of the starts [first, last] ends at `end`.
  struct Starts {
    std::size_t first, last, end;
  };

  explicit BackwardWalk(const Table& reverse) : reverse_(&reverse), place_of_(reverse.state_count(), kNone) {}

  /// Of matches that end at one of `ends`, which ascend, and begin at or behind `floor`. From high to low;
  /// good until the next run(). Offsets are those of `text`.
  [[nodiscard]] std::span<const Starts> run(LazyText& text, std::span<const std::size_t> ends,
                                            std::size_t floor);
  /// The highest end of a match that may have begun before the floor; 0: none.
  [[nodiscard]] std::size_t open_end() const noexcept { return live_.empty() ? 0 : live_.front().end; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  /// A way to read backwards from an end. Two in the same row find the same starts, so the higher end counts.
  struct Thread {
    std::uint32_t row;
    std::size_t end;
  };

  void begin_at(std::size_t end);
  void step(std::byte byte, std::size_t start);
  void note(std::size_t start, std::size_t end);

  const Table* reverse_;
  std::vector<Thread> live_;  ///< from high ends to low ones, each in a row of its own
  std::vector<Thread> next_;
  std::vector<std::uint32_t> place_of_;  ///< by state, in next_; kNone between steps
  std::vector<Starts> starts_;
};

}  // namespace vyre::scan
