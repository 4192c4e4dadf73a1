/// Streams: what a run's stream steps tell while files go through the kernel, and what they did in the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::session {

/// A match as `grep -ob` would print it: of each rule leftmost, longest, none over another.
struct StreamMatch {
  std::string_view path;
  std::uint64_t start = 0;  ///< bytes from the front of the file
  std::uint64_t end = 0;
  std::uint32_t rule = 0;     ///< number of the workload's scan rule
  std::uint32_t pattern = 0;  ///< of the rule's literals; 0 for a regular expression
  std::string_view text;      ///< the literal as it was given; what a regular expression matched
};

/// A file that was read to its end, or failed.
struct StreamedFile {
  std::string_view path;
  std::uint64_t bytes = 0;
  std::uint64_t matches = 0;
  bool failed = false;
};

struct StreamProgress {
  std::uint64_t bytes = 0;                   ///< handled
  std::optional<std::uint64_t> known_bytes;  ///< in all, where that is known
  std::uint64_t files = 0;
  std::uint64_t matches = 0;
  std::chrono::nanoseconds elapsed{};
};

/// Called on the thread that runs the workload; what views refer to lives for the call alone.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  /// In order of their starts within a file and rule.
  virtual void on_match(const StreamMatch& /*match*/) {}
  /// Behind the file's last match.
  virtual void on_file(const StreamedFile& /*file*/) {}
  /// A file that could not be read, or not to its end; the others go on.
  virtual void on_error(const Error& /*error*/) {}
  /// About ten times a second.
  virtual void on_progress(const StreamProgress& /*progress*/) {}
};

/// What one stream step did.
struct StreamReport {
  std::string road;    ///< "arena", "mapped", "staged"
  std::string engine;  ///< "io_uring" or "pread"
  std::string copier;  ///< of the staged road: "transfer queue" or "host"
  std::uint64_t files = 0;
  std::uint64_t files_failed = 0;
  std::uint64_t files_left_out = 0;  ///< FIFOs, sockets and devices in folders
  std::uint64_t bytes = 0;           ///< whose slots are done
  std::uint64_t chunks = 0;
  std::uint64_t slots = 0;
  std::uint64_t reads = 0;
  std::uint64_t matches = 0;       ///< told to the listener
  std::uint64_t found = 0;         ///< by the kernel, overlapping ones too
  std::uint64_t scanned_anew = 0;  ///< chunks whose matches were more than fitted, scanned again in parts
  std::vector<std::uint64_t> matches_by_rule;
  std::chrono::nanoseconds elapsed{};
  std::chrono::nanoseconds waited_for_disk{};  ///< with nothing else to do
  std::chrono::nanoseconds waited_for_copy{};
  std::chrono::nanoseconds waited_for_kernel{};
  std::vector<std::string> notes;  ///< what was slower than it could be, and why
  std::vector<Error> errors;       ///< of files, the first 64
};

}  // namespace vyre::session
