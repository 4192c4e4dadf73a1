/// What the reader's tests share: buffers, and a caller who puts the pieces together again.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine_fixture.hpp"
#include "vyre/stream/chunk_reader.hpp"

namespace vyre::test {

/// Chunk buffers side by side, each at a multiple of 4096.
class Buffers {
 public:
  Buffers(std::size_t count, std::size_t chunk_bytes)
      : owner_(static_cast<std::byte*>(std::aligned_alloc(4096, count * stride(chunk_bytes))), &std::free) {
    for (std::size_t i = 0; i < count; ++i)
      spans_.emplace_back(owner_.get() + i * stride(chunk_bytes), chunk_bytes);
  }
  [[nodiscard]] std::span<const std::span<std::byte>> spans() const noexcept { return spans_; }
  [[nodiscard]] std::span<std::byte> operator[](std::size_t index) const { return spans_[index]; }

 private:
  static std::size_t stride(std::size_t chunk_bytes) { return (chunk_bytes + 4095) / 4096 * 4096; }
  std::unique_ptr<std::byte, decltype(&std::free)> owner_;
  std::vector<std::span<std::byte>> spans_;
};

/// What has come of one file.
struct Received {
  std::string path;
  std::map<std::uint64_t, std::string> parts;  ///< by file offset
  bool ended = false;
  bool cut = false;
  [[nodiscard]] std::string content() const {
    std::string all;
    for (const auto& [offset, part] : parts) {
      EXPECT_EQ(offset, all.size()) << "a hole or an overlap in " << path;
      all += part;
    }
    return all;
  }
};

class Receiver {
 public:
  explicit Receiver(const Buffers& buffers, bool in_order = true) : buffers_(buffers), in_order_(in_order) {}

  void take(const stream::Chunk& chunk) {
    EXPECT_EQ(chunk.number, chunks_++);
    ASSERT_FALSE(chunk.pieces.empty());
    std::size_t end = 0;
    for (const stream::Piece& piece : chunk.pieces) {
      EXPECT_GE(piece.chunk_offset, end) << "pieces overlap";
      end = piece.chunk_offset + piece.size_bytes;
      ASSERT_LE(end, buffers_[chunk.buffer].size());
      Received& file = files[piece.file->number];
      file.path = piece.file->path;
      EXPECT_FALSE(file.ended) << "a piece of " << file.path << " behind its last";
      EXPECT_TRUE(piece.size_bytes > 0 || piece.is_last);
      EXPECT_TRUE(piece.is_last || !piece.is_cut);
      if (in_order_ && piece.size_bytes > 0) {
        const auto place = std::pair(piece.file->number, piece.file_offset);
        EXPECT_TRUE(!last_ || place > *last_) << "out of order";
        last_ = place;
      }
      if (piece.size_bytes > 0) {
        const auto bytes = buffers_[chunk.buffer].subspan(piece.chunk_offset, piece.size_bytes);
        EXPECT_TRUE(file.parts.emplace(piece.file_offset, text_of(bytes)).second) << "twice: " << file.path;
      }
      file.ended = piece.is_last;
      file.cut = piece.is_cut;
    }
  }

  /// Reads to the end, holding `hold` chunks on the way.
  void run(stream::ChunkReader& reader, std::size_t hold = 0,
           std::chrono::nanoseconds patience = std::chrono::seconds(20)) {
    stream::Chunk chunk;
    std::deque<std::uint32_t> held;
    while (true) {
      const auto state = reader.next(chunk, patience);
      ASSERT_TRUE(state) << to_text(state.error());
      for (auto& error : reader.take_errors()) errors.push_back(std::move(error));
      if (*state == stream::ReadState::kEnd) break;
      if (*state == stream::ReadState::kChunk) {
        take(chunk);
        held.push_back(chunk.buffer);
      }
      ASSERT_TRUE(*state != stream::ReadState::kBuffersHeld || !held.empty());
      if (held.size() > hold || *state == stream::ReadState::kBuffersHeld) {
        // What was in it is gone once it is given back.
        std::memset(buffers_[held.front()].data(), 0xEE, buffers_[held.front()].size());
        reader.release(held.front());
        held.pop_front();
      }
    }
    for (const auto& [number, file] : files) EXPECT_TRUE(file.ended) << file.path << " has no last piece";
  }

  std::map<std::uint64_t, Received> files;
  std::vector<Error> errors;
  [[nodiscard]] std::uint64_t chunks() const noexcept { return chunks_; }

 private:
  const Buffers& buffers_;
  bool in_order_;
  std::uint64_t chunks_ = 0;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> last_;
};

#define VYRE_OPEN_READER(name, ...)                                  \
  auto name##_opened = vyre::stream::ChunkReader::open(__VA_ARGS__); \
  ASSERT_TRUE(name##_opened) << to_text(name##_opened.error());      \
  vyre::stream::ChunkReader& name = *name##_opened

}  // namespace vyre::test
