/// Plays random work on a backend and keeps all that it left behind.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/random_work.hpp"
#include "vyre/base/error.hpp"

namespace vyre::test {

/// What a run left, in an order that does not depend on scheduling.
struct WorkResult {
  std::vector<std::uint32_t> control;
  std::vector<std::uint32_t> ring;         ///< of placed work only; empty: not known
  std::vector<std::uint32_t> completions;  ///< of placed work only; details of slots without a fault as 0
  std::uint32_t debug_cursor = 0;
  std::vector<std::array<std::uint32_t, 4>>
      debug_records;  ///< sorted; slots as 0 when they were the publisher's choice
  std::vector<std::array<std::uint32_t, 4>> faults;  ///< (code, detail, tenant, opcode), sorted
  std::uint64_t done = 0;
  std::uint64_t faulted = 0;
};

struct PlayOptions {
  std::uint64_t shuffle_seed = 0;  ///< not 0: submissions of a step in another order
  std::chrono::milliseconds step_timeout{20'000};
};

/// Errors: those of the publisher and the backend, with the step in `where`.
[[nodiscard]] Result<WorkResult> play(const RandomWork& work, ring::Backend& backend,
                                      const PlayOptions& options = {});

/// The first difference in words ("control word 163 (observable 3): 5, expected 7"), or nothing.
[[nodiscard]] std::optional<std::string> first_difference(const WorkResult& got, const WorkResult& expected);

}  // namespace vyre::test
