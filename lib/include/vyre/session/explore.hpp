/// Explore: looks for results that depend on the schedule.
///
/// A recorded run is played again and again, each time with another seed: slots lie elsewhere in the ring,
/// the kernel hears of them in another order and at other moments, on a backend of another shape, all within
/// what its waits allow. If the observables differ between runs, the run is cut down to the fewest
/// publications that still show it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/session/backend.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::session {

struct ExploreOptions {
  std::uint32_t runs = 100;
  std::uint64_t first_seed = 1;  ///< runs use this seed and those after it
  /// Opens a fresh backend for a run; the seed picks its shape.
  std::function<Result<std::unique_ptr<Backend>>(std::uint64_t seed)> open_backend;
  /// Where a log of each different result is kept, and of the smallest run; unset: nowhere.
  std::optional<std::filesystem::path> keep_in;
  std::string command;
  std::chrono::nanoseconds timeout = std::chrono::seconds(10);  ///< of each wait
  std::chrono::microseconds most_delay{50};                     ///< between publications, drawn from the seed
  std::uint32_t shrink_runs = 24;  ///< seeds tried before a cut-down run counts as one that never varies
  const std::atomic<bool>* interrupted = nullptr;
  std::function<void(std::uint32_t done)> progress{};  ///< after each run; may be empty
};

/// One of the results that were seen.
struct ExploredResult {
  std::uint64_t runs = 0;        ///< that ended so
  std::uint64_t first_seed = 0;  ///< of the first that did
  std::optional<std::filesystem::path> log;
  std::vector<std::uint32_t> observables;
};

/// A word that differs between runs, with every value it had.
struct VaryingWord {
  std::uint32_t word = 0;  ///< control word
  struct Value {
    std::uint32_t value = 0;
    std::uint64_t runs = 0;
    std::uint64_t first_seed = 0;
  };
  std::vector<Value> values;  ///< by falling number of runs
};

/// A part of the smallest run, for people.
struct ExploredStep {
  std::uint64_t ticket = 0;  ///< of the publication in the recorded run; 0: the host wrote a control word
  std::vector<protocol::Slot> slots;
  std::uint32_t word = 0, value = 0;  ///< that the host wrote
  bool waits = false;                 ///< the run waited before it went on
};

struct ExploreReport {
  std::uint32_t runs = 0;
  std::vector<ExploredResult> results;  ///< by falling number of runs; at most kMaxExploredResults
  std::uint64_t results_omitted = 0;    ///< runs whose result is not among them
  std::vector<VaryingWord> varying;     ///< empty: every run gave the same
  std::vector<ExploredStep> smallest;   ///< of the cut-down run; empty when nothing varies
  recording::Names names;               ///< of the handlers and tenants of that run
  std::uint64_t recorded_steps = 0;     ///< publications and host writes of the recorded run
  std::uint32_t shrink_attempts = 0;
  std::optional<std::filesystem::path> smallest_log;
};
inline constexpr std::size_t kMaxExploredResults = 64;
/// A recorded run is held in memory.
inline constexpr std::uint64_t kMaxExploredSlots = 1'048'576;

/// Errors: of the log, of opening a backend, of a run (a timeout under some seed is told with that seed);
/// kTooMany (more slots than kMaxExploredSlots); kInterrupted.
[[nodiscard]] VYRE_API Result<ExploreReport> explore(const ReplayPlan& plan, const ExploreOptions& options);

}  // namespace vyre::session
