/// Which of the shapes that `vyre bench tune` measured is taken.
#pragma once

#include <cstddef>
#include <span>

namespace vyre::cli::bench {

/// Medians over the rounds.
struct ShapeFigures {
  double p50_us = 0;
  double slots_per_s = 0;
};

/// A shape may be so many times slower than the quickest one for a single slot, and still be chosen.
inline constexpr double kMostSlowdown = 1.15;
/// Who takes the default's place has to be so many times better; less is noise.
inline constexpr double kLeastGain = 1.05;

/// The shape with the most slots a second among those whose p50 is within kMostSlowdown of the least p50. The
/// default stays if it is among them too and has less than kLeastGain fewer.
/// Shape: all figures above 0; default_index < figures.size().
[[nodiscard]] std::size_t best_shape(std::span<const ShapeFigures> figures, std::size_t default_index);

/// The first ring that has at most kLeastGain fewer slots a second than the best one.
/// Shape: rings of ascending size, at least one.
[[nodiscard]] std::size_t enough_slots(std::span<const double> slots_per_s);

}  // namespace vyre::cli::bench
