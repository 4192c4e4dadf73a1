#include "vyre/measure/baseline.hpp"

#include <algorithm>

namespace vyre::measure {
namespace {

const Figure* find(std::span<const Figure> figures, const std::string& name) {
  const auto found = std::ranges::find(figures, name, &Figure::name);
  return found == figures.end() ? nullptr : &*found;
}

}  // namespace

BaselineReport compare(std::span<const Figure> now, std::span<const Figure> before, double tolerance) {
  BaselineReport report;
  for (const Figure& figure : now) {
    const Figure* const earlier = find(before, figure.name);
    if (earlier == nullptr) {
      report.not_before.push_back(figure.name);
      continue;
    }
    const double ours =
        figure.better == Better::kLower ? figure.ours / earlier->ours : earlier->ours / figure.ours;
    const double ratio = earlier->ratio / figure.ratio;
    if (ours > tolerance)
      report.regressions.push_back({.name = figure.name,
                                    .is_ratio = false,
                                    .before = earlier->ours,
                                    .now = figure.ours,
                                    .factor = ours});
    if (ratio > tolerance)
      report.regressions.push_back({.name = figure.name,
                                    .is_ratio = true,
                                    .before = earlier->ratio,
                                    .now = figure.ratio,
                                    .factor = ratio});
  }
  for (const Figure& figure : before)
    if (find(now, figure.name) == nullptr) report.not_now.push_back(figure.name);
  return report;
}

}  // namespace vyre::measure
