/// Replayer: carries out a recorded run, one record after the other.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "session/log_run.hpp"
#include "session/recorder.hpp"
#include "session/replay_expected.hpp"
#include "session/waiting.hpp"
#include "trace/tracer.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::session {

/// Thread: one. All references outlive it; without a recorder nothing is recorded,
/// without a tracer nothing traced.
class Replayer {
 public:
  Replayer(const ReplayPlan& plan, ring::Backend& backend, RunConsumer& consumer, ring::Publisher& publisher,
           Recorder* recorder, trace::Tracer* tracer, const ReplayOptions& options, ReplayReport& report);

  /// Plays, compares, and waits until everything has come to rest. Errors: of the log's file, of what is
  /// compared with, of publication and waiting; `where` is the log with the record's byte offset.
  [[nodiscard]] Result<void> play();
  /// The same without comparing, for records that are not in the plan's file as they stand.
  [[nodiscard]] Result<void> play(LogRun log);
  [[nodiscard]] std::chrono::nanoseconds elapsed() const noexcept { return finished_ - started_; }

 private:
  /// Places in the log that must be known before it is played, as byte offsets of records.
  struct Landmarks {
    std::uint64_t start = 0;  ///< what stands up to here only sets the state that play begins with
    std::optional<std::uint64_t> last_checkpoint;
  };
  [[nodiscard]] Result<Landmarks> find_landmarks() const;
  Result<void> settle_all();
  [[nodiscard]] bool is_past_the_end(const recording::CheckpointRecord& checkpoint) const;

  Result<void> play_record(const recording::LogRecord& record);
  Result<void> skip(const recording::LogRecord& record);
  Result<void> begin_here();
  Result<void> play(const recording::PublicationRecord& publication);
  Result<void> play(const recording::ControlWriteRecord& write);
  Result<void> play(const recording::WaitRecord& wait);
  Result<void> play(const recording::CheckpointRecord& checkpoint);
  Result<void> play(const recording::RunRecord&) { return {}; }
  Result<void> play(const recording::EndRecord&) { return {}; }
  Result<void> wait_for_time(std::uint64_t time_ns);
  Result<void> compare(const recording::CheckpointRecord& checkpoint,
                       const std::vector<std::uint32_t>& expected);
  void remember(const recording::PublicationRecord& publication);
  [[nodiscard]] ring::Clock::time_point deadline() const { return ring::Clock::now() + options_.timeout; }

  const ReplayPlan& plan_;
  ring::Backend& backend_;
  RunConsumer& consumer_;
  ring::Publisher& publisher_;
  Recorder* recorder_;
  trace::Tracer* tracer_;
  const ReplayOptions& options_;
  ReplayReport& report_;

  Landmarks landmarks_;
  std::unique_ptr<Expected> expected_;
  ObservableTrail trail_;
  std::uint32_t epoch_ = 0;          ///< of the checkpoint before
  std::uint64_t offset_ = 0;         ///< of the record that is played
  std::uint64_t first_time_ns_ = 0;  ///< of the record that play began with
  ring::Ticket last_ticket_;
  std::uint64_t last_recorded_ticket_ = 0;
  std::vector<protocol::Slot> filtered_;
  std::deque<EpochPublication> publications_;
  std::uint64_t publications_omitted_ = 0;
  ring::Clock::time_point started_{};
  ring::Clock::time_point finished_{};
};

}  // namespace vyre::session
