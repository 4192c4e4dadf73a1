/// LogRun: the records of one run of a log, without the runs around it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_reader.hpp"

namespace vyre::session {

class LogRun {
 public:
  /// Stands behind the run's own record. Errors: those of open_log().
  [[nodiscard]] static Result<LogRun> open(const std::filesystem::path& path, std::uint32_t index);

  /// Reads the run's next record; false at its end. Errors: of the file.
  [[nodiscard]] Result<bool> next(recording::LogRecord& record);

  /// Of a reader that stands behind the run's own record.
  explicit LogRun(std::unique_ptr<recording::LogReader> reader) : reader_(std::move(reader)) {}

 private:
  std::unique_ptr<recording::LogReader> reader_;
};

}  // namespace vyre::session
