#include "bench/temporary_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace vyre::cli::bench {
namespace {

/// The same each time.
std::string some_text(std::size_t bytes) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz   \n    ETA";
  std::string text(bytes, '\0');
  std::uint64_t state = 0x9E37'79B9'7F4A'7C15;
  for (char& letter : text) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    letter = kLetters[state % kLetters.size()];
  }
  return text;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::write(std::uint64_t bytes) {
  const char* folder = std::getenv("TMPDIR");
  if (folder == nullptr || *folder == '\0') folder = "/tmp";
  std::string path = std::filesystem::path(folder) / "vyre-bench-XXXXXX";
  const auto failed = [&path](int error) {
    return fail(ErrorCode::kFile, fmt::format("cannot write the file: {}", std::strerror(error)), path,
                "name a folder with room by TMPDIR, or a file with --file");
  };
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return failed(errno);
  TemporaryFile file(path);
  const std::string block = some_text(std::min<std::uint64_t>(bytes, 1U << 20));
  int error = 0;
  for (std::uint64_t written = 0; written < bytes && error == 0;) {
    const auto wanted = std::min<std::uint64_t>(block.size(), bytes - written);
    const ssize_t got = ::write(descriptor, block.data(), wanted);
    if (got >= 0)
      written += static_cast<std::uint64_t>(got);
    else if (errno != EINTR)
      error = errno;
  }
  // On the disk, so that O_DIRECT reads what the cache does not have to write first.
  if (error == 0 && ::fdatasync(descriptor) != 0) error = errno;
  ::close(descriptor);
  if (error != 0) return failed(error);
  return file;
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace vyre::cli::bench
