#include "trace/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace vyre::trace {

std::unexpected<Error> file_error(std::string_view doing, int error_number,
                                  const std::filesystem::path& path) {
  return fail(ErrorCode::kFile, fmt::format("cannot {}: {}", doing, std::strerror(error_number)),
              path.string(), "name a file in a folder that you may write to, on a disk with room");
}

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return file_error("write the trace", errno, path);
  OutputFile file(descriptor, path);
  file.buffer_.reserve(kBufferBytes);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      error_(std::move(other.error_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) static_cast<void>(close());
}

void OutputFile::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    drain(buffer_);
    buffer_.clear();
  }
  if (bytes.size() > kBufferBytes)
    drain(bytes);
  else
    buffer_.append(bytes);
}

void OutputFile::drain(std::string_view bytes) {
  while (!bytes.empty() && !error_) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error_ = file_error("write the trace", errno, path_).error();
  }
}

Result<void> OutputFile::close() {
  drain(buffer_);
  buffer_.clear();
  if (::close(std::exchange(descriptor_, -1)) != 0 && !error_)
    error_ = file_error("write the trace", errno, path_).error();
  if (error_) return std::unexpected(*error_);
  return {};
}

}  // namespace vyre::trace
