/// What a timeline of a run is asked for with, and what is told of it afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace vyre::trace {

struct TraceOptions {
  std::filesystem::path path;                           ///< `.json` or `.pftrace`
  std::map<std::uint32_t, std::string> opcode_names{};  ///< of custom opcodes
};

struct TraceSummary {
  std::uint64_t publications = 0;
  std::uint64_t slots = 0;       ///< with the device's times
  std::uint64_t unfinished = 0;  ///< published, but neither DONE nor FAULT at the end
  std::string clock;             ///< "host", "handshake", "calibrated timestamps"; empty: no device times
  std::uint64_t error_ns = 0;    ///< the most that a time of the device may be off
  /// Times that were moved, so that a slot is claimed after it was published and seen after it was finished:
  std::uint64_t moved = 0;         ///< by no more than the error
  std::uint64_t moved_beyond = 0;  ///< by more, which means that the clocks cannot be trusted
  std::string note;                ///< why there are no device times; empty if there are
};

}  // namespace vyre::trace
