#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "file_output.hpp"
#include "nearest.hpp"
#include "render_replay.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/session/cut.hpp"

namespace vyre::cli {
namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A built-in's name, one of the log's handlers, or a number.
Result<std::uint32_t> parse_opcode(const std::string& text, const recording::RunRecord& run) {
  if (const auto value = number(text)) return *value;
  if (const auto* info = protocol::find_opcode(text)) return info->opcode;
  std::vector<std::string> names;
  for (const auto& info : protocol::kOpcodes) names.emplace_back(info.name);
  for (const auto& handler : run.handlers) {
    if (handler.name == text) return handler.opcode;
    names.push_back(handler.name);
  }
  const auto near = nearest(text, names);
  return fail(ErrorCode::kBadInput,
              fmt::format("no opcode '{}'{}", text, near ? fmt::format("; did you mean '{}'?", *near) : ""),
              "--opcode", "give a number, or a name that vyre-workload(5) or the log's handlers have");
}

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
    app.add_option("--tenant", options_.tenants, "Keep what this tenant published (repeatable)")
        ->type_name("ID")
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
    for (const auto& text : opcodes_) {
      const auto opcode = parse_opcode(text, plan.run);
      if (!opcode) {
        context.complain(opcode.error());
        return ExitCode::kUsage;
      }
      options_.opcodes.push_back(*opcode);
    }
    VYRE_CHECK(check_writable(output_));
    VYRE_TRY(const auto report, session::cut_log(plan, output_, options_));
    if (!quiet_) tell(context, report);
    return ExitCode::kDone;
  }

 private:
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
  std::vector<std::string> opcodes_;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_cut() { return std::make_unique<Cut>(); }

}  // namespace vyre::cli
