/// The IO table as the kernel reads it (layout: vyre/protocol/kernel_layout.hpp).
#pragma once

#include <cstdint>
#include <span>

#include "vyre/ring/payload_memory.hpp"

namespace vyre::ring {

/// Shape: table.size() >= io_table_words(resources.size()).
inline void write_resources(std::span<const Resource> resources, std::span<std::uint32_t> table) noexcept {
  std::size_t at = protocol::kIoTableResourcesWord;
  for (const Resource& resource : resources) {
    table[at + protocol::kResourceFirstWord] = resource.first_word;
    table[at + protocol::kResourceBytesWord] = resource.bytes;
    table[at + protocol::kResourceOffsetWord] = static_cast<std::uint32_t>(resource.offset);
    table[at + protocol::kResourceOffsetWord + 1] = static_cast<std::uint32_t>(resource.offset >> 32);
    table[at + protocol::kResourceFlagsWord] = resource.writable ? protocol::kResourceWritable : 0;
    at += protocol::kResourceWords;
  }
}

/// The errors of resources that leave the arena or are too many: kOutOfRange; `where` names the number.
[[nodiscard]] Result<void> check_resources(std::span<const Resource> resources, std::uint32_t arena_words);

}  // namespace vyre::ring
