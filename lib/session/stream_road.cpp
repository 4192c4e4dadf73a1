#include "session/stream_road.hpp"

#include <algorithm>

#include "vyre/ring/payload_road.hpp"

namespace vyre::session {

namespace {

using ring::PayloadRoad;

constexpr std::uint64_t kMostStagingBytes = 48U << 20;
constexpr std::uint64_t kLeastStagingBuffers = 2;

/// Files are read right into the arena.
class ArenaRoad final : public StreamRoad {
 public:
  ArenaRoad(const StreamLayout& layout, std::span<std::byte> arena, PayloadRoad kind) : StreamRoad(kind) {
    for (std::uint32_t i = 0; i < layout.buffers; ++i)
      reader_buffers_.push_back(arena.subspan(layout.buffer(i), layout.chunk_bytes));
  }
  bool copies() const noexcept override { return false; }
  Result<std::optional<Place>> bring(std::uint32_t reader_buffer, std::uint64_t) override {
    return Place{.buffer = reader_buffer};
  }
  Result<std::uint64_t> arrived(std::uint64_t, std::chrono::nanoseconds) override { return 0; }
  void leave(const Place&) override {}
};

/// Files are read into host memory and copied from there.
class StagedRoad final : public StreamRoad {
 public:
  StagedRoad(const StreamLayout& layout, std::unique_ptr<ring::PayloadCopier> copier, std::uint64_t buffers)
      : StreamRoad(PayloadRoad::kStaged), layout_(layout), copier_(std::move(copier)) {
    for (std::uint64_t i = 0; i < buffers; ++i)
      reader_buffers_.push_back(copier_->staging().subspan(i * layout.chunk_bytes, layout.chunk_bytes));
    for (std::uint32_t i = layout.buffers; i > 0; --i) free_.push_back(i - 1);
  }
  std::string_view copier_name() const noexcept override { return copier_->name(); }
  bool copies() const noexcept override { return true; }

  Result<std::optional<Place>> bring(std::uint32_t reader_buffer, std::uint64_t bytes) override {
    if (free_.empty()) return std::nullopt;
    Place place{.buffer = free_.back()};
    const std::uint64_t words = (bytes + 3) / 4;
    if (words > 0) {
      VYRE_TRY(place.copy,
               copier_->begin(reader_buffer * layout_.chunk_bytes, layout_.buffer(place.buffer), 4 * words));
    }
    free_.pop_back();
    return place;
  }
  Result<std::uint64_t> arrived(std::uint64_t awaited, std::chrono::nanoseconds patience) override {
    return copier_->ended(awaited, patience);
  }
  void leave(const Place& place) override { free_.push_back(place.buffer); }

 private:
  StreamLayout layout_;
  std::unique_ptr<ring::PayloadCopier> copier_;
  std::vector<std::uint32_t> free_;  ///< buffers of the arena
};

}  // namespace

Result<std::unique_ptr<StreamRoad>> StreamRoad::open(const StreamLayout& layout, ring::Backend& backend,
                                                     PayloadRoad asked, bool direct, bool looks_at_bytes) {
  const ring::PayloadMemory memory = backend.payload_memory();
  const bool is_slow = memory.kind == ring::MemoryKind::kWriteCombined;
  if (asked == PayloadRoad::kAuto && is_slow && looks_at_bytes) asked = PayloadRoad::kStaged;
  VYRE_TRY(const PayloadRoad road, ring::choose_road(memory, asked, direct));
  if (road != PayloadRoad::kStaged)
    return std::make_unique<ArenaRoad>(layout, std::as_writable_bytes(memory.arena), road);
  const std::uint64_t buffers =
      std::clamp<std::uint64_t>(kMostStagingBytes / layout.chunk_bytes, kLeastStagingBuffers, layout.buffers);
  VYRE_TRY(auto copier, backend.open_copier(buffers * layout.chunk_bytes));
  return std::make_unique<StagedRoad>(layout, std::move(copier), buffers);
}

}  // namespace vyre::session
