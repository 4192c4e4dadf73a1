#include "vyre/codec/words.hpp"

#include <fmt/format.h>

namespace vyre::codec {

Result<std::vector<std::uint32_t>> words_from_bytes(std::span<const std::byte> bytes,
                                                    std::string_view buffer) {
  if (bytes.size() % 4 != 0) {
    return fail(
        ErrorCode::kBadInput,
        fmt::format("the {} has {} bytes, which is no whole number of 4-byte words", buffer, bytes.size()),
        fmt::format("byte {} of the {}", bytes.size() / 4 * 4, buffer), "pass the whole buffer");
  }
  std::vector<std::uint32_t> words(bytes.size() / 4);
  for (std::size_t word = 0; word < words.size(); ++word) {
    for (std::size_t byte = 4; byte-- > 0;)
      words[word] = words[word] << 8 | std::to_integer<std::uint32_t>(bytes[4 * word + byte]);
  }
  return words;
}

std::vector<std::byte> bytes_from_words(std::span<const std::uint32_t> words) {
  std::vector<std::byte> bytes;
  bytes.reserve(4 * words.size());
  for (const std::uint32_t word : words) {
    for (std::uint32_t shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<std::byte>(word >> shift & 0xFF));
  }
  return bytes;
}

}  // namespace vyre::codec
