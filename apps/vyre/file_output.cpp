#include "file_output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "output.hpp"

namespace vyre::cli {
namespace {

std::unexpected<Error> cannot_write(const std::string& path, std::string_view reason) {
  return fail(ErrorCode::kFile, fmt::format("cannot write the file: {}", reason), path,
              "name a file in a folder that you may write to");
}
std::unexpected<Error> cannot_write(const std::string& path, int error) {
  return cannot_write(path, std::strerror(error));
}

/// A new, empty file beside `path`; its descriptor, and its name in `name`.
Result<int> make_beside(const std::string& path, std::string& name) {
  name = path + ".XXXXXX";
  const int descriptor = mkstemp(name.data());
  if (descriptor < 0) return cannot_write(path, errno);
  return descriptor;
}

using Fill = std::function<Result<void>(Output&)>;

Result<void> write_all(int descriptor, const std::string& path, const Fill& fill) {
  Output output(descriptor, path);
  VYRE_CHECK(fill(output));
  return output.flush();
}

/// mkstemp makes files that only their owner reads; give them what a new file gets.
void grant_usual_permissions(int descriptor) {
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor, 0666 & ~mask);
}

Result<void> replace_file(const std::string& path, const Fill& fill) {
  std::string temporary;
  VYRE_TRY(const int descriptor, make_beside(path, temporary));
  grant_usual_permissions(descriptor);
  auto written = write_all(descriptor, path, fill);
  if (close(descriptor) != 0 && written) written = cannot_write(path, errno);
  if (written && std::rename(temporary.c_str(), path.c_str()) != 0) written = cannot_write(path, errno);
  if (!written) unlink(temporary.c_str());
  return written;
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view bytes) {
  return write_file(path, [&](Output& output) -> Result<void> {
    output.write(bytes);
    return {};
  });
}

Result<void> write_file(const std::string& path, const Fill& fill) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return replace_file(path, fill);
  const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, errno);
  auto written = write_all(descriptor, path, fill);
  if (close(descriptor) != 0 && written) written = cannot_write(path, errno);
  return written;
}

Result<void> check_writable(const std::string& path) {
  struct stat status {};
  if (path.empty() || path.ends_with('/'))
    return cannot_write(path.empty() ? "''" : path, "that is no file name");
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return cannot_write(path, S_ISDIR(status.st_mode) ? std::strerror(EISDIR) : "not a regular file");
  std::string temporary;
  VYRE_TRY(const int descriptor, make_beside(path, temporary));
  close(descriptor);
  unlink(temporary.c_str());
  return {};
}

}  // namespace vyre::cli
