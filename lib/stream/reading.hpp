/// ChunkReader::Reading: the files being read, the chunks being filled, and what waits to be handed out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vyre/stream/chunk_reader.hpp"

namespace vyre::stream {

/// An open file, until its last piece was handed out.
struct FileState {
  OpenSource source;
  IoFile io;
  std::uint64_t next_offset = 0;     ///< of the first byte that no read was started for
  std::uint64_t read_end = 0;        ///< behind the last byte that was read
  std::uint32_t in_flight = 0;       ///< reads
  std::uint32_t not_handed_out = 0;  ///< pieces that were started
  bool all_started = false;          ///< no further piece will be
  bool failed = false;               ///< its error was reported
  [[nodiscard]] bool is_stream() const noexcept { return source.file->kind == SourceKind::kStream; }
};

/// One read into a part of a chunk.
struct PieceState {
  std::shared_ptr<FileState> file;
  std::uint64_t file_offset = 0;
  std::size_t chunk_offset = 0;
  std::size_t room = 0;
  std::size_t enough = 0;  ///< a read that found so much and no more has found the end
  std::size_t bytes = 0;
  int error_number = 0;
  bool awaits_writer = false;  ///< a FIFO's first: in flight is a wait, not yet the read
  bool is_direct = false;
};

/// What becomes of one buffer, from its first read to its release.
struct ChunkState {
  std::vector<PieceState> pieces;
  std::uint32_t in_flight = 0;
  bool takes_more = false;  ///< further small files may join
  bool is_held = false;     ///< by the caller
};

class ChunkReader::Reading {
 public:
  Reading(FileSet its_files, IoEngine its_engine, std::span<const std::span<std::byte>> its_buffers,
          const ReaderOptions& its_options);

  Result<ReadState> next(Chunk& chunk, std::chrono::nanoseconds patience);
  void release(std::uint32_t buffer);

  FileSet files;
  std::vector<Error> errors;
  ReaderStatistics statistics;
  std::vector<std::string> notes;
  std::size_t chunk_bytes;

 private:
  using FilePtr = std::shared_ptr<FileState>;

  // Starting reads: reading_start.cpp
  void fill();
  [[nodiscard]] bool start_one();
  [[nodiscard]] bool start_next_of_stream();
  void take_next_file();
  void adopt(OpenSource source);
  void check_direct(FileState& file);
  [[nodiscard]] std::size_t packed_room(const FileState& file) const;
  [[nodiscard]] bool start_packed(std::size_t room);
  void start_whole(const FilePtr& file);
  void start_piece(std::uint32_t buffer, const FilePtr& file, std::size_t chunk_offset, std::size_t room,
                   std::size_t enough);
  void submit(std::uint32_t buffer, std::uint32_t piece);
  [[nodiscard]] std::uint32_t take_buffer(bool takes_more);
  void close_pack();

  // Ending them, and handing out: reading.cpp
  Result<void> collect(std::chrono::nanoseconds patience);
  void complete(const IoCompletion& completion);
  [[nodiscard]] bool goes_on(std::uint32_t buffer, std::uint32_t piece, int error_number);
  [[nodiscard]] bool reads_without_direct(PieceState& piece, int error_number);
  void end_piece(PieceState& piece);
  void close_if_read(FileState& file);
  void note(std::string text);
  void settle(std::uint32_t buffer);
  [[nodiscard]] bool hand_out(Chunk& chunk);
  [[nodiscard]] std::optional<std::uint32_t> take_ready();
  void report_failure(const PieceState& piece);
  [[nodiscard]] ReadState idle_state() const;

  std::vector<std::span<std::byte>> buffers_;
  ReaderOptions options_;
  std::vector<ChunkState> chunks_;     ///< by buffer
  std::vector<std::uint32_t> free_;    ///< buffers
  std::deque<std::uint32_t> queue_;    ///< in order: all begun; else: all complete
  std::optional<std::uint32_t> pack_;  ///< takes small files
  FilePtr current_;                    ///< reads of it remain to be started
  std::deque<FilePtr> resumable_;      ///< streams whose last read has ended and that go on, without order
  bool is_exhausted_ = false;
  bool direct_is_refused_ = false;
  std::uint32_t open_files_ = 0;
  std::uint32_t held_ = 0;
  std::vector<IoCompletion> completions_;
  IoEngine engine_;  ///< last: destroyed first, it ends the reads into everything above

  friend class ChunkReader;
};

}  // namespace vyre::stream
