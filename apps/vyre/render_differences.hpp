/// Differences of two files, as text and as JSON.
#pragma once

#include <string>

#include "output.hpp"
#include "rows.hpp"
#include "style.hpp"
#include "vyre/inspection/difference.hpp"

namespace vyre::cli {

struct Compared {
  std::string a, b;  ///< names of the two
  inspection::Differences differences;
};

void render_differences(const Compared& compared, Output& out, const Style& style);
void render_differences(const Compared& compared, Rows& rows);

}  // namespace vyre::cli
