#include "base/file_io.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace vyre::base {

std::unexpected<Error> errno_failure(std::string_view doing, int error_number,
                                     const std::filesystem::path& path, std::string_view fix) {
  const char* name = ::strerrorname_np(error_number);
  return fail(ErrorCode::kFile,
              fmt::format("cannot {}: {} ({})", doing, std::generic_category().message(error_number),
                          name != nullptr ? name : "unknown errno"),
              path.string(), std::string(fix));
}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

int FileHandle::release() noexcept { return std::exchange(descriptor_, -1); }

int FileHandle::close() noexcept {
  if (descriptor_ < 0) return 0;
  return ::close(release()) == 0 ? 0 : errno;
}

Result<InputFile> InputFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO that nobody writes would wait for ever. Regular files ignore it.
  FileHandle handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (handle.get() < 0) return errno_failure("open", errno, path, "check the path and its permissions");
  return of(std::move(handle), path);
}

Result<InputFile> InputFile::of(FileHandle handle, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(handle.get(), &status) != 0)
    return errno_failure("look at", errno, path, "check the file system");
  if (S_ISDIR(status.st_mode))
    return fail(ErrorCode::kFile, "is a directory", path.string(), "name a file in it");
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::kFile, "is no regular file", path.string(), "copy its content into a file first");
  return InputFile(std::move(handle), static_cast<std::uint64_t>(status.st_size), path);
}

Result<void> InputFile::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t got = ::pread(handle_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_failure("read", errno, path_, "check the disk");
    if (got == 0)
      return fail(ErrorCode::kFile, fmt::format("the file ends at byte {} since it was opened", offset),
                  path_.string(), "read it when nothing writes to it");
    out = out.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

namespace {

constexpr std::string_view kWriteFix = "choose a path in an existing folder that you may write to";

constexpr unsigned kTemporaryNames = 100;

/// Makes a new file beside the target, under the umask as any file; `name` is its path.
FileHandle create_beside(const std::filesystem::path& target, std::string& name) {
  static std::atomic<unsigned> counter{0};
  FileHandle handle;
  for (unsigned attempt = 0; attempt < kTemporaryNames && handle.get() < 0; ++attempt) {
    name = fmt::format("{}.{}-{}.tmp", target.string(), ::getpid(), counter.fetch_add(1));
    handle = FileHandle(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (handle.get() < 0 && errno != EEXIST) break;
  }
  return handle;
}

}  // namespace

Result<AtomicFile> AtomicFile::open(const std::filesystem::path& path) {
  AtomicFile file;
  file.path_ = path;
  std::error_code ignored;
  file.target_ = std::filesystem::canonical(path, ignored);  // fails when there is nothing yet
  if (ignored) file.target_ = path;

  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    return fail(ErrorCode::kFile, "cannot write: Is a directory (EISDIR)", path.string(),
                "name a file in it");
  if (exists && !S_ISREG(status.st_mode)) {
    file.handle_ = FileHandle(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (file.handle_.get() < 0) return errno_failure("open for writing", errno, path, kWriteFix);
    return file;
  }

  std::string temporary;
  file.handle_ = create_beside(file.target_, temporary);
  if (file.handle_.get() < 0) return errno_failure("create a file there", errno, path, kWriteFix);
  file.temporary_ = std::move(temporary);
  if (exists && ::fchmod(file.handle_.get(), status.st_mode & 07777) != 0)
    return errno_failure("set the permissions of a file there", errno, path, kWriteFix);
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : handle_(std::move(other.handle_)),
      path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(handle_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno_failure("write", errno, path_, "make room on the disk, or choose another path");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> AtomicFile::commit() {
  const bool direct = temporary_.empty();
  if (!direct && ::fsync(handle_.get()) != 0) return errno_failure("flush", errno, path_, "check the disk");
  if (const int error = handle_.close(); error != 0)
    return errno_failure("close", error, path_, "check the disk");
  if (direct) return {};
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    return errno_failure("rename the finished file", errno, path_, kWriteFix);
  temporary_.clear();
  return {};
}

Result<FileHandle> AtomicFile::commit_open(std::uint64_t size_bytes) {
  if (temporary_.empty())
    return fail(ErrorCode::kFile, "is no regular file", path_.string(), "name a regular file, or a new one");
  if (::ftruncate(handle_.get(), static_cast<off_t>(size_bytes)) != 0)
    return errno_failure("set the size", errno, path_, "make room on the disk, or choose another path");
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    return errno_failure("rename the new file", errno, path_, kWriteFix);
  temporary_.clear();
  return std::move(handle_);
}

}  // namespace vyre::base
