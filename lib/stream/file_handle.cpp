#include "vyre/stream/file_handle.hpp"

#include <unistd.h>

namespace vyre::stream {

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

void FileHandle::close() noexcept {
  if (descriptor_ >= 0) ::close(release());
}

}  // namespace vyre::stream
