/// StreamRoad: the memory that files are read into, and how what was read comes into the arena.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "session/stream_layout.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::session {

/// Thread: one. Lives shorter than its backend, longer than the reader that reads into its buffers.
class StreamRoad {
 public:
  /// Where a chunk lies in the arena, or will as soon as copy number `copy` has ended.
  struct Place {
    std::uint32_t buffer = 0;
    std::uint64_t copy = 0;  ///< 0: it is there
  };

  /// `looks_at_bytes`: the host reads the chunks, so slow memory is avoided where the road is free to choose.
  /// Errors: kUnsupported (the arena has no such road), kTooMany, kDevice.
  [[nodiscard]] static Result<std::unique_ptr<StreamRoad>> open(const StreamLayout& layout,
                                                                ring::Backend& backend,
                                                                ring::PayloadRoad asked, bool direct,
                                                                bool looks_at_bytes);
  StreamRoad(const StreamRoad&) = delete;
  StreamRoad& operator=(const StreamRoad&) = delete;
  virtual ~StreamRoad() = default;

  [[nodiscard]] ring::PayloadRoad kind() const noexcept { return kind_; }
  /// Of the staged road: "transfer queue" or "host"; else empty.
  [[nodiscard]] virtual std::string_view copier_name() const noexcept { return {}; }
  /// Whether a reader's buffer is free again once its bytes are in the arena.
  [[nodiscard]] virtual bool copies() const noexcept = 0;
  /// For a ChunkReader; each layout.chunk_bytes long.
  [[nodiscard]] std::span<const std::span<std::byte>> reader_buffers() const noexcept {
    return reader_buffers_;
  }

  /// Begins to bring the first `bytes` of a reader's buffer into the arena. Nothing: no place there is free.
  /// Errors: the copier's.
  [[nodiscard]] virtual Result<std::optional<Place>> bring(std::uint32_t reader_buffer,
                                                           std::uint64_t bytes) = 0;
  /// Number of the last copy that has ended; waits at most `patience` for number `awaited`. Errors: the
  /// copier's.
  [[nodiscard]] virtual Result<std::uint64_t> arrived(std::uint64_t awaited = 0,
                                                      std::chrono::nanoseconds patience = {}) = 0;
  /// Nothing works on the place any more.
  virtual void leave(const Place& place) = 0;

 protected:
  explicit StreamRoad(ring::PayloadRoad kind) : kind_(kind) {}
  ring::PayloadRoad kind_;
  std::vector<std::span<std::byte>> reader_buffers_;
};

}  // namespace vyre::session
