/// OutputFile: a file that is written through one buffer of bounded size. The first error ends the writing
/// and is kept for close().
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::trace {

class OutputFile {
 public:
  /// Made, or emptied. Errors: kFile.
  [[nodiscard]] static Result<OutputFile> create(const std::filesystem::path& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  void write(std::string_view bytes);
  /// Writes what is left. Errors: kFile, the first that there was.
  [[nodiscard]] Result<void> close();

 private:
  OutputFile(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
  void drain(std::string_view bytes);

  static constexpr std::size_t kBufferBytes = 1U << 18;
  int descriptor_;
  std::filesystem::path path_;
  std::string buffer_;
  std::optional<Error> error_;
};

/// kFile with the call's words and the errno's.
[[nodiscard]] std::unexpected<Error> file_error(std::string_view doing, int error_number,
                                                const std::filesystem::path& path);

}  // namespace vyre::trace
