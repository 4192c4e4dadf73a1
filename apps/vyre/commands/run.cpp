#include <filesystem>
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
#include "report_load.hpp"
#include "run_file.hpp"
#include "set_option.hpp"
#include "trace_option.hpp"

namespace vyre::cli {
namespace {

class Run final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", files_, "Workload, YAML or JSON; - is the standard input")
        ->required()
        ->type_name("FILE");
    add_workload_options(app);
    add_device_options(app, request_.backend, request_.kernel);
    record_.add_to(app, "Recording");
    trace_.add_to(app, "Recording");
    add_report_options(app);
    app.footer("Exit codes: 0 all passed, 1 an expectation failed; `vyre help exit-codes` lists the others.");
  }

  Result<void> validate() const override {
    VYRE_CHECK(set_.validate());
    for (const auto& text : observe_) VYRE_CHECK(named("--observe", parse_words(text)));
    if (!timeout_.empty()) VYRE_CHECK(named("--timeout", parse_duration(timeout_)));
    VYRE_CHECK(record_.validate());
    VYRE_CHECK(trace_.validate());
    if (files_.size() > 1 && dump_)
      return fail(ErrorCode::kBadInput, fmt::format("one --dump file for {} workloads", files_.size()),
                  "--dump", "run the workloads one by one, each with a file of its own");
    if (files_.size() > 1 && trace_.is_given())
      return fail(ErrorCode::kBadInput, fmt::format("one --trace file for {} workloads", files_.size()),
                  "--trace", "run the workloads one by one, each with a file of its own");
    return {};
  }

  Result<ExitCode> run(Context& context) override {
    if (dump_) VYRE_CHECK(check_writable(*dump_));
    if (junit_) VYRE_CHECK(check_writable(*junit_));
    VYRE_TRY(RunRequest request, make_request(context));
    RenderOptions render{.stable = stable_,
                         .quiet = quiet_,
                         .style = context.out_style(),
                         .width = context.out().is_terminal() ? context.out().width() : 0};

    std::vector<FileResult> results;
    for (const auto& file : files_) {
      VYRE_TRY(request.options.record, record_.make(std::filesystem::path(file).stem().string()));
      // Several files are several runs of one recording.
      if (request.options.record && !results.empty()) request.options.record->append = true;
      results.push_back(run_file(file, request));
      report(context, results.back(), render);
      trace_.finish(context, results.back().report);
      if (request.options.record) record_.finish(context, *request.options.record, results.back().report);
      if (interrupted().load() || (fail_fast_ && results.back().code != ExitCode::kDone)) break;
    }
    const ExitCode code = code_of(results);
    if (format_ == "json")
      context.out().write(render_json(results, code, render));
    else if (files_.size() > 1)
      context.out().write(render_summary(tally(results), render.style));
    if (junit_) VYRE_CHECK(write_file(*junit_, render_junit(results, render)));
    return code;
  }

 private:
  void add_workload_options(CLI::App& app) {
    const auto* group = "Workload";
    set_.add_to(app)->group(group);
    app.add_option("--timeout", timeout_, "How long each wait may take, in place of the workload's")
        ->type_name("DURATION")
        ->group(group);
    app.add_flag("--fail-fast", fail_fast_, "Stop at the first file that does not pass")->group(group);
  }

  void add_report_options(CLI::App& app) {
    const auto* group = "Report";
    app.add_option(
           "--observe", observe_,
           "Print control words after the run: observable(3), observable(0..7), epoch, ... (repeatable)")
        ->type_name("WORDS")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("--dump", dump_, "Write a snapshot of all buffers when the run ends")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--junit", junit_, "Write a JUnit XML report")->type_name("FILE")->group(group);
    app.add_option("--format", format_, "A short summary, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->group(group);
    app.add_flag("--stable", stable_, "Leave out what changes from run to run: times, rates, devices")
        ->group(group);
    app.add_flag("-q,--quiet", quiet_, "Only observed words and what went wrong")->group(group);
  }

  Result<RunRequest> make_request(const Context& context) const {
    RunRequest request = request_;
    VYRE_TRY(request.set, set_.values());
    for (const auto& text : observe_) {
      VYRE_TRY(const auto words, parse_words(text));
      request.observe.insert(request.observe.end(), words.begin(), words.end());
    }
    if (!timeout_.empty()) { VYRE_TRY(request.options.timeout, parse_duration(timeout_)); }
    if (dump_) request.options.dump = *dump_;
    VYRE_TRY(request.options.trace, trace_.make());
    request.options.command = context.command_line();
    request.options.interrupted = &interrupted();
    return request;
  }

  void report(Context& context, const FileResult& result, const RenderOptions& render) const {
    if (format_ == "text") context.out().write(render_text(result, render));
    if (result.load_errors) cli::complain(context, result.report.file, *result.load_errors);
    if (result.report.error) complain(context, result.report);
    // What is finished is seen at once, and a reader that went away ends the run here.
    if (format_ == "text") static_cast<void>(context.out().flush());
  }

  /// What a backend lacks is no error of the file's.
  static void complain(Context& context, const session::RunReport& report) {
    if (report.verdict != session::Verdict::kUnsupported) return context.complain(*report.error);
    const Error& error = *report.error;
    context.note(fmt::format("{}: unsupported: {}\n  {}", error.where.empty() ? report.file : error.where,
                             error.what, error.fix));
  }

  /// Unsupported files count only if nothing else ran: CI machines lack this or that.
  static ExitCode code_of(const std::vector<FileResult>& results) {
    const Tally counts = tally(results);
    const bool only_unsupported = counts.unsupported == results.size();
    ExitCode code = ExitCode::kDone;
    for (const FileResult& result : results)
      if (only_unsupported || result.report.verdict != session::Verdict::kUnsupported)
        code = worst(code, result.code);
    return interrupted().load() ? interrupt_exit_code() : code;
  }

  std::vector<std::string> files_;
  SetOption set_;
  RecordingOptions record_;
  TraceOption trace_;
  std::vector<std::string> observe_;
  std::string timeout_;
  std::optional<std::string> dump_;
  std::optional<std::string> junit_;
  std::string format_ = "text";
  bool stable_ = false;
  bool quiet_ = false;
  bool fail_fast_ = false;
  RunRequest request_;
};

}  // namespace

std::unique_ptr<Verb> make_run() { return std::make_unique<Run>(); }

}  // namespace vyre::cli
