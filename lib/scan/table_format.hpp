/// Where things are in a table file; its text is in vyre/scan/table_file.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vyre::scan {

inline constexpr std::string_view kTableMagic = "VYRETABL";
inline constexpr std::uint32_t kByteOrder = 0x0102'0304;

inline constexpr std::size_t kHeaderBytes = 48;
inline constexpr std::size_t kVersionAt = 8;
inline constexpr std::size_t kByteOrderAt = 12;
inline constexpr std::size_t kToolAt = 16;
inline constexpr std::size_t kToolBytes = 24;
inline constexpr std::size_t kTableCountAt = 40;
inline constexpr std::size_t kHeaderCrcAt = 44;

inline constexpr std::size_t kHeadBytes = 64;
inline constexpr std::size_t kBodyBytesAt = 0;
inline constexpr std::size_t kKindAt = 8;
inline constexpr std::size_t kFlagsAt = 12;
inline constexpr std::size_t kClassCountAt = 16;
inline constexpr std::size_t kStateCountAt = 20;
inline constexpr std::size_t kStartAt = 24;
inline constexpr std::size_t kDeadAt = 28;
inline constexpr std::size_t kOutputCountAt = 32;
inline constexpr std::size_t kPatternCountAt = 36;
inline constexpr std::size_t kMaxLengthAt = 40;
inline constexpr std::size_t kTextBytesAt = 44;
inline constexpr std::size_t kReservedAt = 48;
inline constexpr std::size_t kHeadCrcAt = 60;

inline constexpr std::uint32_t kIgnoreCaseFlag = 1;
inline constexpr std::size_t kClassOfBytes = 256;
inline constexpr std::size_t kCrcBytes = 4;

/// Bytes of the body, without its CRC. Counts of 32 bits cannot make it wrap.
[[nodiscard]] constexpr std::uint64_t body_bytes(std::uint64_t words, std::uint64_t states,
                                                 std::uint64_t outputs, std::uint64_t patterns,
                                                 std::uint64_t text_bytes) noexcept {
  return kClassOfBytes + 4 * (words + states + 1 + outputs + 2 * patterns) + (text_bytes + 3) / 4 * 4;
}

}  // namespace vyre::scan
