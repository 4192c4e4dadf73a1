/// How far a stream has come, in one line of a terminal that is written again and again.
#pragma once

#include <cstddef>
#include <string>

#include "output.hpp"
#include "vyre/session/stream.hpp"

namespace vyre::cli {

class ProgressBar {
 public:
  /// Where it makes sense: on a terminal that can go back to the front of a line.
  [[nodiscard]] static bool is_possible(const Output& output);
  explicit ProgressBar(Output& output) : output_(output) {}

  void show(const session::StreamProgress& progress);
  /// Before anything else is written to the terminal.
  void clear();

 private:
  Output& output_;
  bool shown_ = false;
  session::StreamProgress last_;
  double bytes_per_s_ = 0;  ///< smoothed
};

/// " 42 %, 0:03 left, 480 MiB/s, 1.2 GiB of 2.9 GiB  [####      ]": as much of it as `width` columns take.
[[nodiscard]] std::string progress_text(const session::StreamProgress& progress, double bytes_per_s,
                                        std::size_t width);

}  // namespace vyre::cli
