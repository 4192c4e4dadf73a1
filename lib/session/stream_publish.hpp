/// StreamPublication: makes slots of chunks, and publishes them as windows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "session/stream_chunk.hpp"
#include "session/stream_layout.hpp"
#include "session/stream_memory.hpp"
#include "trace/tracer.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/workload/step.hpp"

namespace vyre::session {

/// A window's required slots are those of its first chunk; those of chunks that were read before that one is
/// finished are its lookahead. Each chunk is a publication of its own in it, so that it is finished by
/// itself. Thread: one. What it refers to outlives it.
class StreamPublication {
 public:
  struct Settings {
    std::uint32_t opcode = 0;
    std::vector<std::uint32_t> args;  ///< behind a piece's own; none for scans
    std::optional<protocol::Priority> priority;
    std::uint32_t most_slots = 0;  ///< of the ring, for this step
    std::uint32_t first_window = 0;
  };
  StreamPublication(const StreamLayout& layout, Settings settings, const StreamCells& cells,
                    ring::Publisher& publisher, trace::Tracer* tracer);

  /// Fills chunk.slots. Chunks come in the order in which they were read.
  void plan(ChunkInFlight& chunk);

  /// A publication is finished.
  void finished(std::uint64_t ticket) noexcept {
    if (ticket == first_ticket_) end_window();
  }
  /// Publishes a planned chunk with slots. False: the ring has no room before `until`. Errors: the
  /// publisher's.
  [[nodiscard]] Result<bool> publish(ChunkInFlight& chunk, ring::Clock::time_point until);

  /// The number of the next window.
  [[nodiscard]] std::uint32_t next_window() const noexcept { return window_ + (chunks_ > 0 ? 1 : 0); }

 private:
  void plan_scans(ChunkInFlight& chunk, const stream::Piece& piece, StreamSlot slot, std::uint64_t bytes);
  void end_window() noexcept;
  void write_payload(const ChunkInFlight& chunk, const StreamSlot& slot);

  StreamLayout layout_;
  Settings settings_;
  const StreamCells& cells_;
  ring::Publisher& publisher_;
  trace::Tracer* tracer_;
  std::uint32_t window_;
  std::uint64_t first_ticket_ = 0;         ///< of the window
  std::uint32_t chunks_ = 0;               ///< in the window
  std::uint32_t slots_ = 0;                ///< in the window
  std::optional<std::uint64_t> cells_of_;  ///< number of the last chunk whose file goes on behind it
  std::uint32_t heads_ = 0;                ///< pieces of a chunk that were planned
  std::uint32_t shared_ = 0;               ///< matches of a chunk's areas that were given to pieces
  std::vector<std::array<std::uint32_t, 10>> payloads_;
  std::vector<descriptor::Words> words_;
};

}  // namespace vyre::session
