/// The memory that payload lies in, and the one through which the kernel asks for more of it.
#pragma once

#include <cstdint>
#include <span>

#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/ring/publication.hpp"

namespace vyre::ring {

/// A range of a file that the kernel may ask for by its number (LOAD_MISS), and its place in the arena.
struct Resource {
  std::uint32_t first_word = 0;  ///< in the arena
  std::uint32_t bytes = 0;
  std::uint64_t offset = 0;  ///< in its file, bytes
  bool writable = false;
};

/// How bytes of files come into the arena.
enum class PayloadRoad : std::uint8_t {
  kAuto,    ///< the best that the device and the files allow
  kArena,   ///< read right into it: host and device share one memory
  kMapped,  ///< read right into it through the mapped device memory of a discrete device; never O_DIRECT
  kStaged,  ///< read into host memory, then copied (PayloadCopier)
};

/// As the host sees it. Does not own the memory. Where `kind` is kWriteCombined the host writes and does not
/// read: a word costs it a microsecond.
struct PayloadMemory {
  std::span<std::uint32_t> arena;
  MemoryKind kind = MemoryKind::kCached;  ///< of all but the bell
  /// Empty without resources. Layout: vyre/codec/io_queue.hpp and vyre/protocol/kernel_layout.hpp.
  std::span<std::uint32_t> io_queue;
  std::span<std::uint32_t> io_table;
  std::uint32_t* io_bell = nullptr;  ///< host-cached, only read: changes whenever a request was published
};

}  // namespace vyre::ring
