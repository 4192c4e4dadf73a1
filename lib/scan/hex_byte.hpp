/// The two digits of an \xNN.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vyre::scan {

/// The byte that the first two characters of `text` write; nothing if they are no two such digits.
[[nodiscard]] inline std::optional<std::uint8_t> hex_byte(std::string_view text) noexcept {
  std::uint8_t value = 0;
  if (text.size() < 2) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 2, value, 16);
  if (error != std::errc{} || end != text.data() + 2) return std::nullopt;
  return value;
}

}  // namespace vyre::scan
