#include "recording/log_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace vyre::recording {

Result<LogFile> LogFile::create(const std::filesystem::path& path, std::span<const std::byte> header,
                                std::uint64_t size_bytes) {
  struct stat status {};
  // Asked before it is opened: opening a FIFO for writing waits for its reader.
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
    return fail(ErrorCode::kFile, "is no regular file", path.string(), "name a regular file, or a new one");
  VYRE_TRY(AtomicFile fresh, AtomicFile::open(path));
  VYRE_CHECK(fresh.write(header));
  VYRE_TRY(FileHandle handle, fresh.commit_open(size_bytes));
  LogFile file(std::move(handle), path);
  VYRE_CHECK(file.lock());
  return file;
}

Result<LogFile> LogFile::open(const std::filesystem::path& path) {
  FileHandle handle(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (handle.get() < 0)
    return errno_failure("open for writing", errno, path, "check the path and its permissions");
  LogFile file(std::move(handle), path);
  VYRE_TRY([[maybe_unused]] const auto readable, file.source());  // refuses what is no regular file
  VYRE_CHECK(file.lock());
  return file;
}

Result<void> LogFile::lock() {
  if (::flock(handle_.get(), LOCK_EX | LOCK_NB) == 0) return {};
  // Some network file systems know no locks: go on without.
  if (errno != EWOULDBLOCK) return {};
  return fail(ErrorCode::kFile, "another recording is writing to it", path_.string(),
              "wait for its end, or record into another file");
}

Result<std::unique_ptr<LogSource>> LogFile::source() const {
  FileHandle copy(::fcntl(handle_.get(), F_DUPFD_CLOEXEC, 0));
  if (copy.get() < 0) return errno_failure("open", errno, path_, "close other files");
  VYRE_TRY(InputFile input, InputFile::of(std::move(copy), path_));
  return log_source(std::move(input), path_.string());
}

Result<void> LogFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(handle_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno_failure("write", errno, path_, "make room on the disk, or choose another path");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

Result<void> LogFile::truncate(std::uint64_t size_bytes) {
  int result = 0;
  do result = ::ftruncate(handle_.get(), static_cast<off_t>(size_bytes));
  while (result != 0 && errno == EINTR);
  if (result != 0)
    return errno_failure("set the size", errno, path_, "make room on the disk, or choose another path");
  return {};
}

Result<void> LogFile::close() {
  if (const int error = handle_.close(); error != 0)
    return errno_failure("close", error, path_, "check the disk");
  return {};
}

}  // namespace vyre::recording
