/// Files that the program itself reads whole.
#pragma once

#include <string>

#include "vyre/base/error.hpp"

namespace vyre::cli {

/// All bytes of a file. Errors: kFile (names the path and the errno).
[[nodiscard]] Result<std::string> read_file(const std::string& path);

}  // namespace vyre::cli
