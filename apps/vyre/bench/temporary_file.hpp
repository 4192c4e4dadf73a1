/// A file that goes with the object.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "vyre/base/error.hpp"

namespace vyre::cli::bench {

class TemporaryFile {
 public:
  /// Of letters, blanks and newlines, in TMPDIR or /tmp. Errors: kFile.
  [[nodiscard]] static Result<TemporaryFile> write(std::uint64_t bytes);
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace vyre::cli::bench
