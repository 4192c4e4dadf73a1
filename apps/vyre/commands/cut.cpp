#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "file_output.hpp"
#include "names.hpp"
#include "render_replay.hpp"
#include "vyre/session/cut.hpp"

namespace vyre::cli {
namespace {

class Cut final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("LOG", file_, "Replay log")->required()->type_name("LOG");
    app.add_option("-o,--output", output_, "The log to write")->required()->type_name("FILE");
    app.add_option("--run", plan_.run, "Which run of the log, from 0; the last if not given")->type_name("N");
    app.add_option("--from", options_.from_epoch,
                   "Begin at this epoch, with the observables recorded before it")
        ->type_name("EPOCH");
    app.add_option("--until", options_.until_epoch, "Stop behind this epoch")->type_name("EPOCH");
    app.add_option("--tenant", tenants_, "Keep what this tenant published, by name or number (repeatable)")
        ->type_name("TENANT")
        ->allow_extra_args(false);
    app.add_option("--opcode", opcodes_, "Keep slots of this opcode, by name or number (repeatable)")
        ->type_name("OPCODE")
        ->allow_extra_args(false);
    app.add_flag("-q,--quiet", quiet_, "Do not say what was kept");
  }

  Result<void> validate() const override {
    if (options_.from_epoch && options_.until_epoch && *options_.until_epoch < *options_.from_epoch)
      return fail(ErrorCode::kBadInput,
                  fmt::format("epoch {} lies before epoch {}", *options_.until_epoch, *options_.from_epoch),
                  "--until", "give it the later epoch");
    return {};
  }

  Result<ExitCode> run(Context& context) override {
    VYRE_TRY(const auto plan, session::plan_replay(file_, plan_));
    if (plan.damage) context.note(damage_text(*plan.damage));
    options_.command = context.command_line();
    if (auto found = find_names(recording::names_of(plan.run)); !found) {
      context.complain(found.error());
      return ExitCode::kUsage;
    }
    VYRE_CHECK(check_writable(output_));
    VYRE_TRY(const auto report, session::cut_log(plan, output_, options_));
    if (!quiet_) tell(context, report);
    return ExitCode::kDone;
  }

 private:
  /// Opcodes and tenants may be asked for by the names that the log has.
  Result<void> find_names(const recording::Names& names) {
    for (const auto& text : opcodes_) {
      VYRE_TRY(const auto opcodes, parse_opcode(text, names, "--opcode"));
      options_.opcodes.insert(options_.opcodes.end(), opcodes.begin(), opcodes.end());
    }
    for (const auto& text : tenants_) {
      VYRE_TRY(const auto tenants, parse_tenant(text, names, "--tenant"));
      options_.tenants.insert(options_.tenants.end(), tenants.begin(), tenants.end());
    }
    return {};
  }

  void tell(Context& context, const session::CutReport& report) const {
    context.note(fmt::format("{}: {} slots, {} checkpoints{}", output_, report.slots, report.checkpoints,
                             report.from_epoch ? fmt::format(", from epoch {}", *report.from_epoch) : ""));
    if (report.slots_left_out > 0) context.note(fmt::format("{} slots left out", report.slots_left_out));
    if (report.checkpoints_left_out > 0)
      context.note(fmt::format("{} checkpoints left out: their observables hold for all slots",
                               report.checkpoints_left_out));
    if (report.waits_left_out > 0)
      context.note(
          fmt::format("{} waits left out: what they waited for is not in the cut", report.waits_left_out));
  }

  std::string file_;
  std::string output_;
  session::PlanOptions plan_;
  session::CutOptions options_;
  std::vector<std::string> opcodes_, tenants_;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_cut() { return std::make_unique<Cut>(); }

}  // namespace vyre::cli
