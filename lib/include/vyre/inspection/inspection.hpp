/// Inspection: a snapshot, raw buffers or a replay log, opened to be looked at. No device is needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/recording/log_reader.hpp"
#include "vyre/recording/names.hpp"
#include "vyre/recording/snapshot.hpp"

namespace vyre::inspection {

/// What a file holds, by its first bytes.
enum class Content : std::uint8_t {
  kSnapshot,  ///< safetensors: a header's length, then '{'
  kLog,       ///< "VRRL"
  kText,      ///< neither, and nothing but text at its start: a workload, perhaps
  kBuffers,   ///< anything else: raw bytes
};
/// "snapshot", "log", "text", "buffers".
[[nodiscard]] VYRE_API std::string_view to_string(Content content) noexcept;

/// Judges a file's first bytes. Errors: kFile; kBadInput (empty).
[[nodiscard]] VYRE_API Result<Content> identify(const std::string& path);

/// The buffers of the protocol, in the order of a snapshot's tensors.
enum class Buffer : std::uint8_t { kControl, kRing, kDebugLog, kIoQueue, kCompletions, kArena };
inline constexpr std::array<std::string_view, 6> kBufferNames{"control",  "ring",        "debug_log",
                                                              "io_queue", "completions", "arena"};
[[nodiscard]] constexpr std::string_view to_string(Buffer buffer) noexcept {
  return kBufferNames[static_cast<std::size_t>(buffer)];
}
[[nodiscard]] VYRE_API std::optional<Buffer> find_buffer(std::string_view name) noexcept;

/// A raw buffer: little-endian words and nothing else.
struct BufferFile {
  Buffer buffer = Buffer::kRing;
  std::string path;
};

/// What to open. "-" is the standard input, once.
struct Input {
  std::string file;                 ///< may be empty if `buffers` is not
  std::optional<Buffer> as;         ///< FILE is this raw buffer; without it, FILE says what it is
  std::vector<BufferFile> buffers;  ///< further raw buffers; they take the place of a snapshot's own
};

/// What the workload calls its custom opcodes and tenants. Names come from files as they are: escape them
/// before a terminal sees them.
using Names = recording::Names;

/// Owner: the buffers, read into memory; of a log only its path (or, from the standard input, its bytes).
struct Inspection {
  std::string file;                                         ///< for messages
  Content content = Content::kBuffers;                      ///< never kText
  recording::Snapshot buffers;                              ///< those that are not there are empty
  Names names{};                                            ///< of the snapshot, or of a log's first run
  std::shared_ptr<const std::vector<std::byte>> log_bytes;  ///< of a log on the standard input

  [[nodiscard]] VYRE_API std::span<const std::uint32_t> words(Buffer buffer) const noexcept;
  [[nodiscard]] bool has(Buffer buffer) const noexcept { return !words(buffer).empty(); }
  [[nodiscard]] std::uint32_t slot_count() const noexcept {
    return static_cast<std::uint32_t>(buffers.ring.size() / protocol::kSlotWords);
  }
  /// Shape: index < slot_count().
  [[nodiscard]] VYRE_API protocol::Slot slot(std::uint32_t index) const noexcept;
};

/// Sizes are checked before memory is taken.
/// Errors: kFile (no such file, a folder, a FIFO); kBadInput or kTooMany with file and byte offset (empty,
/// cut, no whole number of rows, beyond the protocol's limits, a ring and completions of different length,
/// a file that does not say what it is).
[[nodiscard]] VYRE_API Result<Inspection> open(const Input& input);

/// Starts reading a log from its first record. Errors: those of recording::open_log().
[[nodiscard]] VYRE_API Result<std::unique_ptr<recording::LogReader>> open_records(
    const Inspection& inspection);

}  // namespace vyre::inspection
