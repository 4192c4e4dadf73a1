/// Plot: curves over logarithmic axes, as an SVG document.
#pragma once

#include <string>
#include <vector>

namespace vyre::cli::bench {

struct Point {
  double x = 0;  ///< above 0
  double y = 0;
  double low = 0;  ///< of a bar from low to high; none where both are y
  double high = 0;
};

struct Series {
  std::string name;
  std::vector<Point> points;  ///< by ascending x
};

struct Plot {
  std::string title;
  std::string note;  ///< below the title: device, driver
  std::string x_label;
  std::string y_label;
  bool x_by_two = false;  ///< ticks at powers of two; else of ten
  bool y_log = false;     ///< else from 0
  bool filled = false;    ///< steps down to the axis, as of a distribution; else lines with dots
  std::vector<Series> series;
};

/// Shape: at least one series with at least one point.
[[nodiscard]] std::string draw(const Plot& plot);

}  // namespace vyre::cli::bench
