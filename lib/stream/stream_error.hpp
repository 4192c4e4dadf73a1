/// errno as vyre::Error.
#pragma once

#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::stream {

/// "Permission denied (EACCES)".
[[nodiscard]] std::string errno_text(int error_number);

/// kFile: "cannot open: Permission denied (EACCES)"; `doing` is "open".
[[nodiscard]] Error errno_error(std::string_view doing, int error_number, std::string where,
                                std::string_view fix);

}  // namespace vyre::stream
