#include <algorithm>

#include <fmt/format.h>

#include "bench/report.hpp"

namespace vyre::cli::bench {
namespace {

constexpr std::size_t kLeastName = 16, kMostName = 34, kOursWidth = 11, kOtherWidth = 13, kTextWidth = 80;

/// A table with one column of names, as wide as the longest; one that is longer stands above its values.
class Table {
 public:
  explicit Table(const std::vector<BenchResult>& results) {
    for (const auto& result : results)
      if (const auto size = name_of(result).size() + kSuffix; size <= kMostName)
        names_ = std::max(names_, size);
  }

  [[nodiscard]] std::string row(std::string_view name, std::string_view ours, std::string_view other,
                                std::string_view ratio) const {
    std::string text = fmt::format("{:{}}", name, names_);
    if (name.size() > names_) text += fmt::format("\n{:{}}", "", names_);
    text += fmt::format("{:>{}}{:>{}}  {}", ours, kOursWidth, other, kOtherWidth, ratio);
    return text.erase(text.find_last_not_of(' ') + 1) + "\n";
  }

  [[nodiscard]] std::string rows(const BenchResult& result) const {
    const std::string name = name_of(result);
    const std::string ratio = fmt::format("{} ({} to {})", ratio_text(result.ratio.median),
                                          ratio_text(result.ratio.min), ratio_text(result.ratio.max));
    const auto value = [&](double of) { return value_text(of, result.unit); };
    const std::string ours = value(result.ours.value.median), other = value(result.alternative.value.median);
    if (!result.ours.p99 || !result.alternative.p99) return row(name, ours, other, ratio);
    return row(name + " p50", ours, other, ratio) +
           row(name + " p99", value(result.ours.p99->median), value(result.alternative.p99->median), "");
  }

 private:
  static constexpr std::size_t kSuffix = 4;  ///< " p50"

  /// Without the subject, which stands above.
  static std::string name_of(const BenchResult& result) {
    return result.name.substr(result.name.find('/') + 1);
  }

  std::size_t names_ = kLeastName;
};

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
  const Table table(report.outcome.results);
  text += table.row("", "ours", "alternative", "times better");
  for (const auto& result : report.outcome.results) text += table.rows(result);
  text += legend(report.outcome.results);
  for (const auto& conclusion : report.outcome.conclusions)
    text += wrap(printable(conclusion), kTextWidth, 0) + "\n";
  return text;
}

}  // namespace vyre::cli::bench
