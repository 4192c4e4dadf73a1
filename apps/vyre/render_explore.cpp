#include "render_explore.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "render.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::cli {
namespace {

using Json = nlohmann::ordered_json;
using session::ExploredStep;
using session::ExploreReport;

constexpr std::size_t kMostWords = 8;
constexpr std::size_t kMostValues = 6;
constexpr std::size_t kMostSteps = 12;

std::string varying_text(const session::VaryingWord& varying, std::uint64_t runs) {
  std::string text = fmt::format("  {}:", inspection::word_text(varying.word));
  const std::size_t shown = std::min(varying.values.size(), kMostValues);
  for (const auto& value : std::span(varying.values).first(shown))
    text +=
        fmt::format(" {} in {} ({:.0f} %, seed {}),", value.value, plural(value.runs, "run"),
                    100.0 * static_cast<double>(value.runs) / static_cast<double>(runs), value.first_seed);
  if (varying.values.size() > shown)
    text += fmt::format(" and {}", plural(varying.values.size() - shown, "more value"));
  if (text.ends_with(',')) text.pop_back();
  return text + "\n";
}

std::string step_text(const ExploredStep& step, const recording::Names& names) {
  if (step.ticket == 0)
    return fmt::format("    the host writes {} = {}\n", inspection::word_text(step.word), step.value);
  std::string text;
  for (const auto& slot : step.slots)
    text += fmt::format("    {} {}\n", &slot == &step.slots.front() ? "-" : " ",
                        printable(inspection::operation_text(slot, names)));
  if (!step.waits) text += "      (not waited for)\n";
  return text;
}

std::string smallest_text(const ExploreReport& report) {
  std::string text = fmt::format("  smallest run that shows it, {} of {}:\n",
                                 plural(report.smallest.size(), "step"), report.recorded_steps);
  const std::size_t shown = std::min(report.smallest.size(), kMostSteps);
  for (const auto& step : std::span(report.smallest).first(shown)) text += step_text(step, report.names);
  if (report.smallest.size() > shown)
    text += fmt::format("    and {}\n", plural(report.smallest.size() - shown, "more step"));
  return text;
}

Json step_json(const ExploredStep& step, const recording::Names& names) {
  if (step.ticket == 0)
    return {{"kind", "control_write"}, {"word", inspection::word_text(step.word)}, {"value", step.value}};
  Json slots = Json::array();
  for (const auto& slot : step.slots) slots.push_back(inspection::operation_text(slot, names));
  return {
      {"kind", "publication"}, {"ticket", step.ticket}, {"waits", step.waits}, {"slots", std::move(slots)}};
}

}  // namespace

std::string render_explore_text(const std::string& file, const ExploreReport& report, const Style& style) {
  if (report.varying.empty())
    return fmt::format("{} {}: {} of {}, every one gave the same\n", style.paint(Paint::kGood, "ok   "),
                       printable(file), plural(report.runs, "run"), plural(report.recorded_steps, "step"));
  std::string text = fmt::format(
      "{} {}: {} gave {}\n", style.paint(Paint::kBad, "FAIL "), printable(file), plural(report.runs, "run"),
      report.results_omitted > 0 ? fmt::format("more than {} different results", report.results.size())
                                 : plural(report.results.size(), "different result"));
  const std::size_t shown = std::min(report.varying.size(), kMostWords);
  for (const auto& varying : std::span(report.varying).first(shown))
    text += varying_text(varying, report.runs);
  if (report.varying.size() > shown)
    text += fmt::format("  and {} more vary\n", plural(report.varying.size() - shown, "word"));
  text += smallest_text(report);
  for (const auto& result : report.results)
    if (result.log)
      text += fmt::format("  kept: {} ({})\n", result.log->string(), plural(result.runs, "run"));
  if (report.smallest_log)
    text += fmt::format("  kept: {} (the smallest run)\n", report.smallest_log->string());
  return text;
}

std::string render_explore_json(const std::string& file, const ExploreReport& report) {
  Json document = begin_document("vyre.explore/1");
  document["file"] = file;
  document["runs"] = report.runs;
  document["steps"] = report.recorded_steps;
  document["varies"] = !report.varying.empty();
  document["varying"] = Json::array();
  for (const auto& varying : report.varying) {
    Json values = Json::array();
    for (const auto& value : varying.values)
      values.push_back({{"value", value.value}, {"runs", value.runs}, {"seed", value.first_seed}});
    document["varying"].push_back({{"word", varying.word},
                                   {"name", inspection::word_text(varying.word)},
                                   {"values", std::move(values)}});
  }
  document["results"] = Json::array();
  for (const auto& result : report.results)
    document["results"].push_back({{"runs", result.runs},
                                   {"seed", result.first_seed},
                                   {"log", result.log ? Json(result.log->string()) : Json(nullptr)}});
  document["results_omitted"] = report.results_omitted;
  document["smallest"] = Json::array();
  for (const auto& step : report.smallest) document["smallest"].push_back(step_json(step, report.names));
  document["smallest_log"] = report.smallest_log ? Json(report.smallest_log->string()) : Json(nullptr);
  return to_text(document);
}

}  // namespace vyre::cli
