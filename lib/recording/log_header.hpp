/// The headers of both versions of replay logs: read, checked, written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "recording/log_format.hpp"
#include "recording/log_source.hpp"
#include "vyre/base/error.hpp"

namespace vyre::recording {

/// What to do about damage, the same everywhere.
inline constexpr const char* kTakeUnharmedCopy = "take an unharmed copy of the log";
inline constexpr const char* kNewerVyre =
    "read it with the version of vyre that wrote it, or a newer one; or record it again";

struct LogV1Header {
  std::uint64_t capacity = 0;
  std::uint64_t next = 0;  ///< < capacity
};

/// 1 or 2, by the first bytes. Errors: kBadInput (empty, no log, a version that is not known); kFile.
[[nodiscard]] Result<std::uint32_t> read_log_version(LogSource& source);

/// Of a source whose version is the one named. Errors: kBadInput with the byte; kFile.
[[nodiscard]] Result<LogV1Header> read_v1_header(LogSource& source);
[[nodiscard]] Result<void> check_v2_header(LogSource& source);

[[nodiscard]] std::array<std::byte, kLogV1HeaderBytes> encode_v1_header(const LogV1Header& header) noexcept;
[[nodiscard]] std::array<std::byte, kLogV2HeaderBytes> encode_v2_header() noexcept;

/// How many bytes a version 1 log of that capacity has.
[[nodiscard]] constexpr std::uint64_t v1_file_bytes(std::uint64_t capacity) noexcept {
  return kLogV1HeaderBytes + capacity * kLogV1RecordBytes;
}

}  // namespace vyre::recording
