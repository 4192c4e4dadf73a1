// How reads end, and how what they found is handed out.
#include "stream/reading.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.hpp"
#include "stream/stream_error.hpp"

namespace vyre::stream {

namespace {

constexpr std::size_t kMostNotes = 32;
using Clock = std::chrono::steady_clock;

}  // namespace

ChunkReader::Reading::Reading(FileSet its_files, IoEngine its_engine,
                              std::span<const std::span<std::byte>> its_buffers,
                              const ReaderOptions& its_options)
    : files(std::move(its_files)),
      chunk_bytes(its_buffers.front().size()),
      buffers_(its_buffers.begin(), its_buffers.end()),
      options_(its_options),
      chunks_(its_buffers.size()),
      engine_(std::move(its_engine)) {
  for (const auto& buffer : buffers_) chunk_bytes = std::min(chunk_bytes, buffer.size());
  // The first is taken first.
  for (auto i = static_cast<std::uint32_t>(buffers_.size()); i > 0; --i) free_.push_back(i - 1);
  if (options_.register_buffers) engine_.register_memory(buffers_);
}

Result<ReadState> ChunkReader::Reading::next(Chunk& chunk, std::chrono::nanoseconds patience) {
  const auto start = Clock::now();
  const std::size_t errors_before = errors.size();
  while (true) {
    fill();
    // Even when a chunk is ready: its successors are to be read while the caller works on it.
    VYRE_CHECK(collect(std::chrono::nanoseconds{0}));
    if (hand_out(chunk)) return ReadState::kChunk;
    if (errors.size() > errors_before) return ReadState::kNothingYet;
    fill();
    if (engine_.in_flight() == 0) {
      if (!queue_.empty() || errors.size() > errors_before) continue;
      return idle_state();
    }
    auto left = patience;
    if (patience != kForever)
      left -= std::min(patience, std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start));
    if (left <= std::chrono::nanoseconds{0}) return ReadState::kNothingYet;
    VYRE_CHECK(collect(left));
    if (completions_.empty()) return ReadState::kNothingYet;
  }
}

ReadState ChunkReader::Reading::idle_state() const {
  if (held_ > 0 && (!is_exhausted_ || current_ || !resumable_.empty())) return ReadState::kBuffersHeld;
  VYRE_ASSERT(is_exhausted_ && queue_.empty());
  return ReadState::kEnd;
}

Result<void> ChunkReader::Reading::collect(std::chrono::nanoseconds patience) {
  VYRE_CHECK(engine_.wait(completions_, patience));
  for (const IoCompletion& completion : completions_) complete(completion);
  return {};
}

void ChunkReader::Reading::complete(const IoCompletion& completion) {
  const auto buffer = static_cast<std::uint32_t>(completion.tag >> 32);
  const auto index = static_cast<std::uint32_t>(completion.tag & 0xFFFF'FFFFU);
  ChunkState& chunk = chunks_[buffer];
  PieceState& piece = chunk.pieces[index];
  piece.bytes += completion.bytes;
  if (goes_on(buffer, index, completion.error_number)) return;
  piece.error_number = completion.error_number;
  end_piece(piece);
  --chunk.in_flight;
  settle(buffer);
}

/// True when another request for the piece was submitted.
bool ChunkReader::Reading::goes_on(std::uint32_t buffer, std::uint32_t index, int error_number) {
  PieceState& piece = chunks_[buffer].pieces[index];
  const bool writer_came = piece.awaits_writer && error_number == 0;
  if (writer_came) {
    // From here on a read may wait, and 0 bytes are the end.
    piece.awaits_writer = false;
    const int descriptor = piece.file->source.handle.get();
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  }
  if (!writer_came && !reads_without_direct(piece, error_number)) return false;
  submit(buffer, index);
  return true;
}

bool ChunkReader::Reading::reads_without_direct(PieceState& piece, int error_number) {
  if (!piece.is_direct || (error_number != EFAULT && error_number != EINVAL)) return false;
  FileState& file = *piece.file;
  if (file.io.alignment > 1) {
    const int descriptor = file.source.handle.get();
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_DIRECT);
    file.io.alignment = 1;
    --statistics.direct_files;
    // EINVAL is of this file, EFAULT of the memory and so of all files.
    if (error_number == EFAULT) direct_is_refused_ = true;
    note(fmt::format("{}: O_DIRECT is refused: {}; {} read through the page cache", file.source.file->path,
                     errno_text(error_number), direct_is_refused_ ? "all is" : "it is"));
  }
  return true;
}

void ChunkReader::Reading::end_piece(PieceState& piece) {
  FileState& file = *piece.file;
  --file.in_flight;
  const bool failed = piece.error_number != 0;
  if (file.is_stream()) {
    const bool at_end = piece.bytes < (options_.fill_from_streams ? piece.room : 1);
    file.next_offset += piece.bytes;
    file.all_started = failed || at_end;
    if (!file.all_started && !options_.in_order) resumable_.push_back(piece.file);
  } else {
    // The end has come earlier than it should: nothing behind it needs to be tried.
    if (failed || piece.bytes < piece.enough) file.all_started = true;
    file.read_end = std::max(file.read_end, piece.file_offset + piece.bytes);
  }
  close_if_read(file);
}

void ChunkReader::Reading::close_if_read(FileState& file) {
  if (file.in_flight > 0 || !file.all_started) return;
  struct stat status {};
  if (!file.is_stream() && ::fstat(file.source.handle.get(), &status) == 0 && S_ISREG(status.st_mode) &&
      static_cast<std::uint64_t>(status.st_size) > std::max(file.read_end, file.source.file->size_bytes)) {
    ++statistics.files_grown;
    note(fmt::format("{}: grew from {} to {} bytes while it was read, {} were read", file.source.file->path,
                     file.source.file->size_bytes, status.st_size, file.read_end));
  }
  engine_.detach(file.io);
  file.source.handle.close();
  --open_files_;
}

void ChunkReader::Reading::note(std::string text) {
  if (notes.size() < kMostNotes) notes.push_back(std::move(text));
}

/// Puts a chunk that has become complete into the queue where that is its place.
void ChunkReader::Reading::settle(std::uint32_t buffer) {
  const ChunkState& chunk = chunks_[buffer];
  if (!options_.in_order && chunk.in_flight == 0 && !chunk.takes_more) queue_.push_back(buffer);
}

std::optional<std::uint32_t> ChunkReader::Reading::take_ready() {
  if (queue_.empty()) return std::nullopt;
  const std::uint32_t buffer = queue_.front();
  if (chunks_[buffer].in_flight > 0 || chunks_[buffer].takes_more) return std::nullopt;
  queue_.pop_front();
  return buffer;
}

void ChunkReader::Reading::report_failure(const PieceState& piece) {
  FileState& file = *piece.file;
  if (file.failed) return;
  const std::string& path = file.source.file->path;
  const std::uint64_t end = piece.file_offset + piece.bytes;
  if (piece.error_number != 0) {
    errors.push_back(
        errno_error(fmt::format("read at byte {}", end), piece.error_number, path, "check the disk"));
  } else if (!file.is_stream() && piece.bytes < piece.enough) {
    errors.push_back(
        {ErrorCode::kFile,
         fmt::format("ends at byte {}, it had {} bytes when opened", end, file.source.file->size_bytes), path,
         "read it when nothing writes to it"});
  } else {
    return;
  }
  file.failed = true;
  ++statistics.files_failed;
}

bool ChunkReader::Reading::hand_out(Chunk& chunk) {
  while (const auto buffer = take_ready()) {
    ChunkState& state = chunks_[*buffer];
    chunk.pieces.clear();
    for (PieceState& piece : state.pieces) {
      FileState& file = *piece.file;
      // Behind a failure the bytes of a file are not its own: what stood before them is missing.
      if (file.failed && options_.in_order) piece.bytes = 0;
      report_failure(piece);
      --file.not_handed_out;
      const bool is_last = file.all_started && file.not_handed_out == 0;
      if (piece.bytes > 0 || is_last)
        chunk.pieces.push_back({file.source.file, piece.file_offset, piece.chunk_offset, piece.bytes, is_last,
                                is_last && file.failed});
      statistics.bytes += piece.bytes;
    }
    state.pieces.clear();
    if (chunk.pieces.empty()) {
      free_.push_back(*buffer);
      continue;
    }
    state.is_held = true;
    ++held_;
    chunk.buffer = *buffer;
    chunk.number = statistics.chunks++;
    return true;
  }
  return false;
}

void ChunkReader::Reading::release(std::uint32_t buffer) {
  VYRE_ASSERT(buffer < chunks_.size() && chunks_[buffer].is_held);
  chunks_[buffer].is_held = false;
  --held_;
  free_.push_back(buffer);
}

}  // namespace vyre::stream
