/// Whether measurements are worse than earlier ones.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vyre/base/export.hpp"

namespace vyre::measure {

enum class Better : unsigned char { kLower, kHigher };

/// One result, as far as a later one is held against it.
struct Figure {
  std::string name;
  Better better = Better::kHigher;  ///< of `ours`
  double ours = 0;                  ///< above 0
  double ratio = 0;                 ///< how many times better than the alternative; above 0
};

struct Regression {
  std::string name;
  bool is_ratio = false;  ///< else ours alone
  double before = 0;
  double now = 0;
  double factor = 0;  ///< how many times worse, above the tolerance
};

struct BaselineReport {
  std::vector<Regression> regressions;  ///< in the order of `now`
  std::vector<std::string> not_before;  ///< names that only the new measurements have
  std::vector<std::string> not_now;     ///< names that only the earlier ones have
};

/// Holds results of equal name against each other. `tolerance`: how many times worse is still well, at
/// least 1.
[[nodiscard]] VYRE_API BaselineReport compare(std::span<const Figure> now, std::span<const Figure> before,
                                              double tolerance);

}  // namespace vyre::measure
