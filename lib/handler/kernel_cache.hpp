/// Compiled kernels on disk, by content. Losing the cache costs time, never correctness.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vyre::handler {

struct Program;

/// File: "VYRESPV1", u64 XXH3 of the words, then the SPIR-V, little-endian.
/// Thread: any; several processes may share the folder.
class KernelCache {
 public:
  /// The folder that $XDG_CACHE_HOME or $HOME gives; without either nothing is kept.
  KernelCache();
  explicit KernelCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// 32 hex digits over every text of the program, the compiler and our version.
  [[nodiscard]] static std::string key_of(const Program& program);

  /// Nothing when there is no such entry, or a damaged one.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> find(const std::string& key) const;
  /// Keeps an entry; a folder that cannot be written is no error.
  void keep(const std::string& key, std::span<const std::uint32_t> spirv) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace vyre::handler
