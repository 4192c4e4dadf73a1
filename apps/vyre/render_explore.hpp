/// What `vyre explore` found, as text and JSON.
#pragma once

#include <string>

#include "style.hpp"
#include "vyre/session/explore.hpp"

namespace vyre::cli {

[[nodiscard]] std::string render_explore_text(const std::string& file, const session::ExploreReport& report,
                                              const Style& style);
[[nodiscard]] std::string render_explore_json(const std::string& file, const session::ExploreReport& report);

}  // namespace vyre::cli
