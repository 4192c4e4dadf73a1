/// What streams are measured against: a program that reads a file, and does nothing with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "vyre/base/error.hpp"

namespace vyre::stream {

struct ReadPlan {
  std::uint64_t block_bytes = 1U << 20;  ///< 1 .. 1 GiB; with `direct` a multiple of what the device wants
  std::uint32_t depth = 8;               ///< reads out at once, 1 .. kMaxIoDepth
  std::uint32_t jobs = 1;                ///< more than one: so many threads of the system carry them out
  bool direct = false;                   ///< O_DIRECT
};

struct ReadTime {
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds elapsed{};  ///< of the reads alone: not of opening and making buffers
};

/// Reads a file once from front to end by plain io_uring into host memory, each read into a buffer of its
/// own, as fio does. Errors: kOutOfRange (the plan); kFile (open, read, no memory); kUnsupported (no
/// io_uring).
[[nodiscard]] VYRE_API Result<ReadTime> read_alone(const std::string& path, const ReadPlan& plan);

}  // namespace vyre::stream
