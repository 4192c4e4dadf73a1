/// Turns: several things measured one after the other, again and again, so that what else the machine does
/// falls on all of them alike.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::measure {

/// One of the things that are compared.
struct Contender {
  std::string name;  ///< for messages
  /// Measures once more and appends what it measured, one value or many.
  std::function<Result<void>(std::vector<double>& samples)> run;
};

struct TurnPlan {
  unsigned rounds = 7;  ///< that count, at least 1
  unsigned blocks = 1;  ///< times that each contender's turn comes in a round, at least 1
  bool warm_up = true;  ///< a round before them that does not count
};

/// By contender, then by round: what its turns of that round appended.
using Samples = std::vector<std::vector<std::vector<double>>>;

/// Runs every contender in turn; another one begins each time, since whoever follows a certain other one
/// might gain by it. `stop` is asked before each turn. Errors: kInterrupted (`stop` said so); those of a
/// contender, with its name in front. A contender that appends nothing in a round is an error too (kDevice).
[[nodiscard]] VYRE_API Result<Samples> take_turns(const TurnPlan& plan, std::span<const Contender> contenders,
                                                  const std::function<bool()>& stop);

/// How many operations the next turn should have to last about `target_s` seconds, after `count` of them took
/// `elapsed_s`. A turn grows at most sixteenfold, since a short one says little.
/// Shape: count >= 1; at least 1 and at most `most`.
[[nodiscard]] VYRE_API std::uint64_t next_count(std::uint64_t count, double elapsed_s, double target_s,
                                                std::uint64_t most);

}  // namespace vyre::measure
