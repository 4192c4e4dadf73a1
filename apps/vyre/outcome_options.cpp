#include "outcome_options.hpp"

#include <fmt/format.h>

#include "arguments.hpp"
#include "file_output.hpp"
#include "interrupts.hpp"

namespace vyre::cli {

void OutcomeOptions::add_timeout(CLI::App& app, const std::string& group) {
  app.add_option("--timeout", timeout_, "How long each wait may take, in place of the workload's")
      ->type_name("DURATION")
      ->group(group);
}

void OutcomeOptions::add_recording(CLI::App& app, const std::string& group) {
  record_.add_to(app, group);
  trace_.add_to(app, group);
}

void OutcomeOptions::add_report(CLI::App& app, const std::string& group) {
  app.add_option(
         "--observe", observe_,
         "Print control words after the run: observable(3), observable(0..7), epoch, ... (repeatable)")
      ->type_name("WORDS")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--dump", dump_, "Write a snapshot of all buffers when the run ends")
      ->type_name("FILE")
      ->group(group);
}

Result<void> OutcomeOptions::validate(std::size_t runs) const {
  for (const auto& text : observe_) VYRE_CHECK(named("--observe", parse_words(text)));
  if (!timeout_.empty()) VYRE_CHECK(named("--timeout", parse_duration(timeout_)));
  VYRE_CHECK(record_.validate());
  VYRE_CHECK(trace_.validate());
  if (runs > 1 && dump_)
    return fail(ErrorCode::kBadInput, fmt::format("one --dump file for {} workloads", runs), "--dump",
                "run the workloads one by one, each with a file of its own");
  if (runs > 1 && trace_.is_given())
    return fail(ErrorCode::kBadInput, fmt::format("one --trace file for {} workloads", runs), "--trace",
                "run the workloads one by one, each with a file of its own");
  return {};
}

Result<void> OutcomeOptions::fill(const Context& context, RunRequest& request) const {
  for (const auto& text : observe_) {
    VYRE_TRY(const auto words, parse_words(text));
    request.observe.insert(request.observe.end(), words.begin(), words.end());
  }
  if (!timeout_.empty()) { VYRE_TRY(request.options.timeout, parse_duration(timeout_)); }
  if (dump_) {
    VYRE_CHECK(check_writable(*dump_));
    request.options.dump = *dump_;
  }
  VYRE_TRY(request.options.trace, trace_.make());
  request.options.command = context.command_line();
  request.options.interrupted = &interrupted();
  return {};
}

void OutcomeOptions::finish(Context& context, const RunRequest& request,
                            const session::RunReport& report) const {
  trace_.finish(context, report);
  if (request.options.record) record_.finish(context, *request.options.record, report);
}

}  // namespace vyre::cli
