#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "vyre/handler/compile.hpp"

namespace vyre::handler {
namespace {

constexpr std::size_t kMaxBytes = 1U << 20;

std::unexpected<Error> cannot_read(const std::string& path, int error) {
  return fail(ErrorCode::kFile, fmt::format("cannot read the handler: {}", std::strerror(error)), path,
              "check the path and its permissions");
}

}  // namespace

Result<Source> read_source(std::uint32_t opcode, const std::string& name, const std::string& path) {
  // A FIFO or a device could keep the reader waiting for ever, so ask before opening.
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return cannot_read(path, errno);
  if (S_ISDIR(status.st_mode)) return cannot_read(path, EISDIR);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::kFile, "cannot read the handler: not a regular file", path,
                "name a file of GLSL text");

  const std::unique_ptr<std::FILE, decltype([](std::FILE* open) { std::fclose(open); })> file(
      std::fopen(path.c_str(), "rb"));
  if (!file) return cannot_read(path, errno);
  std::string text(kMaxBytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return cannot_read(path, errno);

  if (text.size() > kMaxBytes)
    return fail(ErrorCode::kBadInput, fmt::format("the handler is larger than {} bytes", kMaxBytes), path,
                "name a file of GLSL text");
  if (const auto at = text.find('\0'); at != std::string::npos)
    return fail(ErrorCode::kBadInput, "the handler holds a NUL byte", fmt::format("{}: byte {}", path, at),
                "name a file of GLSL text");
  return Source{.opcode = opcode, .name = name, .file = path, .glsl = std::move(text)};
}

}  // namespace vyre::handler
