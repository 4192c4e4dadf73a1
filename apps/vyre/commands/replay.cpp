#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arguments.hpp"
#include "command.hpp"
#include "device_options.hpp"
#include "file_output.hpp"
#include "interrupts.hpp"
#include "record_options.hpp"
#include "render.hpp"
#include "render_replay.hpp"
#include "run_file.hpp"
#include "trace_option.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::cli {
namespace {

class Replay final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("LOG", file_, "Replay log; without one the last that `vyre run --record` made")
        ->type_name("LOG");
    add_log_options(app);
    add_compare_options(app);
    add_device_options(app, backend_, kernel_, profile_);
    record_.add_to(app, "Report");
    trace_.add_to(app, "Report");
    add_report_options(app);
    app.footer("Exit codes: 0 no divergence, 1 one was found; `vyre help exit-codes` lists the others.");
  }

  Result<void> validate() const override {
    for (const auto& text : observe_) VYRE_CHECK(named("--observe", parse_words(text)));
    if (!timeout_.empty()) VYRE_CHECK(named("--timeout", parse_duration(timeout_)));
    if (options_.speed <= 0)
      return fail(ErrorCode::kBadInput, fmt::format("a speed of {}", options_.speed), "--speed",
                  "give a number above 0; 2 is twice as fast as recorded");
    if (options_.from_epoch && options_.until_epoch && *options_.until_epoch < *options_.from_epoch)
      return fail(ErrorCode::kBadInput,
                  fmt::format("epoch {} lies before epoch {}", *options_.until_epoch, *options_.from_epoch),
                  "--until", "give it the later epoch");
    VYRE_CHECK(trace_.validate());
    return record_.validate();
  }

  Result<ExitCode> run(Context& context) override {
    if (dump_) VYRE_CHECK(check_writable(*dump_));
    std::string file = file_;
    if (file.empty()) { VYRE_TRY(file, latest_recording()); }
    VYRE_TRY(const auto plan, session::plan_replay(file, plan_));
    if (plan.damage) context.note(damage_text(*plan.damage));
    VYRE_TRY(const auto options, make_options(context, plan));

    VYRE_CHECK(profile_.read(context, backend_, kernel_));
    const auto start = std::chrono::steady_clock::now();
    VYRE_TRY(const auto backend, open_backend(plan));
    const auto setup = std::chrono::steady_clock::now() - start;
    session::ReplayReport report = session::replay(plan, *backend, options);
    report.run.setup = setup;
    trace_.finish(context, report.run);
    if (options.record) record_.finish(context, *options.record, report.run);

    const RenderOptions render{.stable = stable_,
                               .quiet = quiet_,
                               .style = context.out_style(),
                               .width = context.out().is_terminal() ? context.out().width() : 0};
    const ExitCode code = exit_code_of(report.run);
    context.out().write(format_ == "json" ? render_replay_json(plan, report, code, render)
                                          : render_replay_text(plan, report, render));
    if (report.run.error) context.complain(*report.run.error);
    return code;
  }

 private:
  void add_log_options(CLI::App& app) {
    const auto* group = "Log";
    app.add_option("--run", plan_.run, "Which run of the log, from 0; the last if not given")
        ->type_name("N")
        ->group(group);
    app.add_option("--timing", timing_, "full: as fast as it goes; original: at the recorded distances")
        ->type_name("HOW")
        ->check(CLI::IsMember({"full", "original"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--speed", options_.speed, "Times as fast as recorded; implies --timing original")
        ->type_name("X")
        ->group(group);
    app.add_option("--from", options_.from_epoch,
                   "Begin at this epoch, with the observables recorded before it")
        ->type_name("EPOCH")
        ->group(group);
    app.add_option("--until", options_.until_epoch, "Stop behind this epoch")
        ->type_name("EPOCH")
        ->group(group);
    app.add_option("--only-tenant", options_.only_tenant, "Leave out what other tenants published")
        ->type_name("ID")
        ->check(CLI::Range(std::uint32_t{0}, protocol::kTenantCount - 1))
        ->group(group);
    app.add_option("--slots", plan_.slot_count, "Size of the ring, in place of the log's")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{1}, protocol::kMaxSlots))
        ->group(group);
    app.add_option("--observables", plan_.observable_count, "Number of observables, in place of the log's")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{0}, protocol::kMaxObservables))
        ->group(group);
    app.add_option("--timeout", timeout_, "How long each wait may take")->type_name("DURATION")->group(group);
  }

  void add_compare_options(CLI::App& app) {
    app.add_option("--against", options_.against,
                   "Compare with this snapshot or log in place of the recorded observables")
        ->type_name("FILE")
        ->group("Log");
  }

  void add_report_options(CLI::App& app) {
    const auto* group = "Report";
    app.add_option("--observe", observe_, "Print control words after the replay (repeatable)")
        ->type_name("WORDS")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("--dump", dump_, "Write a snapshot of all buffers when the replay ends")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--format", format_, "A short summary, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->group(group);
    app.add_flag("--stable", stable_, "Leave out what changes from run to run: times, rates, devices")
        ->group(group);
    app.add_flag("-q,--quiet", quiet_, "Only observed words and what went wrong")->group(group);
  }

  Result<session::ReplayOptions> make_options(const Context& context, const session::ReplayPlan& plan) const {
    session::ReplayOptions options = options_;
    options.original_timing = timing_ == "original" || options_.speed != 1;
    std::vector<WordRange> ranges;
    for (const auto& text : observe_) {
      VYRE_TRY(const auto words, parse_words(text));
      ranges.insert(ranges.end(), words.begin(), words.end());
    }
    VYRE_TRY(options.observe, expand_words(ranges, plan.run.observable_count));
    if (!timeout_.empty()) { VYRE_TRY(options.timeout, parse_duration(timeout_)); }
    if (dump_) options.dump = *dump_;
    VYRE_TRY(options.record, record_.make(plan.run.workload_name));
    if (options.record) options.record->handlers = plan.run.handlers;
    VYRE_TRY(options.trace, trace_.make());
    options.command = context.command_line();
    options.interrupted = &interrupted();
    return options;
  }

  Result<std::unique_ptr<session::Backend>> open_backend(const session::ReplayPlan& plan) const {
    VYRE_CHECK(session::check_can_replay(plan));
    VYRE_TRY(const auto scan_tables, session::scan_tables_for(plan.run));
    auto config = session::config_for(plan.run, scan_tables);
    config.trace = trace_.is_given();
    if (backend_ == "reference") {
      if (plan.run.handlers.empty()) return session::make_reference_backend(config);
      return fail(ErrorCode::kUnsupported,
                  "the log's custom handlers are GLSL, which the interpreter cannot run", plan.path.string(),
                  "replay with --backend vulkan");
    }
    gpu::MegakernelOptions kernel = kernel_;
    for (const auto& handler : plan.run.handlers)
      kernel.handlers.push_back({handler.opcode, handler.name, handler.file, handler.glsl});
    profile_.apply(kernel, config);
    return gpu::open_megakernel(config, kernel);
  }

  std::string file_;
  session::PlanOptions plan_;
  session::ReplayOptions options_;
  std::string backend_ = "vulkan";
  gpu::MegakernelOptions kernel_;
  ProfileOption profile_;
  RecordingOptions record_;
  TraceOption trace_;
  std::string timing_ = "full";
  std::string timeout_;
  std::vector<std::string> observe_;
  std::optional<std::string> dump_;
  std::string format_ = "text";
  bool stable_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_replay() { return std::make_unique<Replay>(); }

}  // namespace vyre::cli
