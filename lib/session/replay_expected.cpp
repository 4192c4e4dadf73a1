#include "session/replay_expected.hpp"

#include <utility>

#include "session/log_run.hpp"
#include "vyre/recording/snapshot.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::session {

namespace {

using Values = std::vector<std::uint32_t>;

class OwnValues final : public Expected {
 public:
  Result<std::optional<Values>> at(const recording::CheckpointRecord& checkpoint, const Values& own,
                                   bool) override {
    if (!checkpoint.quiescent) return std::optional<Values>{};
    return std::optional<Values>(own);
  }
};

class SnapshotValues final : public Expected {
 public:
  explicit SnapshotValues(Values values) : values_(std::move(values)) {}
  Result<std::optional<Values>> at(const recording::CheckpointRecord&, const Values&, bool last) override {
    return last ? std::optional<Values>(values_) : std::nullopt;
  }

 private:
  Values values_;
};

/// Walks through the other log in step with the epochs that are asked for, which only grow.
class OtherLog final : public Expected {
 public:
  OtherLog(LogRun log, const recording::RunRecord& run) : log_(std::move(log)), trail_(run) {}

  /// Finds the next checkpoint. Errors: of the file.
  Result<void> advance() {
    next_.reset();
    for (;;) {
      VYRE_TRY(const bool more, log_.next(record_));
      if (!more) return {};
      if (auto* checkpoint = std::get_if<recording::CheckpointRecord>(&record_.what)) {
        next_ = std::move(*checkpoint);
        return {};
      }
    }
  }

  Result<std::optional<Values>> at(const recording::CheckpointRecord& checkpoint, const Values&,
                                   bool last) override {
    std::optional<Values> found;
    while (next_ && (last || next_->epoch <= checkpoint.epoch)) {
      trail_.apply(*next_);
      const bool same_epoch = next_->epoch == checkpoint.epoch;
      if (next_->quiescent && (last || same_epoch)) found = trail_.values();
      VYRE_CHECK(advance());
      if (same_epoch && !last) break;  // one for one: an epoch may have several, as at the end of a run
    }
    return found;
  }

 private:
  LogRun log_;
  ObservableTrail trail_;
  recording::LogRecord record_;
  std::optional<recording::CheckpointRecord> next_;
};

}  // namespace

ObservableTrail::ObservableTrail(const recording::RunRecord& run) : values_(run.observable_count) {
  for (const auto& [index, value] : run.initial_observables)
    if (index < values_.size()) values_[index] = value;
}

void ObservableTrail::apply(const recording::CheckpointRecord& checkpoint) {
  for (const auto& [index, value] : checkpoint.observables)
    if (index < values_.size()) values_[index] = value;
}

std::unique_ptr<Expected> expect_own() { return std::make_unique<OwnValues>(); }

Result<std::unique_ptr<Expected>> expect_from(const std::filesystem::path& path) {
  auto plan = plan_replay(path);
  if (plan) {
    if (plan->version == 1)
      return fail(ErrorCode::kUnsupported, "a log of version 1 keeps no observables", path.string(),
                  "compare with a log of version 2, or with a snapshot");
    VYRE_TRY(auto log, LogRun::open(path, plan->run_index));
    auto other = std::make_unique<OtherLog>(std::move(log), plan->run);
    VYRE_CHECK(other->advance());
    return other;
  }
  // No log: then it must be a snapshot. Its own error says best what is wrong with a file that is neither.
  VYRE_TRY(const auto snapshot, recording::read_snapshot(path));
  if (snapshot.control.size() < protocol::kControlFixedWords)
    return fail(ErrorCode::kBadInput, "the snapshot holds no control words", path.string(),
                "compare with a snapshot that vyre run --dump wrote");
  return std::make_unique<SnapshotValues>(
      Values(snapshot.control.begin() + protocol::kControlFixedWords, snapshot.control.end()));
}

}  // namespace vyre::session
