// Which reads are started: the next file, its place in a chunk, and what must wait.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "stream/reading.hpp"

namespace vyre::stream {

namespace {

constexpr std::uint32_t kMostOpenFiles = 256;
constexpr std::size_t kMostNewErrors = 64;    ///< before the caller gets to see them
constexpr std::uint64_t kChunksToAttach = 8;  ///< a file of more is worth a system call that registers it

std::size_t round_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

}  // namespace

void ChunkReader::Reading::fill() {
  const std::size_t errors_before = errors.size();
  while (engine_.in_flight() < engine_.depth() && errors.size() - errors_before < kMostNewErrors)
    if (!start_one()) return;
}

/// False when nothing more can be started now.
bool ChunkReader::Reading::start_one() {
  if (!resumable_.empty()) return start_next_of_stream();
  if (current_ && current_->all_started) current_.reset();
  if (!current_) {
    if (is_exhausted_ || open_files_ >= kMostOpenFiles) return false;
    take_next_file();
    return true;
  }
  if (const std::size_t room = packed_room(*current_); room > 0) return start_packed(room);
  close_pack();
  // The bytes of a stream have an order, so one read at a time; and what follows it must not take the
  // buffers that it will need.
  if (current_->is_stream() && current_->in_flight > 0) return false;
  if (free_.empty()) return false;
  const FilePtr file = current_;
  start_whole(file);
  if (file->is_stream() && !options_.in_order) current_.reset();
  return true;
}

bool ChunkReader::Reading::start_next_of_stream() {
  if (free_.empty()) {
    close_pack();  // it may hold the only buffer
    return false;
  }
  const FilePtr file = std::move(resumable_.front());
  resumable_.pop_front();
  start_whole(file);
  return true;
}

void ChunkReader::Reading::take_next_file() {
  auto opened = files.next();
  if (!opened) {
    is_exhausted_ = true;
    close_pack();
    return;
  }
  if (!*opened) {
    ++statistics.files_failed;
    errors.push_back(std::move(*opened).error());
    return;
  }
  adopt(std::move(**opened));
}

void ChunkReader::Reading::adopt(OpenSource source) {
  current_ = std::make_shared<FileState>();
  FileState& file = *current_;
  file.source = std::move(source);
  check_direct(file);
  const int descriptor = file.source.handle.get();
  const std::uint64_t size = file.source.file->size_bytes;
  if (size / chunk_bytes >= kChunksToAttach) {
    file.io = engine_.attach(descriptor, file.source.alignment);
  } else {
    file.io.descriptor = descriptor;
    file.io.alignment = file.source.alignment;
  }
  if (size > chunk_bytes && file.io.alignment == 1) ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  ++open_files_;
  ++statistics.files;
  if (file.io.alignment > 1) ++statistics.direct_files;
}

void ChunkReader::Reading::check_direct(FileState& file) {
  const std::uint32_t alignment = file.source.alignment;
  if (alignment == 1) return;
  const bool fits =
      chunk_bytes % alignment == 0 && std::all_of(buffers_.begin(), buffers_.end(), [&](const auto& buffer) {
        return reinterpret_cast<std::uintptr_t>(buffer.data()) % alignment == 0;
      });
  if (fits && !direct_is_refused_) return;
  if (!fits)
    note(fmt::format("{}: O_DIRECT wants chunks at multiples of {} bytes; it is read through the page cache",
                     file.source.file->path, alignment));
  const int flags = ::fcntl(file.source.handle.get(), F_GETFL);
  ::fcntl(file.source.handle.get(), F_SETFL, flags & ~O_DIRECT);
  file.source.alignment = 1;
}

/// What a file takes of a shared chunk; 0: it gets its own.
std::size_t ChunkReader::Reading::packed_room(const FileState& file) const {
  const std::uint64_t size = file.source.file->size_bytes;
  if (!options_.pack || file.is_stream() || size > chunk_bytes / 2) return 0;
  const std::size_t unit = std::max<std::size_t>(options_.piece_alignment, file.io.alignment);
  const std::size_t room = round_up(std::max<std::size_t>(size, 1), unit);
  return room <= chunk_bytes / 2 ? room : 0;
}

bool ChunkReader::Reading::start_packed(std::size_t room) {
  std::size_t place = 0;
  if (pack_) {
    const auto& pieces = chunks_[*pack_].pieces;
    place = round_up(pieces.back().chunk_offset + pieces.back().room, current_->io.alignment);
    if (place + room > chunk_bytes || pieces.size() >= options_.most_pieces) close_pack();
  }
  if (!pack_) {
    if (free_.empty()) return false;
    pack_ = take_buffer(true);
    place = 0;
  }
  const FilePtr file = std::move(current_);
  current_.reset();
  file->all_started = true;
  start_piece(*pack_, file, place, room, file->source.file->size_bytes);
  return true;
}

/// The next read of a file that has chunks of its own.
void ChunkReader::Reading::start_whole(const FilePtr& file) {
  std::size_t enough = options_.fill_from_streams ? chunk_bytes : 1;
  const std::uint64_t offset = file->next_offset;
  if (!file->is_stream()) {
    const std::uint64_t left = file->source.file->size_bytes - offset;
    enough = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk_bytes));
    file->all_started = left <= chunk_bytes;
  }
  start_piece(take_buffer(false), file, 0, chunk_bytes, enough);
}

void ChunkReader::Reading::start_piece(std::uint32_t buffer, const FilePtr& file, std::size_t chunk_offset,
                                       std::size_t room, std::size_t enough) {
  ChunkState& chunk = chunks_[buffer];
  PieceState piece;
  piece.file = file;
  piece.file_offset = file->next_offset;
  piece.chunk_offset = chunk_offset;
  piece.room = room;
  piece.enough = enough;
  piece.awaits_writer = std::exchange(file->source.awaits_writer, false);
  if (!file->is_stream()) file->next_offset += room;
  chunk.pieces.push_back(std::move(piece));
  ++chunk.in_flight;
  ++file->in_flight;
  ++file->not_handed_out;
  submit(buffer, static_cast<std::uint32_t>(chunk.pieces.size() - 1));
}

void ChunkReader::Reading::submit(std::uint32_t buffer, std::uint32_t index) {
  PieceState& piece = chunks_[buffer].pieces[index];
  piece.is_direct = piece.file->io.alignment > 1;
  IoRequest request;
  request.file = piece.file->io;
  request.tag = (std::uint64_t{buffer} << 32) | index;
  if (piece.awaits_writer) {
    request.kind = IoKind::kWaitReadable;
  } else {
    request.memory = buffers_[buffer].subspan(piece.chunk_offset + piece.bytes, piece.room - piece.bytes);
    request.offset = piece.file->is_stream() ? kSequential : piece.file_offset + piece.bytes;
    request.enough = piece.enough - std::min(piece.enough, piece.bytes);
  }
  engine_.submit(request);
}

std::uint32_t ChunkReader::Reading::take_buffer(bool takes_more) {
  VYRE_ASSERT(!free_.empty());
  const std::uint32_t buffer = free_.back();
  free_.pop_back();
  VYRE_ASSERT(chunks_[buffer].pieces.empty());
  chunks_[buffer].takes_more = takes_more;
  if (options_.in_order) queue_.push_back(buffer);
  return buffer;
}

void ChunkReader::Reading::close_pack() {
  if (!pack_) return;
  const std::uint32_t buffer = *pack_;
  pack_.reset();
  chunks_[buffer].takes_more = false;
  settle(buffer);
}

}  // namespace vyre::stream
