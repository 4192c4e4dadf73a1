/// Player: carries out a workload's steps, one after the other.
#pragma once

#include <utility>
#include <vector>

#include "session/recorder.hpp"
#include "session/step_encoder.hpp"
#include "session/stream_pump.hpp"
#include "session/waiting.hpp"
#include "trace/tracer.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/runner.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// Thread: one. All references outlive it; without a recorder nothing is recorded,
/// without a tracer nothing traced.
class Player {
 public:
  Player(const workload::Workload& workload, const recording::RunRecord& origin, ring::Backend& backend,
         RunConsumer& consumer, ring::Publisher& publisher, StreamRetirements& retirements,
         Recorder* recorder, trace::Tracer* tracer, const RunOptions& options);

  /// Plays every step, then waits until all slots are finished but those that cannot run (masked
  /// tenants, a kernel that was shut down).
  /// Errors: of the step that failed, with its place; kTimeout comes with a stall report.
  [[nodiscard]] Result<void> play();

  [[nodiscard]] std::chrono::nanoseconds elapsed() const noexcept { return finished_ - started_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& snapshots() const noexcept { return snapshots_; }
  [[nodiscard]] std::vector<StreamReport> take_streams() noexcept { return std::move(streams_); }

 private:
  Result<void> play_step(const workload::Step& step);
  Result<void> act(const workload::Step& step);
  Result<void> publish(const workload::Step& step);
  Result<void> stream(const workload::StreamStep& action, const workload::Step& step);
  Result<void> repeat(const workload::RepeatStep& action);
  Result<void> wait(const workload::WaitStep& action);
  Result<void> sleep(std::chrono::nanoseconds duration);
  Result<void> set_tenant_word(const workload::Expression& tenant, std::uint32_t first_word,
                               std::uint32_t value);
  void note_wait(recording::WaitRecord::For awaited, std::uint64_t value);
  Result<void> write_control(std::uint32_t word, std::uint32_t value);
  [[nodiscard]] ring::Clock::time_point deadline() const;
  [[nodiscard]] Error explain(Error error, const workload::Position& position);

  const workload::Workload& workload_;
  const recording::RunRecord& origin_;
  ring::Backend& backend_;
  RunConsumer& consumer_;
  ring::Publisher& publisher_;
  StreamRetirements& retirements_;
  Recorder* recorder_;
  trace::Tracer* tracer_;
  const RunOptions& options_;
  StepEncoder encoder_;
  std::vector<std::int64_t> loops_;
  std::vector<std::filesystem::path> snapshots_;
  std::vector<StreamReport> streams_;
  std::uint32_t stream_window_ = kFirstStreamWindow;
  ring::Clock::time_point started_{};
  ring::Clock::time_point finished_{};
};

}  // namespace vyre::session
