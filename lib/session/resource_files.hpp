/// ResourceFiles: the files that resources are ranges of, open as long as a run asks for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/stream/file_handle.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::session {

/// The file that a resource is a range of; by the resource's number.
struct ResourceFile {
  std::filesystem::path path;
  bool writable = false;
};

/// Each file is opened once, however many resources are in it, and for writing if one of them asks for that.
class ResourceFiles {
 public:
  struct Open {
    stream::FileHandle handle;
    stream::IoFile file;
    bool has_offsets = true;  ///< a pipe or a terminal has none
  };

  /// Errors: kFile (names the file).
  [[nodiscard]] static Result<ResourceFiles> open(std::span<const ResourceFile> files);

  [[nodiscard]] std::size_t count() const noexcept { return by_resource_.size(); }
  /// Shape: resource < count().
  [[nodiscard]] const Open& of(std::uint32_t resource) const noexcept {
    return opened_[by_resource_[resource]];
  }
  /// From now on they are this engine's, whose end detaches them.
  void attach_to(stream::IoEngine& engine);

 private:
  std::vector<Open> opened_;
  std::vector<std::size_t> by_resource_;
};

}  // namespace vyre::session
