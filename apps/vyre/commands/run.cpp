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
#include "outcome_options.hpp"
#include "render.hpp"
#include "report_load.hpp"
#include "run_file.hpp"
#include "set_option.hpp"

namespace vyre::cli {
namespace {

class Run final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", files_, "Workload, YAML or JSON; - is the standard input")
        ->required()
        ->type_name("FILE");
    add_workload_options(app);
    add_device_options(app, request_.backend, request_.kernel, request_.profile);
    outcome_.add_recording(app, "Recording");
    add_report_options(app);
    app.footer("Exit codes: 0 all passed, 1 an expectation failed; `vyre help exit-codes` lists the others.");
  }

  Result<void> validate() const override {
    VYRE_CHECK(set_.validate());
    return outcome_.validate(files_.size());
  }

  Result<ExitCode> run(Context& context) override {
    if (junit_) VYRE_CHECK(check_writable(*junit_));
    VYRE_TRY(RunRequest request, make_request(context));
    RenderOptions render{.stable = stable_,
                         .quiet = quiet_,
                         .style = context.out_style(),
                         .width = context.out().is_terminal() ? context.out().width() : 0};

    std::vector<FileResult> results;
    for (const auto& file : files_) {
      VYRE_TRY(request.options.record, outcome_.record(std::filesystem::path(file).stem().string()));
      // Several files are several runs of one recording.
      if (request.options.record && !results.empty()) request.options.record->append = true;
      results.push_back(run_file(file, request));
      report(context, results.back(), render);
      outcome_.finish(context, request, results.back().report);
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
    outcome_.add_timeout(app, group);
    app.add_flag("--fail-fast", fail_fast_, "Stop at the first file that does not pass")->group(group);
  }

  void add_report_options(CLI::App& app) {
    const auto* group = "Report";
    outcome_.add_report(app, group);
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

  Result<RunRequest> make_request(Context& context) const {
    RunRequest request = request_;
    VYRE_TRY(request.set, set_.values());
    VYRE_CHECK(outcome_.fill(context, request));
    VYRE_CHECK(request.profile.read(context, request.backend, request.kernel));
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
  OutcomeOptions outcome_;
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
