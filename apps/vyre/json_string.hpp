/// One JSON string.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vyre::cli {

/// With its quotes; nothing when the text is no UTF-8.
[[nodiscard]] std::optional<std::string> json_string(std::string_view text);

/// As two hexadecimal digits a byte.
[[nodiscard]] std::string hex_digits(std::string_view bytes);

}  // namespace vyre::cli
