/// Literals as people write them: one a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/base/export.hpp"

namespace vyre::scan {

/// The bytes of one literal: as they are, or with `escapes` \n \t \r \\ and \xNN read as bytes.
/// Errors: kBadInput (empty, a NUL without `escapes`, an escape that is none); `where` is `place` with the
/// column, counted in bytes from 1.
[[nodiscard]] VYRE_API Result<std::string> read_literal(std::string_view text, bool escapes,
                                                        std::string_view place);

/// Each line of `text` by read_literal(). Lines end with a newline, which the last may lack; a carriage
/// return is a byte like any other.
/// Errors: as read_literal(), at "name:line:column"; kBadInput (no line at all).
[[nodiscard]] VYRE_API Result<std::vector<std::string>> read_literals(std::string_view text, bool escapes,
                                                                      std::string_view name);

inline constexpr std::uint64_t kMaxLiteralsBytes = 256ULL << 20;

/// read_literals() of a file, which may be a pipe; "-" is the standard input. Errors: also kFile, kTooMany.
[[nodiscard]] VYRE_API Result<std::vector<std::string>> load_literals(const std::filesystem::path& path,
                                                                      bool escapes);

}  // namespace vyre::scan
