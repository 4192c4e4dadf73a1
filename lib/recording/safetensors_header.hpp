/// The JSON header of a safetensors file: which tensors there are, and where.
/// Source: the public safetensors layout. All offsets here count from the file's first byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::recording {

inline constexpr std::uint64_t kHeaderLengthBytes = 8;         ///< u64, little-endian, before the header
inline constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  ///< the layout's own cap
inline constexpr std::size_t kMaxTensors = 65'536;             ///< ours
inline constexpr std::size_t kMaxDimensions = 8;               ///< ours

struct TensorEntry {
  std::string name;
  std::string dtype;
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  ///< first byte of its data
  std::uint64_t end = 0;    ///< one past its last
  // Where the header says so, for messages.
  std::uint64_t name_at = 0, dtype_at = 0, shape_at = 0, offsets_at = 0;
};

struct MetadataEntry {
  std::string value;
  std::uint64_t value_at = 0;  ///< the value's opening quote
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;  ///< by ascending begin
  std::map<std::string, MetadataEntry> metadata;
};

/// "file: byte 17"
[[nodiscard]] std::string at_byte(const std::string& file, std::uint64_t offset);

/// Parses the header's text, which began at byte 8, of a file of `file_bytes`, and checks that the tensors
/// cover the rest of the file exactly.
/// Errors: kBadInput with file and byte (JSON, missing or unknown fields, more than kMaxTensors, data
/// beyond the file, overlaps, gaps); kTooMany.
[[nodiscard]] Result<SafetensorsHeader> parse_safetensors_header(std::string_view json,
                                                                 std::uint64_t file_bytes,
                                                                 const std::string& file);

}  // namespace vyre::recording
