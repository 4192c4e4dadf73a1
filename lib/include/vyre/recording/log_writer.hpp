/// Writing replay logs: version 2 by buffered append, version 1 as a ring of records.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::recording {

/// Thread: one at a time; the caller locks. An append copies into a buffer; after an error of the file
/// nothing more is written and every later call gives that error again.
class VYRE_API LogWriter {
 public:
  virtual ~LogWriter() = default;

  [[nodiscard]] virtual Result<void> append(const LogRecord& record) = 0;

  /// A publication without building a record: the slots are copied once. Shape: slots.size() >= 1.
  [[nodiscard]] virtual Result<void> append_publication(std::uint64_t time_ns, const PublicationRecord& head,
                                                        std::span<const protocol::Slot> slots) = 0;

  /// Hands everything to the operating system, so that it survives the end of this process.
  [[nodiscard]] virtual Result<void> flush() = 0;
  /// Flushes and closes. What version 1 could not hold is counted in lost().
  [[nodiscard]] virtual Result<void> close() = 0;

  /// What the format could not hold (version 1: arguments beyond 4, records of other kinds, records
  /// overwritten because the ring of records was full).
  struct Lost {
    std::uint64_t slots_with_cut_args = 0;
    std::uint64_t other_records = 0;
    std::uint64_t overwritten = 0;
  };
  [[nodiscard]] virtual Lost lost() const noexcept = 0;
};

/// A new log of version 2 in place of whatever stands there. Errors: kFile.
[[nodiscard]] VYRE_API Result<std::unique_ptr<LogWriter>> create_log(const std::filesystem::path& path);

/// Goes on behind the last whole record of a version 2 log; a cut tail is dropped. A missing file is made.
/// Errors: kFile; kBadInput (not a log, or version 1 — open_log_v1() goes on with that).
[[nodiscard]] VYRE_API Result<std::unique_ptr<LogWriter>> append_log(const std::filesystem::path& path);

/// A new log of version 1 for the last `capacity` slots, 1 to kMaxLogV1Records. Errors: kFile, kOutOfRange.
inline constexpr std::uint64_t kMaxLogV1Records = 1'048'576;
[[nodiscard]] VYRE_API Result<std::unique_ptr<LogWriter>> create_log_v1(const std::filesystem::path& path,
                                                                        std::uint64_t capacity);
/// Goes on writing an existing version 1 log at its `next`. Errors: kFile, kBadInput.
[[nodiscard]] VYRE_API Result<std::unique_ptr<LogWriter>> append_log_v1(const std::filesystem::path& path);

}  // namespace vyre::recording
