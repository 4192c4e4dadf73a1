/// The shapes of raw buffers, and the checks that every opened buffer passes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "vyre/inspection/inspection.hpp"

namespace vyre::inspection {

struct BufferShape {
  std::string_view row;     ///< what a row is called
  std::uint32_t row_words;  ///< words a row
  std::uint64_t min_words;
  std::uint64_t max_words;
};
[[nodiscard]] const BufferShape& shape_of(Buffer buffer) noexcept;

/// Whether a raw buffer may have this length. Errors: kBadInput, kTooMany with `file` and the byte.
[[nodiscard]] Result<void> check_length(Buffer buffer, std::uint64_t size_bytes, const std::string& file);

/// The vector of a snapshot that holds a buffer.
[[nodiscard]] std::vector<std::uint32_t>& buffer_of(recording::Snapshot& snapshot, Buffer buffer) noexcept;

}  // namespace vyre::inspection
