/// The compiler's messages in the user's words: real paths, places first.
#pragma once

#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::handler {

struct Program;

/// Turns what the compiler wrote ("file:line: error: text", a line each) into one Error: the first
/// message gives `where`, the others follow in `what`, a line each with their place. Warnings are dropped.
[[nodiscard]] Error to_error(std::string_view compiler_output, const Program& program);

}  // namespace vyre::handler
