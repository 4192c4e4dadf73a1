/// The file that a log is written to: made beside its target, or opened for more, and this writer's alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "recording/file_io.hpp"
#include "recording/log_source.hpp"
#include "vyre/base/error.hpp"

namespace vyre::recording {

class LogFile {
 public:
  /// A new file of `size_bytes`, zeros behind the header, in place of whatever stands there, which stays as
  /// it is after an error. Errors: kFile.
  [[nodiscard]] static Result<LogFile> create(const std::filesystem::path& path,
                                              std::span<const std::byte> header, std::uint64_t size_bytes);

  /// An existing regular file. Errors: kFile (also while another writer holds it).
  [[nodiscard]] static Result<LogFile> open(const std::filesystem::path& path);

  /// The same file for reading, as it is now. Errors: kFile.
  [[nodiscard]] Result<std::unique_ptr<LogSource>> source() const;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] Result<void> write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] Result<void> truncate(std::uint64_t size_bytes);
  /// Once; nothing else follows.
  [[nodiscard]] Result<void> close();

 private:
  LogFile(FileHandle handle, std::filesystem::path path)
      : handle_(std::move(handle)), path_(std::move(path)) {}
  Result<void> lock();

  FileHandle handle_;
  std::filesystem::path path_;
};

}  // namespace vyre::recording
