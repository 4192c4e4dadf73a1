/// One path to one open source.
#pragma once

#include <cstdint>
#include <string>

#include "vyre/base/error.hpp"
#include "vyre/stream/file_set.hpp"

namespace vyre::stream {

/// Opens what is no folder. Never blocks.
/// Errors: kNotFound (missing), kFile (no permission, a socket, ...); `where` is the path.
[[nodiscard]] Result<OpenSource> open_source(const std::string& path, std::uint64_t number, bool direct);

/// Standard input, from where it stands.
[[nodiscard]] Result<OpenSource> open_standard_input(std::uint64_t number);

/// The error of a path that open() or stat() refused.
[[nodiscard]] Error open_error(int error_number, const std::string& path);

}  // namespace vyre::stream
