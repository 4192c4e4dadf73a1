/// Expected: the observables that a replay ought to show at a checkpoint, and where they come from: the log
/// itself, another log, or a snapshot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_reader.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::session {

/// Observables as a log's checkpoints build them up, each of which keeps only what changed.
class ObservableTrail {
 public:
  explicit ObservableTrail(const recording::RunRecord& run);
  void apply(const recording::CheckpointRecord& checkpoint);
  [[nodiscard]] const std::vector<std::uint32_t>& values() const noexcept { return values_; }

 private:
  std::vector<std::uint32_t> values_;
};

class Expected {
 public:
  virtual ~Expected() = default;
  /// What is expected at a checkpoint of the log that is played, whose own values are `own`; nothing when the
  /// source has none for that epoch. `last`: no checkpoint follows. Errors: of the source's file.
  [[nodiscard]] virtual Result<std::optional<std::vector<std::uint32_t>>> at(
      const recording::CheckpointRecord& checkpoint, const std::vector<std::uint32_t>& own, bool last) = 0;
};

/// The values of the log that is played.
[[nodiscard]] std::unique_ptr<Expected> expect_own();
/// Of another file. A log: its last run, at the same epochs. A snapshot: at the last checkpoint only.
/// Errors: those of open_log() or read_snapshot(); kBadInput (neither of them).
[[nodiscard]] Result<std::unique_ptr<Expected>> expect_from(const std::filesystem::path& path);

}  // namespace vyre::session
