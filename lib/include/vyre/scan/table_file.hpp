/// Files of scan tables: made once, read wherever something is scanned.
///
/// Little-endian. A header, then each table: a head, then its body.
///
///   header, 48 bytes                       head of a table, 64 bytes
///    0  char[8]   "VYRETABL"                0  u64 bytes of the body, without its CRC
///    8  u32       version, 1                8  u32 kind: 0 literals, 1 regex, 2 regex_reverse
///   12  u32       0x01020304               12  u32 flags: bit 0 ignore_case
///   16  char[24]  the tool, NULs behind    16  u32 class_count
///   40  u32       number of tables         20  u32 number of states
///   44  u32       CRC32C of bytes 0-43     24  u32 start (a row)
///                                          28  u32 dead (a row, or 0xFFFFFFFF)
///   body                                   32  u32 number of outputs
///    class_of          256 bytes           36  u32 number of patterns
///    transitions       u32 each            40  u32 max_length
///    output_begin      u32 each            44  u32 bytes of all patterns' texts
///    outputs           u32 each            48  u32[3] 0
///    pattern_length    u32 each            60  u32 CRC32C of bytes 0-59
///    bytes of texts    u32 each
///    texts             without separators, then NULs to a multiple of 4
///    CRC32C of the body, u32
///
/// A table of kind regex_reverse stands behind the regex that it belongs to; every regex has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/base/export.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

inline constexpr std::uint32_t kTableFileVersion = 1;
inline constexpr std::uint32_t kMaxTables = 4096;  ///< in one file
inline constexpr std::uint64_t kMaxTableFileBytes = 1ULL << 30;

/// The file's bytes. Errors: kTooMany (no table, too many, or more bytes than a file may have).
[[nodiscard]] VYRE_API Result<std::vector<std::byte>> encode_tables(std::span<const Table> tables);

/// Reads the file's bytes; what it allocates is in proportion to them. Everything is checked: a table that
/// comes back can be walked without a bounds check.
/// Errors: kBadInput (`where` is "name: byte N"), kUnsupported (another version).
[[nodiscard]] VYRE_API Result<std::vector<Table>> decode_tables(std::span<const std::byte> bytes,
                                                                std::string_view name);

/// Writes the file, whole or not at all. Errors: as encode_tables(), kFile.
[[nodiscard]] VYRE_API Result<void> write_tables(const std::filesystem::path& path,
                                                 std::span<const Table> tables);
/// Errors: as decode_tables(), kFile.
[[nodiscard]] VYRE_API Result<std::vector<Table>> read_tables(const std::filesystem::path& path);

}  // namespace vyre::scan
