/// What a handler's source may not hold, found before the compiler sees it.
#pragma once

#include <span>

#include "vyre/base/error.hpp"
#include "vyre/handler/compile.hpp"

namespace vyre::handler {

/// Checks opcodes, names and texts of all handlers, and that each text defines its function.
/// Errors: kHandlerCompile, `where` is file:line, or the file where no line is to blame.
[[nodiscard]] Result<void> check_sources(std::span<const Source> handlers);

}  // namespace vyre::handler
