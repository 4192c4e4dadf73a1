#include "stream/open_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "stream/stream_error.hpp"

namespace vyre::stream {

namespace {

/// What O_DIRECT asks for where statx does not say: the page, and the block of every disk.
constexpr std::uint32_t kUsualAlignment = 4096;

/// Files whose sizes say nothing of their content: 0, or a page.
bool made_up_size(int descriptor, const struct stat& status) {
  if (status.st_blocks != 0) return false;
  struct statfs system {};
  if (::fstatfs(descriptor, &system) != 0) return false;
  constexpr std::array kMagics{PROC_SUPER_MAGIC, SYSFS_MAGIC,   CGROUP2_SUPER_MAGIC, CGROUP_SUPER_MAGIC,
                               DEBUGFS_MAGIC,    TRACEFS_MAGIC, SECURITYFS_MAGIC};
  return std::find(kMagics.begin(), kMagics.end(), static_cast<decltype(PROC_SUPER_MAGIC)>(system.f_type)) !=
         kMagics.end();
}

/// 0: the file takes no O_DIRECT.
std::uint32_t direct_alignment(int descriptor) {
  struct statx status {};
  if (::statx(descriptor, "", AT_EMPTY_PATH, STATX_DIOALIGN, &status) != 0 ||
      (status.stx_mask & STATX_DIOALIGN) == 0)
    return kUsualAlignment;
  if (status.stx_dio_offset_align == 0) return 0;
  return std::max(status.stx_dio_mem_align, status.stx_dio_offset_align);
}

/// Turns O_DIRECT on where that works, and sets the alignment.
void make_direct(OpenSource& source) {
  const int descriptor = source.handle.get();
  const std::uint32_t alignment = direct_alignment(descriptor);
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (alignment <= 1 || flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_DIRECT) != 0) return;
  source.alignment = alignment;
}

/// What the descriptor is, from its status; `file.kind` and size.
Result<void> describe(OpenSource& source, SourceFile& file) {
  const int descriptor = source.handle.get();
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return std::unexpected(open_error(errno, file.path));
  file.kind = SourceKind::kStream;
  if (S_ISFIFO(status.st_mode)) {
    source.awaits_writer = true;
  } else if (S_ISREG(status.st_mode) && !made_up_size(descriptor, status)) {
    file.kind = SourceKind::kSized;
    file.size_bytes = static_cast<std::uint64_t>(status.st_size);
  } else if (S_ISBLK(status.st_mode)) {
    const off_t end = ::lseek(descriptor, 0, SEEK_END);
    if (end < 0) return std::unexpected(errno_error("find the end", errno, file.path, "check the device"));
    file.kind = SourceKind::kSized;
    file.size_bytes = static_cast<std::uint64_t>(end);
  } else if (S_ISDIR(status.st_mode)) {
    return std::unexpected(errno_error("read", EISDIR, file.path, "name a file in it"));
  }
  return {};
}

/// A stream is read by requests that wait, so it may block; a FIFO only once it has a writer.
void let_block(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags >= 0) ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
}

}  // namespace

Error open_error(int error_number, const std::string& path) {
  if (error_number == ENOENT || error_number == ENOTDIR)
    return Error{ErrorCode::kNotFound, fmt::format("cannot open: {}", errno_text(error_number)), path,
                 "check the path"};
  std::string_view fix = "check the disk and the file system";
  if (error_number == EACCES || error_number == EPERM) fix = "ask for permission to read it";
  if (error_number == ELOOP) fix = "mend the symbolic links, which lead in a circle";
  if (error_number == EMFILE) fix = "allow more open files (ulimit -n)";
  if (error_number == ENXIO) fix = "sockets cannot be read as files; name a file, a FIFO or a device";
  return errno_error("open", error_number, path, fix);
}

Result<OpenSource> open_source(const std::string& path, std::uint64_t number, bool direct) {
  OpenSource source;
  // O_NONBLOCK: a FIFO that nobody writes would block for ever. Regular files ignore it.
  source.handle = FileHandle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (source.handle.get() < 0) return std::unexpected(open_error(errno, path));
  auto file = std::make_shared<SourceFile>();
  file->number = number;
  file->path = path;
  VYRE_CHECK(describe(source, *file));
  if (!source.awaits_writer) let_block(source.handle.get());
  if (direct && file->kind == SourceKind::kSized) make_direct(source);
  source.file = std::move(file);
  return source;
}

Result<OpenSource> open_standard_input(std::uint64_t number) {
  OpenSource source;
  source.handle = FileHandle(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  if (source.handle.get() < 0)
    return std::unexpected(errno_error("read standard input", errno, "-", "give it something to read"));
  auto file = std::make_shared<SourceFile>();
  file->number = number;
  file->path = "-";
  VYRE_CHECK(describe(source, *file));
  source.awaits_writer = false;  // whoever opened it has waited already
  // Others may have read a part: then it goes on from there, in order.
  if (file->kind == SourceKind::kSized && ::lseek(source.handle.get(), 0, SEEK_CUR) != 0) {
    file->kind = SourceKind::kStream;
    file->size_bytes = 0;
  }
  source.file = std::move(file);
  return source;
}

}  // namespace vyre::stream
