#include <algorithm>

#include <fmt/format.h>

#include "bench/report.hpp"

namespace vyre::cli::bench {
namespace {

constexpr std::size_t kNameWidth = 30, kValueWidth = 13;

std::string row(std::string_view name, std::string_view ours, std::string_view other,
                std::string_view ratio) {
  std::string text = fmt::format("{:{}}", name, kNameWidth);
  // A long name stands above its values.
  if (name.size() > kNameWidth) text += fmt::format("\n{:{}}", "", kNameWidth);
  text += fmt::format("{:>{}}{:>{}}  {}", ours, kValueWidth, other, kValueWidth, ratio);
  return text.erase(text.find_last_not_of(' ') + 1) + "\n";
}

std::string result_rows(const BenchResult& result) {
  const std::string name = result.name.substr(result.name.find('/') + 1);
  const std::string ratio = fmt::format("{} ({} to {})", ratio_text(result.ratio.median),
                                        ratio_text(result.ratio.min), ratio_text(result.ratio.max));
  const auto value = [&](double of) { return value_text(of, result.unit); };
  if (!result.ours.p99 || !result.alternative.p99)
    return row(name, value(result.ours.value.median), value(result.alternative.value.median), ratio);
  return row(name + " p50", value(result.ours.value.median), value(result.alternative.value.median), ratio) +
         row(name + " p99", value(result.ours.p99->median), value(result.alternative.p99->median), "");
}

/// What the columns are, each said once.
std::string legend(const std::vector<BenchResult>& results) {
  std::vector<std::string> names;
  const auto add = [&](std::string name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  };
  for (const auto& result : results)
    add(fmt::format("{} against {}", result.ours.name, result.alternative.name));
  std::string text;
  for (const auto& name : names) text += fmt::format("{}\n", name);
  return text;
}

}  // namespace

std::string ratio_text(double ratio) {
  if (ratio < 0.1) return fmt::format("{:.3f}", ratio);
  return ratio < 10    ? fmt::format("{:.2f}", ratio)
         : ratio < 100 ? fmt::format("{:.1f}", ratio)
                       : fmt::format("{:.0f}", ratio);
}

std::string value_text(double value, std::string_view unit) {
  if (unit == "us") return duration_text(std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e3)));
  if (unit == "ns/slot") return fmt::format("{} ns", ratio_text(value));
  if (unit == "slots/s") return count_text(value) + "/s";
  return fmt::format("{} {}", ratio_text(value), unit);
}

std::string report_text(const Report& report, const Style& style) {
  std::string text =
      fmt::format("{}: {}\n", style.paint(Paint::kStrong, report.subject->name), report.subject->summary);
  const std::string where = report.machine.device.empty() ? fmt::format("{}, {}", report.machine.cpu,
                                                                        plural(report.machine.cpus, "CPU"))
                                                          : report.machine.device;
  text += fmt::format("{}, {}\n", printable(where), plural(report.rounds, "round"));
  text += row("", "ours", "alternative", "times better");
  for (const auto& result : report.outcome.results) text += result_rows(result);
  return text + legend(report.outcome.results);
}

}  // namespace vyre::cli::bench
