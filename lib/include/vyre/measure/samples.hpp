/// What a set of measured values is like: its spread, its percentiles, its distribution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/export.hpp"

namespace vyre::measure {

/// Of values that were measured several times. Unit: that of the values.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

/// Shape: at least one value. The median of an even number is the mean of the two in the middle.
[[nodiscard]] VYRE_API Spread spread_of(std::vector<double> values);

/// Of `numerators[i] / denominators[i]`, round by round. Shape: as many of one as of the other, at least one.
[[nodiscard]] VYRE_API Spread ratio_of(std::span<const double> numerators,
                                       std::span<const double> denominators);

/// The least value that at least `fraction` of all do not exceed (nearest rank).
/// Shape: ascending, at least one; 0 < fraction <= 1.
[[nodiscard]] VYRE_API double percentile(std::span<const double> ascending, double fraction);

/// Counts on a logarithmic scale, so that one picture holds nanoseconds and milliseconds.
struct Bin {
  double from = 0;  ///< included
  double to = 0;    ///< not included, but in the last bin
  std::uint64_t count = 0;
};

/// Bins from the least value to the greatest, those in between without any too; `bins_per_decade` of them for
/// each factor of ten, with edges at powers of ten. Shape: values above 0; others are left out.
[[nodiscard]] VYRE_API std::vector<Bin> histogram(std::span<const double> values, unsigned bins_per_decade);

}  // namespace vyre::measure
