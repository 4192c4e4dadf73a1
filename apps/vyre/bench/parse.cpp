#include <chrono>

#include <fmt/format.h>

#include "bench/generated_workload.hpp"
#include "bench/pace.hpp"
#include "bench/subject.hpp"
#include "interrupts.hpp"
#include "vyre/measure/turns.hpp"
#include "vyre/workload/baselines.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::cli::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kDefaultSteps = 20'000, kQuickSteps = 100;
constexpr Seconds kTarget{0.1}, kQuickTarget{0};

/// A text, what it is called, and who else parses it.
struct Format {
  std::string_view name;
  std::string_view file;
  const char* alternative;
  std::string text;
  Result<std::uint64_t> (*count_in_tree)(std::string_view text);
};

/// Loads the text as a run does, but for its steps, which a load checks and forgets; how many there were.
Result<std::uint64_t> load(std::string text, const std::string& file) {
  const auto loaded = workload::load_text(std::move(text), file);
  if (!loaded) return std::unexpected(loaded.error().errors.front());
  return loaded->step_count;
}

/// Runs `parse` as often as the pace says and appends MB/s; `parse` gives how long it took.
template <class Parse>
Result<void> take_turn(const std::string& text, Pace& pace, std::vector<double>& samples, Parse&& parse) {
  Seconds elapsed{};
  for (std::uint64_t i = 0; i < pace.count(); ++i) {
    VYRE_CHECK(go_on_unless_interrupted());
    VYRE_TRY(const Seconds took, parse());
    elapsed += took;
  }
  samples.push_back(static_cast<double>(text.size() * pace.count()) / 1e6 / elapsed.count());
  pace.took(elapsed);
  return {};
}

Result<void> compare(const Request& request, const Format& format, std::uint64_t steps, Outcome& outcome) {
  const Seconds target = request.quick ? kQuickTarget : kTarget;
  Pace our_pace(0, 1, target), their_pace(0, 1, target);
  const auto counted = [&](const Result<std::uint64_t>& count) -> Result<void> {
    if (!count) return std::unexpected(count.error());
    if (*count != steps)
      outcome.wrong = Error{.code = ErrorCode::kBadInput,
                            .what = fmt::format("{} steps were found in a workload of {}", *count, steps),
                            .where = "vyre bench parse",
                            .fix = "this is a fault of vyre: report it"};
    return {};
  };
  const std::vector<measure::Contender> contenders{
      {"loader",
       [&](auto& samples) {
         return take_turn(format.text, our_pace, samples, [&]() -> Result<Seconds> {
           std::string text = format.text;  // the loader's own, which it keeps
           const auto start = Clock::now();
           VYRE_CHECK(counted(load(std::move(text), std::string(format.file))));
           return Clock::now() - start;
         });
       }},
      {format.alternative, [&](auto& samples) {
         return take_turn(format.text, their_pace, samples, [&]() -> Result<Seconds> {
           const auto start = Clock::now();
           VYRE_CHECK(counted(format.count_in_tree(format.text)));
           return Clock::now() - start;
         });
       }}};
  VYRE_TRY(const auto samples,
           measure::take_turns({.rounds = request.rounds}, contenders, [] { return interrupted().load(); }));
  auto result = rate_result(fmt::format("parse/{}", format.name), "MB/s", measure::Better::kHigher,
                            "loader, with every check", samples[0],
                            fmt::format("{}, unchecked", format.alternative), samples[1]);
  result.parameters = {{"steps", steps}, {"bytes", format.text.size()}};
  outcome.results.push_back(std::move(result));
  return {};
}

}  // namespace

Result<Outcome> run_parse(const Request& request) {
  const std::uint64_t steps = request.steps != 0 ? request.steps
                              : request.quick    ? kQuickSteps
                                                 : kDefaultSteps;
  Outcome outcome;
  VYRE_CHECK(compare(request,
                     {.name = "json",
                      .file = "generated.json",
                      .alternative = "nlohmann::json::parse",
                      .text = generated_json(steps),
                      .count_in_tree = workload::count_steps_in_json_tree},
                     steps, outcome));
  VYRE_CHECK(compare(request,
                     {.name = "yaml",
                      .file = "generated.yaml",
                      .alternative = "YAML::Load",
                      .text = generated_yaml(steps),
                      .count_in_tree = workload::count_steps_in_yaml_tree},
                     steps, outcome));
  return outcome;
}

}  // namespace vyre::cli::bench
