#include "base/crc32c.hpp"

#include <array>

#include "base/little_endian.hpp"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace vyre::base {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F6'3B78;

constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) != 0 ? kReflectedPolynomial : 0);
    table[byte] = value;
  }
  return table;
}();

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t crc32c_by_instruction(std::span<const std::byte> bytes,
                                                              std::uint32_t before) noexcept {
  std::uint64_t crc = ~before;
  for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t)))
    crc = _mm_crc32_u64(crc, load_le<std::uint64_t>(bytes, 0));
  auto rest = static_cast<std::uint32_t>(crc);
  if (bytes.size() >= sizeof(std::uint32_t)) {
    rest = _mm_crc32_u32(rest, load_le<std::uint32_t>(bytes, 0));
    bytes = bytes.subspan(sizeof(std::uint32_t));
  }
  for (const std::byte byte : bytes) rest = _mm_crc32_u8(rest, std::to_integer<std::uint8_t>(byte));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::span<const std::byte> bytes, std::uint32_t before) noexcept {
  std::uint32_t crc = ~before;
  for (const std::byte byte : bytes)
    crc = kTable[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF] ^ crc >> 8;
  return ~crc;
}

#if defined(__x86_64__)
// Looked up as the library is loaded: records are short, and a guarded static is a good part of such a call.
static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
#endif

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) noexcept {
#if defined(__x86_64__)
  if (has_instruction) return crc32c_by_instruction(bytes, before);
#endif
  return crc32c_by_table(bytes, before);
}

}  // namespace vyre::base
