/// Bytes to words and back: every buffer of the protocol is little-endian u32 words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::codec {

/// Reads little-endian words; `buffer` names the buffer in messages ("debug log").
/// Errors: kBadInput (length no multiple of 4).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> words_from_bytes(std::span<const std::byte> bytes,
                                                                           std::string_view buffer);

/// Writes little-endian words.
[[nodiscard]] VYRE_API std::vector<std::byte> bytes_from_words(std::span<const std::uint32_t> words);

}  // namespace vyre::codec
