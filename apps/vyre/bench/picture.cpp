#include "bench/picture.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "bench/plot.hpp"

namespace vyre::cli::bench {
namespace {

constexpr unsigned kBinsPerDecade = 30;

/// What stands behind the result's name: " lanes=8".
std::string suffix(const BenchResult& result) {
  const auto blank = result.name.find(' ');
  return blank == std::string::npos ? "" : result.name.substr(blank);
}

Series distribution(const Side& side, const std::string& suffix, const std::string& unit) {
  Series series{.name = fmt::format("{}{}: p50 {}, p99 {}", side.name, suffix,
                                    value_text(side.value.median, unit), value_text(side.p99->median, unit)),
                .points = {}};
  const auto bins = measure::histogram(side.samples, kBinsPerDecade);
  const auto all = static_cast<double>(side.samples.size());
  for (const auto& bin : bins) {
    const double percent = 100 * static_cast<double>(bin.count) / all;
    series.points.push_back({.x = bin.from, .y = percent, .low = percent, .high = percent});
  }
  series.points.push_back({.x = bins.back().to});
  return series;
}

/// Ours for each shape of the kernel, then each alternative, of the first shape.
Plot times(const std::vector<BenchResult>& results) {
  Plot plot{.title = {},
            .note = {},
            .x_label = "microseconds",
            .y_label = "% of operations",
            .filled = true,
            .series = {}};
  std::set<std::string> seen;
  for (const auto& result : results)
    if (seen.insert(suffix(result)).second)
      plot.series.push_back(distribution(result.ours, suffix(result), result.unit));
  for (const auto& result : results)
    if (seen.insert(result.alternative.name).second)
      plot.series.push_back(distribution(result.alternative, "", result.unit));
  return plot;
}

/// The parameter with the most values, of those that were named; the first of several.
std::string swept_parameter(const std::vector<BenchResult>& results) {
  std::vector<std::pair<std::string, std::set<std::uint64_t>>> values;
  for (const auto& result : results)
    for (const auto& [name, value] : result.parameters) {
      if (result.name.find(name + "=") == std::string::npos) continue;
      auto found = std::ranges::find(values, name, [](const auto& one) { return one.first; });
      if (found == values.end()) found = values.insert(found, {name, {}});
      found->second.insert(value);
    }
  const auto most = std::ranges::max_element(values, {}, [](const auto& one) { return one.second.size(); });
  return most == values.end() ? "" : most->first;
}

void append(Plot& plot, const std::string& name, std::uint64_t x, const measure::Spread& spread) {
  auto found = std::ranges::find(plot.series, name, &Series::name);
  if (found == plot.series.end()) found = plot.series.insert(found, {.name = name, .points = {}});
  found->points.push_back(
      {.x = static_cast<double>(x), .y = spread.median, .low = spread.min, .high = spread.max});
}

/// Of a parameter that was neither swept nor named: its value, or the greatest of those that others led to.
std::string common_text(const std::vector<BenchResult>& results, const std::string& parameter) {
  std::set<std::uint64_t> values;
  for (const auto& result : results)
    for (const auto& [name, value] : result.parameters)
      if (name == parameter) values.insert(value);
  return fmt::format(" {}{}{}", parameter, values.size() > 1 ? "<=" : "=", *values.rbegin());
}

/// A curve for each combination of the parameters that are not swept.
Plot rates(const std::vector<BenchResult>& results) {
  const std::string swept = swept_parameter(results);
  Plot plot{.title = {},
            .note = {},
            .x_label = swept,
            .y_label = results.front().unit,
            .x_by_two = true,
            .y_log = true,
            .series = {}};
  std::set<std::uint64_t> alternative_at;
  for (const auto& result : results) {
    std::string others;
    std::uint64_t x = 1;
    for (const auto& [name, value] : result.parameters) {
      if (name == swept)
        x = std::max<std::uint64_t>(value, 1);
      else
        others += result.name.find(name + "=") != std::string::npos ? fmt::format(" {}={}", name, value)
                                                                    : common_text(results, name);
    }
    append(plot, fmt::format("{},{}", result.ours.name, others), x, result.ours.value);
  }
  for (const auto& result : results)
    for (const auto& [name, value] : result.parameters)
      if (name == swept && alternative_at.insert(value).second)
        append(plot, result.alternative.name, value, result.alternative.value);
  for (auto& series : plot.series) std::ranges::sort(series.points, {}, &Point::x);
  return plot;
}

}  // namespace

std::string picture(const Report& report) {
  const auto& results = report.outcome.results;
  Plot plot = results.front().ours.p99 ? times(results) : rates(results);
  plot.title = fmt::format("{}: {}", report.subject->name, report.subject->summary);
  plot.note = report.machine.driver.empty()
                  ? report.machine.cpu
                  : fmt::format("{}; {}", report.machine.device, report.machine.driver);
  return draw(plot);
}

}  // namespace vyre::cli::bench
