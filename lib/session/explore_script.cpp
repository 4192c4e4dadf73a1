#include "session/explore_script.hpp"

#include <fmt/format.h>

#include <random>
#include <thread>
#include <utility>

#include "session/log_run.hpp"
#include "session/replayer.hpp"
#include "session/run_origin.hpp"

namespace vyre::session {

namespace {

using recording::LogRecord;

/// The records of a script as a log. Before publications it waits a little, as the seed says: the replayer
/// asks for a record when it is about to play it.
class ScriptReader final : public recording::LogReader {
 public:
  ScriptReader(std::span<const ScriptStep> script, std::uint64_t seed, std::chrono::microseconds most_delay)
      : script_(script), random_(seed), delay_(0, most_delay.count()) {}

  std::uint32_t version() const noexcept override { return 2; }
  const std::optional<Error>& damage() const noexcept override { return no_damage_; }
  bool tail_is_cut() const noexcept override { return false; }

  Result<bool> next(LogRecord& record) override {
    while (step_ < script_.size() && index_ == script_[step_].records.size()) {
      ++step_;
      index_ = 0;
    }
    if (step_ == script_.size()) return false;
    record = script_[step_].records[index_++];
    // One in four: the others follow each other closely, which is a schedule too.
    if (std::holds_alternative<recording::PublicationRecord>(record.what) && random_() % 4 == 0)
      std::this_thread::sleep_for(std::chrono::microseconds(delay_(random_)));
    return true;
  }

 private:
  std::span<const ScriptStep> script_;
  std::mt19937_64 random_;
  std::uniform_int_distribution<std::int64_t> delay_;
  std::size_t step_ = 0;
  std::size_t index_ = 0;
  std::optional<Error> no_damage_;
};

Result<ScriptResult> play_on(ring::Backend& backend, const ReplayPlan& plan,
                             std::span<const ScriptStep> script, std::uint64_t seed,
                             const ExploreOptions& options, const std::optional<std::filesystem::path>& log) {
  const recording::RunRecord origin = describe_replay(plan.run, backend, options.command);
  std::unique_ptr<Recorder> recorder;
  if (log) { VYRE_TRY(recorder, Recorder::open({.path = *log}, origin, backend)); }
  RunConsumer consumer(backend, options.interrupted);
  ring::Publisher publisher(backend.ring_memory(), consumer,
                            {.listeners = {recorder.get()}, .schedule_seed = seed});
  ReplayReport report;
  const ReplayOptions replaying{.timeout = options.timeout};
  Replayer replayer(plan, backend, consumer, publisher, recorder.get(), nullptr, replaying, report);
  VYRE_TRY(const auto io, start_io(origin, backend));
  VYRE_CHECK(write_initial_state(origin, backend));
  VYRE_CHECK(replayer.play(LogRun(std::make_unique<ScriptReader>(script, seed, options.most_delay))));
  if (recorder) {
    recorder->checkpoint(true);
    std::optional<recording::LogWriter::Lost> lost;
    VYRE_CHECK(recorder->finish(publisher.counts(), true, lost));
  }
  ScriptResult result;
  result.observables.resize(plan.run.observable_count);
  VYRE_CHECK(backend.read_control(protocol::kObservableWord, result.observables));
  VYRE_CHECK(backend.read_control(protocol::kEpochWord, {&result.epoch, 1}));
  return result;
}

}  // namespace

Result<Script> load_script(const ReplayPlan& plan) {
  if (plan.slots > kMaxExploredSlots)
    return fail(ErrorCode::kTooMany,
                fmt::format("{} slots, a run that is explored has at most {}", plan.slots, kMaxExploredSlots),
                plan.path.string(), "explore a smaller run, or a part of the log cut out with `vyre cut`");
  VYRE_TRY(auto log, LogRun::open(plan.path, plan.run_index));
  Script script;
  for (;;) {
    LogRecord record;
    VYRE_TRY(const bool more, log.next(record));
    if (!more) return script;
    const bool begins_a_step = std::holds_alternative<recording::PublicationRecord>(record.what) ||
                               std::holds_alternative<recording::ControlWriteRecord>(record.what);
    const bool belongs_to_one = std::holds_alternative<recording::WaitRecord>(record.what);
    if (begins_a_step || (belongs_to_one && script.empty())) script.emplace_back();
    if (begins_a_step || belongs_to_one) script.back().records.push_back(std::move(record));
  }
}

Result<ScriptResult> play_script(const ReplayPlan& plan, std::span<const ScriptStep> script,
                                 std::uint64_t seed, const ExploreOptions& options,
                                 const std::optional<std::filesystem::path>& log) {
  VYRE_TRY(const auto backend, options.open_backend(seed));
  auto result = play_on(*backend, plan, script, seed, options, log);
  auto stopped = backend->stop();
  if (result && !stopped) return std::unexpected(std::move(stopped).error());
  if (!result && result.error().code != ErrorCode::kInterrupted)
    result.error().what += fmt::format(" (seed {})", seed);
  return result;
}

}  // namespace vyre::session
