/// The results of latency and throughput as a picture.
#pragma once

#include <string>

#include "bench/report.hpp"

namespace vyre::cli::bench {

/// An SVG document: of times their distributions, of rates how they go with what was swept.
/// Shape: at least one result.
[[nodiscard]] std::string picture(const Report& report);

}  // namespace vyre::cli::bench
