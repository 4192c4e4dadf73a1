#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/picture.hpp"
#include "bench/report.hpp"
#include "bench/subject.hpp"
#include "command.hpp"
#include "file_input.hpp"
#include "file_output.hpp"
#include "interrupts.hpp"
#include "stream_workload.hpp"

#include "vyre/gpu/device.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace vyre::cli {
namespace {

using bench::Subject;

/// An option that not every subject takes, and those that do; unused places are empty.
struct Taken {
  const char* option;
  std::array<std::string_view, 3> by;
};
constexpr std::array kTaken{
    Taken{"--batch", {"throughput"}},
    Taken{"--slots", {"latency", "throughput", "tune"}},
    Taken{"--lanes", {"latency", "throughput", "tune"}},
    Taken{"--workgroups", {"latency", "throughput", "tune"}},
    Taken{"--publishers", {"throughput"}},
    Taken{"--count", {"latency", "throughput", "publish"}},
    Taken{"--file", {"stream"}},
    Taken{"--size", {"stream"}},
    Taken{"--chunk", {"stream"}},
    Taken{"--depth", {"stream"}},
    Taken{"--jobs", {"stream"}},
    Taken{"--direct", {"stream"}},
    Taken{"--steps", {"parse"}},
    Taken{"--dry-run", {"tune"}},
};

/// "latency or throughput"
std::string alternatives(std::span<const std::string_view> names) {
  std::string text;
  for (const auto name : names)
    if (!name.empty()) text += fmt::format("{}{}", text.empty() ? "" : " or ", name);
  return text;
}

class Bench final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app_ = &app;
    std::vector<std::string> names;
    for (const Subject& subject : bench::subjects()) names.emplace_back(subject.name);
    app.add_option("SUBJECT", subject_, "What to measure")->required()->check(CLI::IsMember(names));
    add_measuring_options(app);
    add_sweep_options(app);
    add_input_options(app);
    add_report_options(app);
    std::string footer = "Subjects:\n";
    for (const Subject& subject : bench::subjects())
      footer += fmt::format("  {:12}{}\n", subject.name, subject.summary);
    app.footer(
        footer +
        "Ours and the alternative run in turn; a ratio says how many times better ours is, as the median "
        "of the rounds with the least and the greatest. Exit codes: 1 a regression, or a result was "
        "wrong; `vyre help exit-codes` lists the others.");
  }

  Result<void> validate() const override {
    const Subject& subject = bench::subject_of(subject_);
    for (const auto& [option, by] : kTaken)
      if (app_->get_option(option)->count() > 0 && std::ranges::find(by, subject.name) == by.end())
        return fail(ErrorCode::kBadInput, fmt::format("{} does not take {}", subject.name, option),
                    "vyre bench", fmt::format("leave it out, or measure {}", alternatives(by)));
    if (!svg_.empty() && !subject.has_picture)
      return fail(ErrorCode::kBadInput, fmt::format("{} has no picture", subject.name), "--svg",
                  "leave it out, or measure latency or throughput");
    if (subject.name == "stream") VYRE_CHECK(validate_stream());
    if (app_->get_option("--tolerance")->count() > 0 && baseline_.empty())
      return fail(ErrorCode::kBadInput, "nothing that may be worse", "--tolerance",
                  "name an earlier report with --baseline");
    return {};
  }

  Result<ExitCode> run(Context& context) override {
    bench::Request request = request_;
    if (request.quick && app_->get_option("--rounds")->count() == 0) request.rounds = 2;
    bench::Report report{.subject = &bench::subject_of(subject_),
                         .machine = bench::this_machine(),
                         .rounds = request.rounds,
                         .command = context.command_line(),
                         .outcome = {}};
    // Whatever is wrong with files is found before the machine is kept busy for minutes.
    std::optional<bench::Earlier> earlier;
    if (!baseline_.empty()) {
      VYRE_TRY(const auto text, read_file(baseline_));
      VYRE_TRY(earlier, bench::read_report(text, baseline_));
    }
    for (const auto* file : {&output_, &svg_})
      if (!file->empty()) VYRE_CHECK(check_writable(*file));
    if (report.subject->needs_device) {
      VYRE_TRY(const auto device, gpu::choose_device(request.device));
      report.machine.device = device.name;
      report.machine.driver = device.driver;
    }
    auto outcome = report.subject->run(request);
    if (!outcome) {
      if (outcome.error().code != ErrorCode::kInterrupted) return std::unexpected(std::move(outcome.error()));
      context.note("interrupted; nothing is reported");
      return interrupt_exit_code();
    }
    report.outcome = std::move(*outcome);
    if (report.outcome.wrong) {
      context.complain(*report.outcome.wrong);
      return ExitCode::kFailed;
    }
    VYRE_CHECK(write(context, report));
    return earlier ? hold_against(context, report, *earlier) : ExitCode::kDone;
  }

 private:
  void add_measuring_options(CLI::App& app) {
    app.add_option("--device", request_.device, "auto, cpu, a number, a UUID, or part of a name")
        ->type_name("DEVICE")
        ->envname("VYRE_DEVICE")
        ->capture_default_str();
    app.add_option("--rounds", request_.rounds, "Rounds that count, after one that warms up")
        ->type_name("N")
        ->check(CLI::Range(1U, 10'000U))
        ->capture_default_str();
    app.add_option("--count", request_.count, "Operations of a round; by default what the subject needs")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 32));
    app.add_flag("--quick", request_.quick,
                 "Little work and 2 rounds: shows that it works, measures nothing");
    app.add_flag("--dry-run", request_.dry_run,
                 "Of tune: print what is best, and leave the profile as it is");
  }

  void add_sweep_options(CLI::App& app) {
    const auto* group = "Sweeps, lists such as 64,256,1024: each combination is measured";
    const auto add = [&](const char* name, std::vector<std::uint32_t>& list, const char* description,
                         std::uint32_t most) {
      app.add_option(name, list, description)
          ->type_name("LIST")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(CLI::Range(1U, most))
          ->group(group);
    };
    add("--batch", request_.batches, "Slots of one publication, 256 if not given", protocol::kMaxSlots);
    add("--slots", request_.slots, "Slots of the ring: throughput has 8192, latency 1024",
        protocol::kMaxSlots);
    add("--lanes", request_.lanes, "Invocations in a workgroup", 65'536);
    add("--workgroups", request_.workgroups, "Workgroups of the kernel", 65'536);
    add("--publishers", request_.publishers, "Threads that publish, 1 if not given", ring::kMaxQueues);
  }

  void add_input_options(CLI::App& app) {
    const auto* group = "What is read, by stream and parse";
    const auto size = [&](const char* name, std::uint64_t& bytes, const char* description,
                          const char* usual) {
      app.add_option(name, bytes, description)
          ->type_name("SIZE")
          ->transform(CLI::AsSizeValue(false))
          ->default_str(usual)
          ->group(group);
    };
    app.add_option("--file", request_.file, "Stream this file, in place of a temporary one")
        ->type_name("FILE")
        ->group(group);
    size("--size", request_.size_bytes, "Bytes of the temporary file", "256MiB");
    size("--chunk", request_.chunk_bytes, "Bytes that are read at a time", "1MiB");
    app.add_option("--depth", request_.depth, "Reads on their way at once")
        ->type_name("N")
        ->check(CLI::Range(1U, 256U))
        ->capture_default_str()
        ->group(group);
    app.add_option("--jobs", request_.jobs, "Reads that run at once where the system has threads do them")
        ->type_name("N")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str()
        ->group(group);
    app.add_flag("--direct", request_.direct, "Read past the page cache, by O_DIRECT")->group(group);
    app.add_option("--steps", request_.steps, "Steps of the workload that is parsed, 20000 if not given")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}))
        ->group(group);
  }

  void add_report_options(CLI::App& app) {
    const auto* group = "Report";
    app.add_option("--format", format_, "A table, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("-o,--output", output_, "Write the report to a file")->type_name("FILE")->group(group);
    app.add_option("--svg", svg_, "Draw the results of latency or throughput")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--baseline", baseline_, "Hold the results against an earlier JSON report")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--tolerance", tolerance_, "How many times worse than the baseline is still well")
        ->type_name("FACTOR")
        ->check(CLI::Range(1.0, 1e6))
        ->default_str("1.25")
        ->group(group);
  }

  Result<void> write(Context& context, const bench::Report& report) const {
    const bool json = format_ == "json";
    if (output_.empty())
      context.out().write(json ? report_json(report) : report_text(report, context.out_style()));
    else
      VYRE_CHECK(write_file(output_, json ? report_json(report) : report_text(report, Style())));
    if (!svg_.empty()) VYRE_CHECK(write_file(svg_, picture(report)));
    for (const auto& note : report.outcome.notes) context.note(note);
    return {};
  }

  Result<ExitCode> hold_against(Context& context, const bench::Report& report,
                                const bench::Earlier& earlier) const {
    if (earlier.device != report.machine.device)
      context.note(fmt::format("{} was measured on '{}', this on '{}'", baseline_, printable(earlier.device),
                               report.machine.device));
    const auto figures = figures_of(report.outcome);
    const auto compared = measure::compare(figures, earlier.figures, tolerance_);
    for (const auto& name : compared.not_before)
      context.note(fmt::format("{} is not in {}", name, baseline_));
    for (const auto& name : compared.not_now)
      context.note(fmt::format("{} of {} was not measured", printable(name), baseline_));
    if (compared.not_before.size() == figures.size())
      return fail(ErrorCode::kBadInput, "the baseline has none of the results that were measured", baseline_,
                  "measure with the same subject and options as it");
    for (const auto& worse : compared.regressions)
      context.complain(regression(worse, report, &worse == &compared.regressions.back()));
    return compared.regressions.empty() ? ExitCode::kDone : ExitCode::kFailed;
  }

  Result<void> validate_stream() const {
    if (!request_.file.empty() && request_.size_bytes != 0)
      return fail(ErrorCode::kBadInput, "a file has the size that it has", "--size",
                  "leave out --size or --file");
    return check(StreamRequest{.files = {"x"},
                               .literals = {},
                               .regexes = {},
                               .tables = {},
                               .handler = "nop",
                               .args = {},
                               .chunk_bytes = request_.chunk_bytes});
  }

  Error regression(const measure::Regression& worse, const bench::Report& report, bool is_last) const {
    const auto result = std::ranges::find(report.outcome.results, worse.name, &bench::BenchResult::name);
    const auto text = [&](double value) {
      return worse.is_ratio ? bench::ratio_text(value) : bench::value_text(value, result->unit);
    };
    return {.code = ErrorCode::kBadInput,
            .what = fmt::format("{} of {} was {}, and is {}: {} times worse, at most {} is well",
                                worse.is_ratio ? "the ratio" : "ours", worse.name, text(worse.before),
                                text(worse.now), bench::ratio_text(worse.factor), tolerance_),
            .where = baseline_,
            .fix = is_last ? "measure again on a quiet machine; then look for what became slower" : ""};
  }

  CLI::App* app_ = nullptr;
  std::string subject_;
  bench::Request request_;
  std::string format_ = "text";
  std::string output_;
  std::string svg_;
  std::string baseline_;
  double tolerance_ = 1.25;
};

}  // namespace

std::unique_ptr<Verb> make_bench() { return std::make_unique<Bench>(); }

}  // namespace vyre::cli
