#include "vyre/stream/chunk_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "stream/reading.hpp"

namespace vyre::stream {

namespace {

std::unexpected<Error> refuse(std::string what, std::string fix) {
  return fail(ErrorCode::kBadInput, std::move(what), "ChunkReader::open", std::move(fix));
}

}  // namespace

Result<ChunkReader> ChunkReader::open(FileSet files, IoEngine engine,
                                      std::span<const std::span<std::byte>> buffers,
                                      const ReaderOptions& options) {
  if (buffers.empty()) return refuse("there are no chunk buffers", "give at least one");
  for (std::size_t i = 0; i < buffers.size(); ++i)
    if (buffers[i].empty())
      return refuse(fmt::format("chunk buffer {} is empty", i), "give buffers of one size");
  if (!std::has_single_bit(options.piece_alignment))
    return refuse(fmt::format("pieces aligned to {} bytes", options.piece_alignment),
                  "choose a power of two");
  if (options.most_pieces == 0) return refuse("chunks of no pieces", "allow at least one piece");
  ChunkReader reader;
  reader.reading_ = std::make_unique<Reading>(std::move(files), std::move(engine), buffers, options);
  return reader;
}

ChunkReader::ChunkReader() = default;
ChunkReader::ChunkReader(ChunkReader&&) noexcept = default;
ChunkReader& ChunkReader::operator=(ChunkReader&&) noexcept = default;
ChunkReader::~ChunkReader() = default;

Result<ReadState> ChunkReader::next(Chunk& chunk, std::chrono::nanoseconds patience) {
  return reading_->next(chunk, patience);
}
void ChunkReader::release(std::uint32_t buffer) { reading_->release(buffer); }
std::vector<Error> ChunkReader::take_errors() { return std::exchange(reading_->errors, {}); }
std::size_t ChunkReader::chunk_bytes() const noexcept { return reading_->chunk_bytes; }
std::string_view ChunkReader::engine_name() const noexcept { return reading_->engine_.name(); }

ReaderStatistics ChunkReader::statistics() const noexcept {
  ReaderStatistics statistics = reading_->statistics;
  statistics.left_out = reading_->files.left_out();
  statistics.io = reading_->engine_.statistics();
  return statistics;
}

std::vector<std::string> ChunkReader::notes() const {
  std::vector<std::string> all = reading_->engine_.notes();
  const auto& of_files = reading_->files.notes();
  all.insert(all.end(), of_files.begin(), of_files.end());
  all.insert(all.end(), reading_->notes.begin(), reading_->notes.end());
  return all;
}

}  // namespace vyre::stream
