/// Files that the program itself writes: reports, rings, schemas.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "output.hpp"
#include "vyre/base/error.hpp"

namespace vyre::cli {

/// Writes a file. A regular file is replaced whole or not at all; a pipe or device is written to.
/// Errors: kFile (names the path and the errno).
Result<void> write_file(const std::string& path, std::string_view bytes);
/// The same, piece by piece: whatever `fill` gives as an error leaves the old file as it was.
Result<void> write_file(const std::string& path, const std::function<Result<void>(Output&)>& fill);

/// Proves that a regular file could be put at `path` by making and removing another one beside it, so
/// that a long run does not end without its result. Errors: kFile.
Result<void> check_writable(const std::string& path);

}  // namespace vyre::cli
