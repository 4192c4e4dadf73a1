/// CRC32C (Castagnoli), the checksum of replay logs of version 2 and of table files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vyre::base {

/// The CRC32C of everything so far, given that of what came before; 0 before the first byte.
/// Debian 12 has no library of it that can be linked statically, hence ours: the processor's instruction,
/// or a table where there is none.
/// Source: RFC 3720, section 12.1 and appendix B.4 (polynomial 0x1EDC6F41, reflected, both ends inverted).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0) noexcept;

/// The same by table, on every processor; a test holds both against each other.
[[nodiscard]] std::uint32_t crc32c_by_table(std::span<const std::byte> bytes,
                                            std::uint32_t before = 0) noexcept;

}  // namespace vyre::base
