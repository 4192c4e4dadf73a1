/// Reading version 1 replay logs: a ring of records of 64 bytes.
#pragma once

#include <memory>

#include "recording/log_header.hpp"
#include "vyre/recording/log_reader.hpp"

namespace vyre::recording {

/// Errors: kBadInput (the header); kFile.
[[nodiscard]] Result<std::unique_ptr<LogReader>> open_v1_log(std::unique_ptr<LogSource> source);

}  // namespace vyre::recording
