/// Texts by number as a flat JSON object, {"1": "text", ...}: how a snapshot's metadata holds its PRINTF
/// formats and its names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vyre::recording {

using NumberedTexts = std::map<std::uint32_t, std::string>;

/// What a message calls the object and what is in it.
struct TextsWording {
  std::string_view all;     ///< "the formats"
  std::string_view one;     ///< "format"
  std::string_view number;  ///< "format id"
  std::string_view text;    ///< "format string"
};

/// What is no UTF-8 is replaced.
[[nodiscard]] std::string encode_texts(const NumberedTexts& texts);

/// Adds what the JSON says. Returns what is wrong with it, or nothing: no JSON, anything but one flat object
/// of strings, a key that is no u32, a number that stands twice.
[[nodiscard]] std::optional<std::string> decode_texts(const std::string& json, const TextsWording& wording,
                                                      NumberedTexts& texts);

}  // namespace vyre::recording
