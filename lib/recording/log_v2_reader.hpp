/// Reading version 2 replay logs: records with checksums, one after the other.
#pragma once

#include <memory>

#include "recording/log_header.hpp"
#include "vyre/recording/log_reader.hpp"

namespace vyre::recording {

class LogV2Reader final : public LogReader {
 public:
  /// Errors: kBadInput (the header); kFile.
  [[nodiscard]] static Result<std::unique_ptr<LogV2Reader>> open(std::unique_ptr<LogSource> source);

  [[nodiscard]] std::uint32_t version() const noexcept override { return 2; }
  [[nodiscard]] Result<bool> next(LogRecord& record) override;
  [[nodiscard]] const std::optional<Error>& damage() const noexcept override { return damage_; }
  [[nodiscard]] bool tail_is_cut() const noexcept override { return tail_is_cut_; }

  /// Bytes from the file's first to behind the last record that was whole.
  [[nodiscard]] std::uint64_t whole_bytes() const noexcept { return offset_; }

 private:
  struct Head {
    std::uint32_t payload_bytes = 0;
    std::uint16_t kind = 0;
    std::uint64_t time_ns = 0;
    std::uint64_t record_bytes = 0;  ///< with head and CRC
  };

  explicit LogV2Reader(std::unique_ptr<LogSource> source) : source_(std::move(source)) {}
  /// False: the file ends here, whole or damaged.
  Result<bool> read_head(Head& head);
  Result<bool> read_record(const Head& head, LogRecord& record);
  Result<bool> rest_is_zero();
  bool damaged(std::string what, const char* fix);
  bool cut(std::string what);

  std::unique_ptr<LogSource> source_;
  std::uint64_t offset_ = kLogV2HeaderBytes;
  std::optional<Error> damage_;
  bool tail_is_cut_ = false;
};

}  // namespace vyre::recording
