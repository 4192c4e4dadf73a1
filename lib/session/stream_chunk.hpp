/// ChunkInFlight: a chunk of a stream, from the moment it was read to the moment its results are told.
#pragma once

#include <cstdint>
#include <vector>

#include "session/stream_road.hpp"
#include "vyre/stream/chunk_reader.hpp"

namespace vyre::session {

/// One slot of a chunk: a piece, and of a scan a rule.
struct StreamSlot {
  std::uint32_t piece = 0;    ///< index in the chunk
  std::uint32_t at = 0;       ///< byte of the arena
  std::uint32_t bytes = 0;    ///< never 0
  std::uint32_t rule = 0;     ///< from here on: of scans alone
  std::uint32_t results = 0;  ///< word of the result memory
  std::uint32_t most = 0;     ///< matches that there is room for
  std::uint32_t entry = 0;    ///< cells, 0: none
  std::uint32_t exit = 0;
  bool faulted = false;  ///< known once it is finished
};

struct ChunkInFlight {
  stream::Chunk chunk;
  StreamRoad::Place place;
  bool holds_reader_buffer = true;
  std::vector<StreamSlot> slots;  ///< by piece, then by rule; once it is in the arena
  std::uint32_t first_slot = 0;   ///< of the ring, for the first of them
  std::uint64_t ticket = 0;       ///< of its publication, or of the last one before it if it has no slots
  bool is_finished = false;       ///< what its slots left may be looked at
};

}  // namespace vyre::session
