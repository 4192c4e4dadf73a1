/// DiskCache: blobs on disk, by content, that cost time when lost and never correctness.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vyre::base {

/// A folder of entries under $XDG_CACHE_HOME/vyre, or $HOME/.cache/vyre; without either nothing is kept.
/// Entry: "VYREBLOB", u64 XXH3 of the bytes, then the bytes. Missing, damaged and unwritable are all
/// the same: nothing found, nothing kept.
/// Thread: any; several processes may share the folder.
class DiskCache {
 public:
  explicit DiskCache(std::string_view folder);  ///< "kernels", "pipelines"
  explicit DiskCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// 32 hex digits of XXH3-128 over everything that an entry depends on.
  [[nodiscard]] static std::string key_of(std::string_view everything);

  [[nodiscard]] std::optional<std::vector<std::byte>> find(const std::string& key) const noexcept;
  void keep(const std::string& key, std::span<const std::byte> bytes) const noexcept;

 private:
  std::filesystem::path folder_;
};

}  // namespace vyre::base
