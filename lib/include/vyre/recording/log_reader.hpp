/// Reading replay logs of either version, recognised by their first bytes, as a stream in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::recording {

/// A publication of version 1 is one slot; its ticket is the number of the record, 1 for the first.
/// Thread: one at a time.
class VYRE_API LogReader {
 public:
  virtual ~LogReader() = default;
  [[nodiscard]] virtual std::uint32_t version() const noexcept = 0;  ///< 1 or 2

  /// Reads the next record into `record`, reusing its memory. False at the end, which is also where a cut or
  /// damaged record stands: see damage(). Errors: kFile (the file could not be read).
  [[nodiscard]] virtual Result<bool> next(LogRecord& record) = 0;

  /// After next() gave false: why reading stopped before the end of the file, with file and byte offset.
  [[nodiscard]] virtual const std::optional<Error>& damage() const noexcept = 0;

  /// The damage is a cut tail, as a run leaves it that was killed: what stands before it is all that was
  /// recorded, and append_log() drops it. False for any other damage, behind which more may have been
  /// recorded.
  [[nodiscard]] virtual bool tail_is_cut() const noexcept = 0;
};

/// Errors: kFile (no such file, a folder, a FIFO); kBadInput (empty, no log, a damaged header: file and byte
/// offset; an unknown version: names it, the versions that are read and the remedy).
[[nodiscard]] VYRE_API Result<std::unique_ptr<LogReader>> open_log(const std::filesystem::path& path);

/// The same from memory, which must outlive the reader; `name` stands for the file in messages.
[[nodiscard]] VYRE_API Result<std::unique_ptr<LogReader>> open_log(std::span<const std::byte> bytes,
                                                                   std::string name);

}  // namespace vyre::recording
