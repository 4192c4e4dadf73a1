/// A recorded run as a list of steps that can be left out one by one, and played with a seed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vyre/recording/log_records.hpp"
#include "vyre/session/explore.hpp"

namespace vyre::session {

/// What can be left out as one: a publication or a write of the host's, with the waits behind it.
struct ScriptStep {
  std::vector<recording::LogRecord> records;
};
using Script = std::vector<ScriptStep>;

/// Errors: of the log's file; kTooMany.
[[nodiscard]] Result<Script> load_script(const ReplayPlan& plan);

/// What a run left behind that no schedule may change.
struct ScriptResult {
  std::uint32_t epoch = 0;
  std::vector<std::uint32_t> observables;
  friend auto operator<=>(const ScriptResult&, const ScriptResult&) = default;
};

/// Plays the script on a fresh backend; records into `log` if there is one.
/// Errors: of the backend and of the run, with the seed.
[[nodiscard]] Result<ScriptResult> play_script(const ReplayPlan& plan, std::span<const ScriptStep> script,
                                               std::uint64_t seed, const ExploreOptions& options,
                                               const std::optional<std::filesystem::path>& log);

}  // namespace vyre::session
