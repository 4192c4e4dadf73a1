/// A ring as a picture: its map, its opcodes, its tenants' shares.
#pragma once

#include <string>

#include "vyre/inspection/inspection.hpp"
#include "vyre/inspection/summary.hpp"

namespace vyre::cli {

/// An SVG document. Shape: the inspection has a ring, and the summary is its own.
[[nodiscard]] std::string render_svg(const inspection::Inspection& inspection,
                                     const inspection::Summary& summary);

}  // namespace vyre::cli
