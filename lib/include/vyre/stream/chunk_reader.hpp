/// ChunkReader: a set of files as a stream of filled chunks, in memory that the caller gives and bounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/stream/file_set.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::stream {

struct ReaderOptions {
  /// Chunks come in the order of the files and of their bytes; else as their reads end.
  bool in_order = true;
  /// Files of at most half a chunk share one.
  bool pack = true;
  std::uint32_t most_pieces = 256;     ///< in one chunk
  std::uint32_t piece_alignment = 64;  ///< of a piece's place in its chunk, a power of two
  /// Chunks of pipes and terminals are filled before they are handed out; else they hold what was there.
  bool fill_from_streams = true;
  /// false: the buffers are known not to be registrable, as mapped device memory; it is not tried, nor noted.
  bool register_buffers = true;
};

/// Consecutive bytes of one file. No byte of a file is in two pieces.
struct Piece {
  std::shared_ptr<const SourceFile> file;
  std::uint64_t file_offset = 0;
  std::size_t chunk_offset = 0;
  std::size_t size_bytes = 0;  ///< 0 only where `is_last`
  bool is_last = false;        ///< no piece of this file comes after this one; each file has one such piece
  bool is_cut = false;         ///< with `is_last`: the file was not read to its end, an error says why
};

struct Chunk {
  std::uint32_t buffer = 0;   ///< its index, for release()
  std::uint64_t number = 0;   ///< 0, 1, ... as handed out
  std::vector<Piece> pieces;  ///< at least one, by chunk_offset
};

enum class ReadState : std::uint8_t {
  kChunk,        ///< here is one
  kNothingYet,   ///< patience is over, a signal came, or take_errors() has something new
  kBuffersHeld,  ///< nothing can come before a buffer is released
  kEnd,          ///< all has been handed out
};

struct ReaderStatistics {
  std::uint64_t files = 0;         ///< opened
  std::uint64_t files_failed = 0;  ///< not opened, or not read to their end
  std::uint64_t files_grown = 0;   ///< had bytes behind what was read when they were closed
  std::uint64_t chunks = 0;        ///< handed out
  std::uint64_t bytes = 0;         ///< handed out
  std::uint64_t direct_files = 0;  ///< of `files`, opened with O_DIRECT
  std::uint64_t left_out = 0;      ///< FIFOs, sockets and devices in folders
  IoStatistics io;
};

/// Reads a FileSet with the engine's depth of reads in flight into a fixed number of buffers.
///
/// A file of a known size is read to the end that it had when it was opened, and by that same last read as
/// far beyond as the memory in its chunk goes; what it grows by further is not read, and counted
/// (files_grown). A file that ends earlier is an error that names both ends; what it had is handed out. A
/// read that fails ends its file: what stands before is handed out, nothing behind it unless it was handed
/// out already (which can be only without `in_order`). Streams are read to their end. Files opened with
/// O_DIRECT whose memory or file system refuses that (EFAULT, EINVAL) are read through the page cache, with a
/// note. Memory: the buffers, and for each a list of its pieces. Thread: made by any, used and destroyed by
/// one; destruction ends the reads in flight first.
class VYRE_API ChunkReader {
 public:
  /// `buffers` stay the caller's and live longer than the reader; each is as long as the shortest is used.
  /// Unless `register_buffers` says no they are registered with the engine, which must have nothing in
  /// flight.
  /// Errors: kBadInput (no buffers, empty ones, options that make no sense).
  [[nodiscard]] static Result<ChunkReader> open(FileSet files, IoEngine engine,
                                                std::span<const std::span<std::byte>> buffers,
                                                const ReaderOptions& options = {});
  ChunkReader(ChunkReader&&) noexcept;
  ChunkReader& operator=(ChunkReader&&) noexcept;
  ~ChunkReader();

  /// Starts as many reads as depth and free buffers allow, and gives the next chunk in `chunk`, whose buffer
  /// is the caller's until release(). Waits at most `patience`.
  /// Errors: kFile (the engine refuses to wait: reading is over).
  [[nodiscard]] Result<ReadState> next(Chunk& chunk, std::chrono::nanoseconds patience = kForever);

  /// Gives a buffer back, in any order; reads into it begin with the next next(). It must be the caller's.
  void release(std::uint32_t buffer);

  /// What failed since the last call: one Error a file, `where` is its path.
  [[nodiscard]] std::vector<Error> take_errors();

  [[nodiscard]] std::size_t chunk_bytes() const noexcept;
  [[nodiscard]] std::string_view engine_name() const noexcept;
  [[nodiscard]] ReaderStatistics statistics() const noexcept;
  /// Of the engine, the set and the reader: for people.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  class Reading;
  ChunkReader();
  std::unique_ptr<Reading> reading_;
};

}  // namespace vyre::stream
