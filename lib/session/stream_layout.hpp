/// StreamLayout: where a stream step's chunks, cells and results lie in the arena and in result memory.
///
/// Arena: the workload's own words; from the next multiple of 4096 bytes 16 words that stay free (no cell may
/// be word 0), the cells, and from the next multiple of 4096 the chunk buffers. Steps run one after the
/// other, so all of them use the same region. Result memory: an area for each buffer and rule, then a larger
/// one for scans in parts.
#pragma once

#include <cstdint>

#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

struct StreamLayout {
  std::uint64_t chunk_bytes = 0;
  std::uint32_t buffers = 0;        ///< chunk buffers in the arena
  std::uint32_t rules = 0;          ///< 0 unless the step scans
  std::uint32_t most_pieces = 0;    ///< of a chunk
  std::uint64_t first_cell = 0;     ///< arena word
  std::uint64_t first_buffer = 0;   ///< byte of the arena
  std::uint32_t max_matches = 0;    ///< kept of one chunk and rule at a time
  std::uint32_t spare_matches = 0;  ///< kept of one scan of a part: whatever 16 bytes can have fit

  /// The cell that the scan of chunk `chunk` leaves its row in. It is used again when 2 * buffers chunks have
  /// followed, of which at most `buffers` are about at a time: its reader, the next chunk, is done by then.
  [[nodiscard]] std::uint32_t cell(std::uint64_t chunk, std::uint32_t rule) const noexcept {
    return static_cast<std::uint32_t>(first_cell + chunk % (std::uint64_t{2} * buffers) * rules + rule);
  }
  /// 0 or 1: for scans in parts.
  [[nodiscard]] std::uint32_t spare_cell(std::uint32_t index) const noexcept {
    return static_cast<std::uint32_t>(first_cell + std::uint64_t{2} * buffers * rules + index);
  }
  [[nodiscard]] std::uint64_t buffer(std::uint32_t index) const noexcept {
    return first_buffer + index * chunk_bytes;
  }
  [[nodiscard]] std::uint64_t area_words() const noexcept {
    return std::uint64_t{protocol::kScanResultHeadWords} * most_pieces +
           std::uint64_t{protocol::kScanMatchWords} * max_matches;
  }
  /// Word of the result memory.
  [[nodiscard]] std::uint64_t area(std::uint32_t buffer, std::uint32_t rule) const noexcept {
    return (std::uint64_t{buffer} * rules + rule) * area_words();
  }
  [[nodiscard]] std::uint64_t spare_area() const noexcept { return area(buffers, 0); }

  [[nodiscard]] std::uint64_t arena_words() const noexcept { return buffer(buffers) / 4; }
  [[nodiscard]] std::uint64_t result_words() const noexcept {
    if (rules == 0) return 0;
    return spare_area() + protocol::kScanResultHeadWords +
           std::uint64_t{protocol::kScanMatchWords} * spare_matches;
  }
};

[[nodiscard]] StreamLayout layout_of(const workload::Workload& workload, const workload::StreamStep& step);

/// What a workload's arena and result memory must have for any of its stream steps; its own arena words and
/// no results without them. Reads the steps; a step that cannot be read, as the run will tell, counts for
/// nothing.
struct StreamMemory {
  std::uint64_t arena_words = 0;
  std::uint64_t result_words = 0;
};
[[nodiscard]] StreamMemory memory_for_streams(const workload::Workload& workload);

}  // namespace vyre::session
