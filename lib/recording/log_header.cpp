#include "recording/log_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "recording/crc32c.hpp"
#include "recording/little_endian.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::recording {
namespace {

constexpr const char* kNameALog = "name a log that 'vyre run --record' wrote";

std::unexpected<Error> unknown_version(const LogSource& source, std::uint64_t offset, std::uint32_t version) {
  return source.refuse(
      offset, fmt::format("a replay log of version {}, versions 1 and 2 can be read", version), kNewerVyre);
}

std::unexpected<Error> cut_header(const LogSource& source, std::uint32_t header_bytes) {
  return source.refuse(
      source.size_bytes(),
      fmt::format("the file ends after {} of the header's {} bytes", source.size_bytes(), header_bytes),
      kTakeUnharmedCopy);
}

/// The bytes as a person sees them: what is no plain character as \x1f.
std::string shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes)
    if (c >= ' ' && c <= '~' && c != '\\')
      text += c;
    else
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void store_magic(std::span<std::byte> header, std::string_view magic, std::uint32_t version) noexcept {
  std::ranges::copy(std::as_bytes(std::span(magic)), header.begin());
  store_le<std::uint32_t>(header, kLogVersionAt, version);
}

}  // namespace

Result<std::uint32_t> read_log_version(LogSource& source) {
  if (source.size_bytes() == 0) return source.refuse(0, "the file is empty", kNameALog);
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(source.size_bytes(), kLogMagicBytes));
  VYRE_TRY(const auto bytes, source.view(0, size));
  std::string magic(size, '\0');
  std::ranges::transform(bytes, magic.begin(), [](std::byte byte) { return std::to_integer<char>(byte); });
  if (magic == kLogV1Magic) return 1;
  if (magic == kLogV2Magic) return 2;
  const std::string digits = magic.substr(std::min(magic.size(), kLogMagicStem.size()));
  if (magic.starts_with(kLogMagicStem) && std::ranges::all_of(digits, is_digit)) {
    if (size < kLogMagicBytes) return cut_header(source, kLogV2HeaderBytes);
    return unknown_version(source, 0, static_cast<std::uint32_t>(std::stoul(digits)));
  }
  return source.refuse(
      0, fmt::format("no replay log: it begins with '{}', not '{}'", shown(magic), kLogMagicStem), kNameALog);
}

Result<LogV1Header> read_v1_header(LogSource& source) {
  if (source.size_bytes() < kLogV1HeaderBytes) return cut_header(source, kLogV1HeaderBytes);
  VYRE_TRY(const auto bytes, source.view(0, kLogV1HeaderBytes));
  if (const auto version = load_le<std::uint32_t>(bytes, kLogVersionAt); version != 1)
    return unknown_version(source, kLogVersionAt, version);
  if (const auto flags = load_le<std::uint32_t>(bytes, kLogV1FlagsAt); flags != 0)
    return source.refuse(kLogV1FlagsAt,
                         fmt::format("the header's flags are {:#x}, version 1 has none", flags),
                         kTakeUnharmedCopy);
  const LogV1Header header{.capacity = load_le<std::uint64_t>(bytes, kLogV1CapacityAt),
                           .next = load_le<std::uint64_t>(bytes, kLogV1NextAt)};
  if (header.capacity == 0 || header.capacity > kMaxLogV1Records)
    return source.refuse(
        kLogV1CapacityAt,
        fmt::format("a log of {} records, 1 to {} are possible", header.capacity, kMaxLogV1Records),
        kTakeUnharmedCopy);
  if (header.next >= header.capacity)
    return source.refuse(
        kLogV1NextAt,
        fmt::format("record {} is to be written next, the log has {}", header.next, header.capacity),
        kTakeUnharmedCopy);
  return header;
}

Result<void> check_v2_header(LogSource& source) {
  if (source.size_bytes() < kLogV2HeaderBytes) return cut_header(source, kLogV2HeaderBytes);
  VYRE_TRY(const auto bytes, source.view(0, kLogV2HeaderBytes));
  const auto stored = load_le<std::uint32_t>(bytes, kLogV2HeaderCrcAt);
  if (const auto crc = crc32c(bytes.first(kLogV2HeaderCrcAt)); crc != stored)
    return source.refuse(kLogV2HeaderCrcAt,
                         fmt::format("the header's CRC32C is {:#010x}, its bytes give {:#010x}", stored, crc),
                         kTakeUnharmedCopy);
  if (const auto version = load_le<std::uint32_t>(bytes, kLogVersionAt); version != 2)
    return unknown_version(source, kLogVersionAt, version);
  return {};
}

std::array<std::byte, kLogV1HeaderBytes> encode_v1_header(const LogV1Header& header) noexcept {
  std::array<std::byte, kLogV1HeaderBytes> bytes{};
  store_magic(bytes, kLogV1Magic, 1);
  store_le<std::uint64_t>(bytes, kLogV1CapacityAt, header.capacity);
  store_le<std::uint64_t>(bytes, kLogV1NextAt, header.next);
  return bytes;
}

std::array<std::byte, kLogV2HeaderBytes> encode_v2_header() noexcept {
  std::array<std::byte, kLogV2HeaderBytes> bytes{};
  store_magic(bytes, kLogV2Magic, 2);
  store_le<std::uint32_t>(bytes, kLogV2HeaderCrcAt, crc32c(std::span(bytes).first(kLogV2HeaderCrcAt)));
  return bytes;
}

}  // namespace vyre::recording
