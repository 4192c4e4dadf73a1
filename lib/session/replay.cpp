#include "vyre/session/replay.hpp"

#include "session/outcome.hpp"
#include "session/recorder.hpp"
#include "session/replayer.hpp"
#include "session/run_origin.hpp"
#include "session/tracing.hpp"

namespace vyre::session {

namespace {

Result<void> play(const ReplayPlan& plan, const recording::RunRecord& origin, Backend& backend,
                  trace::Tracer* tracer, const ReplayOptions& options, ReplayReport& report) {
  std::unique_ptr<Recorder> recorder;
  if (options.record) { VYRE_TRY(recorder, Recorder::open(*options.record, origin, backend)); }
  VYRE_TRY(auto io, start_io(origin, backend));
  RunConsumer consumer(backend, options.interrupted);
  ring::Publisher publisher(backend.ring_memory(), consumer, {.listeners = {recorder.get(), tracer}});
  Replayer replayer(plan, backend, consumer, publisher, recorder.get(), tracer, options, report);
  Result<void> result = write_initial_state(origin, backend);
  if (result) result = replayer.play();
  io.reset();  // before anything stops the backend
  report.run.elapsed = replayer.elapsed();
  std::vector<std::uint32_t> control;
  return finish_run(origin, backend, publisher, recorder.get(), options.observe, options.dump,
                    std::move(result), control, report.run);
}

Result<void> play_and_stop(const ReplayPlan& plan, Backend& backend, const ReplayOptions& options,
                           ReplayReport& report) {
  VYRE_CHECK(check_can_replay(plan));
  const recording::RunRecord origin = describe_replay(plan.run, backend, options.command);
  auto trace = options.trace;
  if (trace)
    for (const auto& handler : plan.run.handlers) trace->opcode_names.emplace(handler.opcode, handler.name);
  VYRE_TRY(const auto tracer, open_tracer(trace, origin, backend));
  Result<void> result = play(plan, origin, backend, tracer.get(), options, report);
  if (auto stopped = backend.stop(); result && !stopped) result = std::move(stopped);
  if (auto traced = finish_trace(tracer.get(), report.run); result && !traced) result = std::move(traced);
  return result;
}

}  // namespace

ReplayReport replay(const ReplayPlan& plan, Backend& backend, const ReplayOptions& options) {
  ReplayReport report;
  report.run.file = plan.path.string();
  report.run.name = plan.run.workload_name;
  report.run.names = recording::names_of(plan.run);
  report.run.backend = backend.name();
  report.run.device = backend.device_name();
  Result<void> result = play_and_stop(plan, backend, options, report);
  if (!result) {
    report.run.error = std::move(result).error();
    report.run.verdict = Verdict::kError;
  } else {
    report.run.verdict = report.divergence ? Verdict::kFailed : Verdict::kPassed;
  }
  return report;
}

}  // namespace vyre::session
