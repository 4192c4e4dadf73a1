#include "bench/result.hpp"

#include <algorithm>
#include <numeric>

namespace vyre::cli::bench {
namespace {

using measure::Better;
using Rounds = std::vector<std::vector<double>>;

std::vector<double> means(const Rounds& rounds) {
  std::vector<double> values;
  for (const auto& round : rounds)
    values.push_back(std::accumulate(round.begin(), round.end(), 0.0) / static_cast<double>(round.size()));
  return values;
}

std::vector<double> percentiles(const Rounds& rounds, double fraction) {
  std::vector<double> values;
  for (auto round : rounds) {
    std::ranges::sort(round);
    values.push_back(measure::percentile(round, fraction));
  }
  return values;
}

std::vector<double> pooled(const Rounds& rounds) {
  std::vector<double> all;
  for (const auto& round : rounds) all.insert(all.end(), round.begin(), round.end());
  std::ranges::sort(all);
  return all;
}

Side time_side(std::string name, const Rounds& rounds) {
  return {.name = std::move(name),
          .value = measure::spread_of(percentiles(rounds, 0.5)),
          .p99 = measure::spread_of(percentiles(rounds, 0.99)),
          .samples = pooled(rounds)};
}

}  // namespace

BenchResult rate_result(std::string name, std::string unit, Better better, std::string ours_name,
                        const Rounds& ours, std::string other_name, const Rounds& other) {
  const auto mine = means(ours);
  const auto theirs = means(other);
  return {
      .name = std::move(name),
      .unit = std::move(unit),
      .better = better,
      .ours = {.name = std::move(ours_name), .value = measure::spread_of(mine), .p99 = {}, .samples = {}},
      .alternative = {.name = std::move(other_name),
                      .value = measure::spread_of(theirs),
                      .p99 = {},
                      .samples = {}},
      .ratio = better == Better::kHigher ? measure::ratio_of(mine, theirs) : measure::ratio_of(theirs, mine),
      .parameters = {}};
}

BenchResult time_result(std::string name, std::string unit, std::string ours_name, const Rounds& ours,
                        std::string other_name, const Rounds& other) {
  return {.name = std::move(name),
          .unit = std::move(unit),
          .better = Better::kLower,
          .ours = time_side(std::move(ours_name), ours),
          .alternative = time_side(std::move(other_name), other),
          .ratio = measure::ratio_of(percentiles(other, 0.5), percentiles(ours, 0.5)),
          .parameters = {}};
}

}  // namespace vyre::cli::bench
