#include "bench/tune_choice.hpp"

#include <algorithm>

namespace vyre::cli::bench {

std::size_t best_shape(std::span<const ShapeFigures> figures, std::size_t default_index) {
  const double quickest = std::ranges::min(figures, {}, &ShapeFigures::p50_us).p50_us;
  const auto is_quick = [&](std::size_t index) { return figures[index].p50_us <= quickest * kMostSlowdown; };
  std::size_t best = figures.size();
  for (std::size_t i = 0; i < figures.size(); ++i)
    if (is_quick(i) && (best == figures.size() || figures[i].slots_per_s > figures[best].slots_per_s))
      best = i;
  const bool gains = figures[best].slots_per_s >= figures[default_index].slots_per_s * kLeastGain;
  return is_quick(default_index) && !gains ? default_index : best;
}

std::size_t enough_slots(std::span<const double> slots_per_s) {
  const double most = std::ranges::max(slots_per_s);
  const auto enough =
      std::ranges::find_if(slots_per_s, [most](double rate) { return rate * kLeastGain >= most; });
  return static_cast<std::size_t>(enough - slots_per_s.begin());
}

}  // namespace vyre::cli::bench
