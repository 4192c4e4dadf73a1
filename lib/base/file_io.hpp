/// Files: random reads of a regular file, and whole-or-not-at-all writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "vyre/base/error.hpp"

namespace vyre::base {

/// kFile with the call's words and the errno by text and name: "cannot open: Permission denied (EACCES)".
[[nodiscard]] std::unexpected<Error> errno_failure(std::string_view doing, int error_number,
                                                   const std::filesystem::path& path, std::string_view fix);

/// Owner of a file descriptor.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(other.release()) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle() { close(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] int release() noexcept;
  /// Closes and returns 0 or the errno; nothing to do when closed.
  int close() noexcept;

 private:
  int descriptor_ = -1;
};

/// A regular file opened for reading, and its size at that time.
class InputFile {
 public:
  /// Never blocks. Errors: kFile (does not exist, no permission, a directory, FIFO or device).
  [[nodiscard]] static Result<InputFile> open(const std::filesystem::path& path);
  /// Takes a descriptor that was opened as `path`. Errors: as open().
  [[nodiscard]] static Result<InputFile> of(FileHandle handle, const std::filesystem::path& path);

  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  /// Reads exactly `out.size()` bytes. Errors: kFile (also when the file has become shorter).
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<std::byte> out) const;

 private:
  InputFile(FileHandle handle, std::uint64_t size_bytes, std::filesystem::path path)
      : handle_(std::move(handle)), size_bytes_(size_bytes), path_(std::move(path)) {}
  FileHandle handle_;
  std::uint64_t size_bytes_;
  std::filesystem::path path_;
};

/// A file that appears whole or not at all.
/// Phases: 1. open: a temporary beside the target. 2. write. 3. commit: flushed to disk and renamed
/// over the target. Destroyed before commit, it leaves the target as it was.
/// A target that exists and is no regular file (/dev/stdout, a FIFO) is written directly.
class AtomicFile {
 public:
  [[nodiscard]] static Result<AtomicFile> open(const std::filesystem::path& path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
  [[nodiscard]] Result<void> commit();
  /// Gives a temporary its size (more than was written: zeros), renames it over the target, not flushed to
  /// disk, and hands it over for more writing. Errors: kFile (also for a target that is no regular file).
  [[nodiscard]] Result<FileHandle> commit_open(std::uint64_t size_bytes);

 private:
  AtomicFile() = default;
  FileHandle handle_;
  std::filesystem::path path_;    ///< as the caller named it, for messages
  std::filesystem::path target_;  ///< symbolic links resolved
  std::string temporary_;         ///< empty when written directly, or committed
};

}  // namespace vyre::base
