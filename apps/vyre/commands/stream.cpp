#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "command.hpp"
#include "device_options.hpp"
#include "interrupts.hpp"
#include "outcome_options.hpp"
#include "render_stream.hpp"
#include "rule_options.hpp"
#include "run_file.hpp"
#include "stream_workload.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::cli {
namespace {

class Stream final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", stream_.files,
                   "Files, and folders with all below; - is the standard input, as is no FILE at all")
        ->type_name("FILE");
    add_work_options(app);
    add_reading_options(app);
    add_device_options(app, request_.backend, request_.kernel, request_.profile);
    outcome_.add_recording(app, "Recording");
    add_report_options(app);
    app.footer(
        "All literals are one rule, each --regex and each rule of a table file is one.\n"
        "Exit codes: 0 something was found, or a handler ran; 1 nothing was found; 6 a file could not be "
        "read; "
        "`vyre help exit-codes` lists the others.");
  }

  Result<void> validate() const override {
    VYRE_CHECK(rules_.validate());
    VYRE_CHECK(outcome_.validate(1));
    if (count_ && format_ != "text")
      return fail(ErrorCode::kBadInput, fmt::format("counts of each file are in {} anyway", format_),
                  "--count", "leave it out");
    const bool reads_input = stream_.files.empty() || std::ranges::count(stream_.files, "-") > 0;
    if (reads_input && rules_.reads_standard_input())
      return fail(ErrorCode::kBadInput, "the standard input cannot be read twice", "--literals",
                  "name a FILE to stream, or keep the literals in one");
    if (stream_.files.empty() && isatty(STDIN_FILENO) == 1)
      return fail(ErrorCode::kBadInput, "no file to read", "vyre stream",
                  "name files or folders, or let something flow into the standard input");
    // What is in files of literals is read later: here only that there will be some.
    return check(asked(rules_.is_given() ? std::vector<std::string>{"x"} : std::vector<std::string>{}));
  }

  Result<ExitCode> run(Context& context) override {
    VYRE_TRY(auto literals, rules_.literals());
    const StreamRequest stream = asked(std::move(literals));
    RunRequest request = request_;
    VYRE_CHECK(outcome_.fill(context, request));
    auto workload = workload::load_text(workload_text(stream), kStreamWorkloadName);
    if (!workload) return refuse(context, stream, workload.error());

    VYRE_CHECK(request.profile.read(context, request.backend, request.kernel));
    VYRE_TRY(request.options.record, outcome_.record("stream"));
    const auto renderer = StreamRenderer::make(context, render_options(context));
    request.options.streams = renderer.get();
    const FileResult result = run_loaded(std::move(workload), kStreamWorkloadName, request);
    const ExitCode code = code_of(result, stream);
    renderer->finish(result.report, code);
    if (result.report.error && !is_told(result.report)) context.complain(placed(*result.report.error));
    outcome_.finish(context, request, result.report);
    return code;
  }

 private:
  void add_work_options(CLI::App& app) {
    rules_.add_to(app, "What to do");
    app.add_option("--table", stream_.tables, "Look for what a file of `vyre table build` holds (repeatable)")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->group("What to do");
    app.add_option(
           "--handler", stream_.handler,
           "Give every piece to a custom operation, a GLSL file that is named as its function; or to nop, "
           "which only reads")
        ->type_name("FILE")
        ->group("What to do");
    app.add_option("--arg", stream_.args, "An argument for the handler, behind the piece's own (repeatable)")
        ->type_name("N")
        ->allow_extra_args(false)
        ->group("What to do");
    app.add_option("--observables", stream_.observables, "Observables that the handler can write to")
        ->type_name("N")
        ->check(CLI::Range(1U, protocol::kMaxObservables))
        ->capture_default_str()
        ->group("What to do");
  }

  void add_reading_options(CLI::App& app) {
    const auto* group = "Reading";
    app.add_option("--chunk", stream_.chunk_bytes, "Bytes that are read and worked on at a time")
        ->type_name("SIZE")
        ->transform(CLI::AsSizeValue(false))
        ->default_str("1MiB")
        ->group(group);
    app.add_option("--depth", stream_.depth, "Chunks on their way at once")
        ->type_name("N")
        ->check(CLI::Range(1U, 256U))
        ->capture_default_str()
        ->group(group);
    app.add_option("--jobs", stream_.jobs, "Reads that run at once where the system has threads do them")
        ->type_name("N")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str()
        ->group(group);
    app.add_flag("--direct", stream_.direct, "Read past the page cache, by O_DIRECT")->group(group);
    app.add_option("--road", stream_.road, "Where reads go; see `vyre devices`")
        ->type_name("ROAD")
        ->check(CLI::IsMember({"auto", "arena", "mapped", "staged"}))
        ->capture_default_str()
        ->group(group);
    app.add_flag("!--any-order", stream_.in_order, "Give pieces to the handler as they arrive")->group(group);
    app.add_option("--max-matches", stream_.max_matches,
                   "Matches that one chunk has room for; one with more is scanned again in parts")
        ->type_name("N")
        ->check(CLI::Range(16U, 1'048'576U))
        ->capture_default_str()
        ->group(group);
    outcome_.add_timeout(app, group);
  }

  void add_report_options(CLI::App& app) {
    const auto* group = "Report";
    outcome_.add_report(app, group);
    app.add_flag("-c,--count", count_, "Print how many matches each file has, in place of them")
        ->group(group);
    app.add_flag("--no-filename", no_file_names_, "Print no file names in front")->group(group);
    app.add_option("--format", format_, "Lines as of grep -ob, JSON lines, or one JSON document with counts")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "jsonl", "json"}))
        ->capture_default_str()
        ->group(group);
    auto* const summary = app.add_flag("--summary", summary_,
                                       "Tell on the standard error what was read and how; so on a terminal")
                              ->group(group);
    app.add_flag("--no-summary", no_summary_, "Do not tell")->excludes(summary)->group(group);
    app.add_flag("!--no-progress", progress_, "Show no progress on the terminal")->group(group);
    app.add_flag("--stable", stable_, "Leave out what changes from run to run: times, rates, roads, devices")
        ->group(group);
    app.add_flag("-q,--quiet", quiet_, "Print nothing of what is found; the exit code tells")->group(group);
  }

  StreamRequest asked(std::vector<std::string> literals) const {
    StreamRequest stream = stream_;
    if (stream.files.empty()) stream.files = {"-"};
    stream.literals = std::move(literals);
    stream.regexes = rules_.regexes();
    stream.ignore_case = rules_.ignore_case();
    return stream;
  }

  StreamRender render_options(Context& context) const {
    const bool to_terminal = context.err().is_terminal();
    const bool matches_on_terminal = context.out().is_terminal() && !count_ && format_ != "json";
    return {
        .format = format_ == "text"    ? StreamFormat::kText
                  : format_ == "jsonl" ? StreamFormat::kLines
                                       : StreamFormat::kJson,
        .count = count_,
        .quiet = quiet_,
        .file_names = !no_file_names_,
        .stable = stable_,
        .summary = summary_ || (to_terminal && !quiet_ && !no_summary_),
        .progress = progress_ && !quiet_ && !matches_on_terminal && ProgressBar::is_possible(context.err())};
  }

  /// In the words of the rule that is wrong, if it is one: the person wrote no workload.
  static Result<ExitCode> refuse(Context& context, const StreamRequest& stream,
                                 const workload::LoadErrors& load) {
    if (stream.handler == "scan") VYRE_CHECK(check_rules(stream));
    for (const Error& error : load.errors) context.complain(placed(error));
    return exit_code_of(load.errors.front().code);
  }

  /// Nobody has the text of the workload before them.
  static Error placed(Error error) {
    if (error.where.starts_with(kStreamWorkloadName)) error.where = "vyre stream";
    return error;
  }

  /// Errors of files were written when they came up.
  static bool is_told(const session::RunReport& report) {
    return std::ranges::any_of(report.streams, [&](const auto& stream) {
      return std::ranges::any_of(stream.errors, [&](const Error& error) {
        return error.what == report.error->what && error.where == report.error->where;
      });
    });
  }

  static ExitCode code_of(const FileResult& result, const StreamRequest& stream) {
    std::uint64_t matches = 0;
    std::uint64_t failed = 0;
    for (const auto& one : result.report.streams) {
      matches += one.matches;
      failed += one.files_failed;
    }
    ExitCode code = result.code;
    if (failed > 0) code = worst(code, ExitCode::kFile);
    if (result.report.fault_count > 0 || (stream.handler == "scan" && matches == 0))
      code = worst(code, ExitCode::kFailed);
    return interrupted().load() ? interrupt_exit_code() : code;
  }

  StreamRequest stream_;  ///< but for the rules
  RuleOptions rules_;
  OutcomeOptions outcome_;
  RunRequest request_;
  bool count_ = false;
  bool no_file_names_ = false;
  std::string format_ = "text";
  bool summary_ = false;
  bool no_summary_ = false;
  bool progress_ = true;
  bool stable_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_stream() { return std::make_unique<Stream>(); }

}  // namespace vyre::cli
