#include "inspection/buffers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "vyre/codec/ring.hpp"
#include "vyre/protocol/faults.hpp"

namespace vyre::inspection {
namespace {

constexpr std::uint64_t kWordBytes = sizeof(std::uint32_t);

// In the order of Buffer.
constexpr std::array<BufferShape, kBufferNames.size()> kShapes{{
    {"word", 1, protocol::kControlFixedWords,
     std::uint64_t{protocol::kControlFixedWords} + protocol::kMaxObservables},
    {"slot", protocol::kSlotWords, protocol::kSlotWords,
     std::uint64_t{protocol::kMaxSlots} * protocol::kSlotWords},
    {"word", 1, protocol::kDebugHeaderWords,
     protocol::kDebugHeaderWords + std::uint64_t{protocol::kMaxDebugRecords} * protocol::kDebugRecordWords},
    {"slot", protocol::kIoSlotWords, protocol::kIoSlotWords,
     std::uint64_t{protocol::kIoMaxSlots} * protocol::kIoSlotWords},
    {"completion", protocol::kDumpCompletionWords, protocol::kDumpCompletionWords,
     std::uint64_t{protocol::kMaxSlots} * protocol::kDumpCompletionWords},
    {"word", 1, 1, std::numeric_limits<std::uint32_t>::max()},
}};

std::string at_byte(const std::string& file, std::uint64_t byte) {
  return fmt::format("{}: byte {}", file, byte);
}

}  // namespace

const BufferShape& shape_of(Buffer buffer) noexcept { return kShapes[static_cast<std::size_t>(buffer)]; }

Result<void> check_length(Buffer buffer, std::uint64_t size_bytes, const std::string& file) {
  const BufferShape& shape = shape_of(buffer);
  const std::string_view name = to_string(buffer);
  const std::uint64_t row_bytes = shape.row_words * kWordBytes;
  if (size_bytes == 0)
    return fail(ErrorCode::kBadInput, fmt::format("the file is empty, no {} buffer", name), at_byte(file, 0),
                fmt::format("name a file that holds a {} buffer", name));
  if (const std::uint64_t rest = size_bytes % row_bytes; rest != 0)
    return fail(ErrorCode::kBadInput,
                fmt::format("{} bytes are no whole number of {}s of {} bytes: {} are left over", size_bytes,
                            shape.row, row_bytes, rest),
                at_byte(file, size_bytes - rest), fmt::format("copy the whole {} buffer", name));
  if (size_bytes / kWordBytes > shape.max_words)
    return fail(ErrorCode::kTooMany,
                fmt::format("the {} buffer has {} bytes, at most {} are possible", name, size_bytes,
                            shape.max_words * kWordBytes),
                at_byte(file, shape.max_words * kWordBytes), fmt::format("pass the {} buffer alone", name));
  if (size_bytes / kWordBytes < shape.min_words)
    return fail(ErrorCode::kBadInput,
                fmt::format("a {} buffer of {} words, its fixed part alone has {}", name,
                            size_bytes / kWordBytes, shape.min_words),
                at_byte(file, size_bytes), fmt::format("copy the whole {} buffer", name));
  return {};
}

std::vector<std::uint32_t>& buffer_of(recording::Snapshot& snapshot, Buffer buffer) noexcept {
  switch (buffer) {
    case Buffer::kControl: return snapshot.control;
    case Buffer::kRing: return snapshot.ring;
    case Buffer::kDebugLog: return snapshot.debug_log;
    case Buffer::kIoQueue: return snapshot.io_queue;
    case Buffer::kArena: return snapshot.arena;
    case Buffer::kCompletions: break;
  }
  return snapshot.completions;
}

std::optional<Buffer> find_buffer(std::string_view name) noexcept {
  const auto found = std::ranges::find(kBufferNames, name);
  if (found == kBufferNames.end()) return std::nullopt;
  return static_cast<Buffer>(found - kBufferNames.begin());
}

std::span<const std::uint32_t> Inspection::words(Buffer buffer) const noexcept {
  switch (buffer) {
    case Buffer::kControl: return buffers.control;
    case Buffer::kRing: return buffers.ring;
    case Buffer::kDebugLog: return buffers.debug_log;
    case Buffer::kIoQueue: return buffers.io_queue;
    case Buffer::kArena: return buffers.arena;
    case Buffer::kCompletions: break;
  }
  return buffers.completions;
}

protocol::Slot Inspection::slot(std::uint32_t index) const noexcept {
  return codec::read_slot(buffers.ring, index);
}

}  // namespace vyre::inspection
