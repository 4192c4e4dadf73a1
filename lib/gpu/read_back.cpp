#include "gpu/read_back.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include "gpu/transfer_queue.hpp"
#include "gpu/vulkan_error.hpp"
#include "ring/doorbell.hpp"

namespace vyre::gpu {

struct ReadBack::Copies {
  Buffer staging;  ///< two halves: one fills while the other is read
  TransferQueue queue;

  Copies(const Device& device, SharedQueue& shared)
      : staging(device, Use::kFromKernel, 2 * kPieceWords), queue(device, shared, 2) {}
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;
  ~Copies() {
    if (!queue.finish()) static_cast<void>(new Buffer(std::move(staging)));
  }

  [[nodiscard]] std::span<std::uint32_t> half(std::size_t piece) const {
    return staging.words().subspan(piece % 2 * kPieceWords, kPieceWords);
  }
  [[nodiscard]] Result<std::uint64_t> fill(std::size_t piece, const Buffer& from, std::size_t first,
                                           std::size_t words) {
    return queue.submit({.from = from.handle(),
                         .from_offset = first * sizeof(std::uint32_t),
                         .to = staging.handle(),
                         .to_offset = piece % 2 * kPieceWords * sizeof(std::uint32_t),
                         .bytes = words * sizeof(std::uint32_t)});
  }
};

ReadBack::ReadBack(const Device& device, SharedQueue* queue) : device_(device), queue_(queue) {}
ReadBack::~ReadBack() = default;

Result<void> ReadBack::read(const Buffer& from, std::size_t first, std::span<std::uint32_t> out) {
  if (queue_ != nullptr && from.is_write_combined() && out.size() >= kLeastCopiedWords)
    return read_by_copy(from, first, out);
  const auto words = from.words().subspan(first, out.size());
  for (std::size_t i = 0; i < words.size(); ++i)
    out[i] = std::atomic_ref(words[i]).load(std::memory_order_relaxed);
  return {};
}

Result<void> ReadBack::read_by_copy(const Buffer& from, std::size_t first, std::span<std::uint32_t> out,
                                    std::size_t piece_words) {
  if (!copies_)
    VYRE_CHECK(guarded("making memory to read the device's into",
                       [this] { copies_ = std::make_unique<Copies>(device_, *queue_); }));
  ring::store_fence(ring::MemoryKind::kWriteCombined);  // the host's own stores arrive before the copy begins
  const std::size_t pieces = (out.size() + piece_words - 1) / piece_words;
  const auto words_of = [&](std::size_t piece) {
    return std::min(piece_words, out.size() - piece * piece_words);
  };
  std::array<std::uint64_t, 2> numbers{};
  for (std::size_t piece = 0; piece <= pieces; ++piece) {
    if (piece < pieces) {
      VYRE_TRY(numbers[piece % 2], copies_->fill(piece, from, first + piece * piece_words, words_of(piece)));
    }
    if (piece == 0) continue;
    const std::size_t last = piece - 1;
    VYRE_CHECK(copies_->queue.wait_for(numbers[last % 2]));
    std::copy_n(copies_->half(last).begin(), words_of(last),
                out.begin() + static_cast<std::ptrdiff_t>(last * piece_words));
  }
  return {};
}

}  // namespace vyre::gpu
