/// Exit codes of the program; vyre(1) documents them.
#pragma once

#include <algorithm>

#include "vyre/base/error.hpp"

namespace vyre::cli {

enum class ExitCode : int {
  kDone = 0,           ///< every expectation held
  kFailed = 1,         ///< an expectation did not hold
  kUsage = 2,          ///< wrong options
  kBadInput = 3,       ///< a workload or another file breaks its format, or cannot run as written
  kNoDevice = 4,       ///< no usable device, or none that can run what was asked
  kDevice = 5,         ///< the device was lost, failed or timed out
  kFile = 6,           ///< a file cannot be read or written
  kInterrupted = 130,  ///< SIGINT
  kTerminated = 143,   ///< SIGTERM
};

/// kInterrupted stands for both signals here: the program knows which one came.
[[nodiscard]] constexpr ExitCode exit_code_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kBadInput:
    case ErrorCode::kOutOfRange:
    case ErrorCode::kTooMany:
    case ErrorCode::kReservedOpcode:
    case ErrorCode::kSlotBusy:
    case ErrorCode::kNotFound:
    case ErrorCode::kHandlerCompile: return ExitCode::kBadInput;
    case ErrorCode::kFile: return ExitCode::kFile;
    case ErrorCode::kNoDevice:
    case ErrorCode::kUnsupported: return ExitCode::kNoDevice;
    case ErrorCode::kDevice:
    case ErrorCode::kDeviceLost:
    case ErrorCode::kTimeout:
    case ErrorCode::kShutDown: return ExitCode::kDevice;
    case ErrorCode::kInterrupted: return ExitCode::kInterrupted;
  }
  return ExitCode::kBadInput;
}

/// Several files end with the highest of their codes.
[[nodiscard]] constexpr ExitCode worst(ExitCode a, ExitCode b) noexcept {
  return static_cast<ExitCode>(std::max(static_cast<int>(a), static_cast<int>(b)));
}

}  // namespace vyre::cli
