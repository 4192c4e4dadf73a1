#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "command.hpp"
#include "file_output.hpp"
#include "render_replay.hpp"
#include "vyre/session/export.hpp"

namespace vyre::cli {
namespace {

/// Whether a regular file begins as replay logs do. Anything else is for the reader of snapshots to judge.
bool looks_like_log(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  std::array<char, 4> magic{};
  std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
  return std::string_view(magic.data(), magic.size()) == "VRRL";
}

class Export final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", file_, "Replay log or snapshot")->required()->type_name("FILE");
    app.add_option("-o,--output", output_, "Write the workload to FILE; handlers and large tables beside it")
        ->type_name("FILE");
    app.add_option("--run", plan_.run, "Which run of the log, from 0; the last if not given")->type_name("N");
    app.add_option("--slots", plan_.slot_count, "Size of the ring, in place of the log's")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{1}, protocol::kMaxSlots));
    app.add_option("--observables", plan_.observable_count, "Number of observables, in place of the log's")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{0}, protocol::kMaxObservables));
    app.footer(
        "The workload publishes the same slots at the same places. `vyre cut` makes a log smaller first.");
  }

  Result<void> validate() const override { return {}; }

  Result<ExitCode> run(Context& context) override {
    session::ExportReport report;
    if (!output_ || *output_ == "-") {
      VYRE_TRY(report, write(context, [&](std::string_view text) {
                 context.out().write(text);
                 return Result<void>{};
               }));
    } else {
      VYRE_CHECK(check_writable(*output_));
      VYRE_CHECK(write_file(*output_, [&](Output& output) -> Result<void> {
        VYRE_TRY(report, write(context, [&](std::string_view text) {
                   output.write(text);
                   return Result<void>{};
                 }));
        return {};
      }));
    }
    for (const auto& file : report.files) context.note(fmt::format("{}: written", file.string()));
    for (const auto& note : report.notes) context.note(note);
    return ExitCode::kDone;
  }

 private:
  Result<session::ExportReport> write(Context& context, const session::TextSink& sink) const {
    session::ExportOptions options;
    if (output_ && *output_ != "-") options.workload = *output_;
    if (!looks_like_log(file_)) return session::export_snapshot(file_, sink, options);
    VYRE_TRY(const auto plan, session::plan_replay(file_, plan_));
    if (plan.damage) context.note(damage_text(*plan.damage));
    return session::export_log(plan, sink, options);
  }

  std::string file_;
  std::optional<std::string> output_;
  session::PlanOptions plan_;
};

}  // namespace

std::unique_ptr<Verb> make_export() { return std::make_unique<Export>(); }

}  // namespace vyre::cli
