/// Output: one of the program's two streams, with its errors noticed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::cli {

/// Buffers what is written to a file descriptor. A reader that went away ends the process by SIGPIPE,
/// as other tools end; any other failure is kept until flush() reports it.
/// Thread: one.
class Output {
 public:
  /// `name` is for messages. The descriptor is not closed.
  Output(int descriptor, std::string name);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);
  /// Errors: kFile (names the errno), for this or any earlier write; every later call fails the same.
  Result<void> flush();

  [[nodiscard]] bool is_terminal() const noexcept { return terminal_; }
  /// Columns of the terminal, or of COLUMNS, or 80.
  [[nodiscard]] std::size_t width() const;

 private:
  int descriptor_;
  std::string name_;
  bool terminal_;
  std::string buffer_;
  int failure_ = 0;  ///< an errno
};

}  // namespace vyre::cli
