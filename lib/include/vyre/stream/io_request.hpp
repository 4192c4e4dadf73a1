/// What is asked of files, and how it came out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vyre::stream {

enum class IoKind : std::uint8_t {
  kRead,
  kWrite,
  kWaitReadable,  ///< ends when a read would find bytes or the end; `memory` is not used
};

/// The offset of files that have none: pipes, terminals, and whatever is read from where it stands.
inline constexpr std::uint64_t kSequential = std::numeric_limits<std::uint64_t>::max();

/// An open file as requests name it. Whoever opened it keeps it open while requests are in flight.
struct IoFile {
  int descriptor = -1;
  /// Its place among the registered files, which IoEngine::attach() gives and detach() takes back; -1: none.
  int registered = -1;
  /// 1, or for a file opened with O_DIRECT what offsets, lengths and addresses must be multiples of.
  std::uint32_t alignment = 1;
};

struct IoRequest {
  IoKind kind = IoKind::kRead;
  IoFile file;
  std::uint64_t offset = 0;     ///< in bytes, or kSequential
  std::span<std::byte> memory;  ///< read into or written from; the caller's until the completion
  std::uint64_t tag = 0;        ///< comes back in the completion
  /// A read that has so many bytes and came back short is not gone on with: the caller knows that the file
  /// ends there, or does not want to wait for more.
  std::size_t enough = std::numeric_limits<std::size_t>::max();
};

/// `bytes` stand in memory (or in the file) even where `error_number` is not 0.
struct IoCompletion {
  std::uint64_t tag = 0;
  std::size_t bytes = 0;
  int error_number = 0;  ///< an errno, or 0
};

}  // namespace vyre::stream
