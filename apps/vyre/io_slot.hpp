/// One slot of an IO queue, decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vyre::cli {

struct IoSlot {
  std::string operation;  ///< "read", "write", "fence", or "op N"
  std::string status;     ///< "empty", "published", "claimed", "ok", "error", or "status N"
  std::uint32_t op = 0, src_handle = 0, dst_handle = 0;
  std::uint64_t offset = 0;
  std::uint32_t byte_count = 0, status_word = 0, tag = 0;
};
/// Shape: kIoSlotWords words.
[[nodiscard]] IoSlot decode_io_slot(std::span<const std::uint32_t> words);

}  // namespace vyre::cli
