/// StreamRescan: scans a piece again in parts, when it had more matches than there was room for.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "session/stream_chunk.hpp"
#include "session/stream_layout.hpp"
#include "session/stream_memory.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::session {

/// What a scan of a piece found.
struct ScanFindings {
  /// end << 32 | pattern, where end counts from the front of the piece: sorted, they come as scan() tells
  /// them.
  std::vector<std::uint64_t> matches;
  std::uint32_t row = 0;  ///< behind the piece
  bool faulted = false;   ///< the scan, or a part of it: what is there may not be all
};

/// What a scan that is DONE tells first.
struct ScanHead {
  std::uint32_t found = 0;
  std::uint32_t row = 0;
};

/// Errors: kDevice (it did not come).
[[nodiscard]] Result<ScanHead> read_head(const StreamCells& cells, std::uint64_t word);

/// Takes the matches that a scan which is DONE left in `word` of the result memory, `count` of them, into
/// `findings`.
void read_matches(const StreamCells& cells, std::uint64_t word, std::uint32_t count, std::uint32_t from,
                  ScanFindings& findings);

/// The parts are scanned one after the other, each in a slot of its own, from the row that the piece began
/// with. Thread: one, which waits; others' slots go on meanwhile. What it refers to outlives it.
class StreamRescan {
 public:
  StreamRescan(const StreamLayout& layout, const StreamCells& cells, ring::Publisher& publisher,
               std::optional<protocol::Priority> priority, std::chrono::nanoseconds timeout)
      : layout_(layout), cells_(cells), publisher_(publisher), priority_(priority), timeout_(timeout) {}

  /// `found`: how many matches the slot's own scan counted. The piece's bytes and its entry cell stand as
  /// they did. Errors: kTimeout, the publisher's.
  [[nodiscard]] Result<void> run(const StreamSlot& slot, std::uint32_t found, ScanFindings& findings);

 private:
  StreamLayout layout_;
  const StreamCells& cells_;
  ring::Publisher& publisher_;
  std::optional<protocol::Priority> priority_;
  std::chrono::nanoseconds timeout_;
};

}  // namespace vyre::session
