#include "vyre/measure/samples.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace vyre::measure {

Spread spread_of(std::vector<double> values) {
  VYRE_ASSERT(!values.empty());
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {.median = median, .min = values.front(), .max = values.back()};
}

Spread ratio_of(std::span<const double> numerators, std::span<const double> denominators) {
  VYRE_ASSERT(numerators.size() == denominators.size());
  std::vector<double> ratios;
  ratios.reserve(numerators.size());
  for (std::size_t i = 0; i < numerators.size(); ++i) ratios.push_back(numerators[i] / denominators[i]);
  return spread_of(std::move(ratios));
}

double percentile(std::span<const double> ascending, double fraction) {
  VYRE_ASSERT(!ascending.empty() && fraction > 0 && fraction <= 1);
  // Without the slack, 0.99 * 100 would round up to rank 100.
  constexpr double kSlack = 1e-9;
  const double rank = std::ceil(fraction * static_cast<double>(ascending.size()) - kSlack);
  return ascending[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

std::vector<Bin> histogram(std::span<const double> values, unsigned bins_per_decade) {
  VYRE_ASSERT(bins_per_decade > 0);
  const auto edge = [&](std::int64_t number) {
    return std::pow(10.0, static_cast<double>(number) / bins_per_decade);
  };
  const auto bin_of = [&](double value) {
    auto number = static_cast<std::int64_t>(std::floor(std::log10(value) * bins_per_decade));
    // Logarithms round: the edges have the last word.
    if (value < edge(number)) --number;
    if (value >= edge(number + 1)) ++number;
    return number;
  };
  std::vector<std::int64_t> numbers;
  numbers.reserve(values.size());
  for (const double value : values)
    if (value > 0 && std::isfinite(value)) numbers.push_back(bin_of(value));
  if (numbers.empty()) return {};
  const auto [least, greatest] = std::ranges::minmax(numbers);
  std::vector<Bin> bins;
  for (std::int64_t number = least; number <= greatest; ++number)
    bins.push_back({.from = edge(number), .to = edge(number + 1), .count = 0});
  for (const std::int64_t number : numbers) ++bins[static_cast<std::size_t>(number - least)].count;
  return bins;
}

}  // namespace vyre::measure
