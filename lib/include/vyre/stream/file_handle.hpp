/// FileHandle: owner of a file descriptor.
#pragma once

#include "vyre/base/export.hpp"

namespace vyre::stream {

class VYRE_API FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(other.release()) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle() { close(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] int release() noexcept {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor;
  }
  /// Nothing to do when closed.
  void close() noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace vyre::stream
