/// A regular expression as a person writes it, into one as libfa reads it.
#pragma once

#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::scan {

/// The same rule in libfa's syntax: sets and single bytes written out, so that letters may match both cases.
/// Everything that libfa would misread, or abort the process on, is refused here, with its place: see
/// build_regex().
/// Errors: kBadInput, kTooMany.
[[nodiscard]] Result<std::string> libfa_regex(std::string_view pattern, bool ignore_case);

/// "byte 7 of the regular expression 'abc'", for Error::where.
[[nodiscard]] std::string regex_place(std::string_view pattern, std::size_t at);

}  // namespace vyre::scan
