/// Compiled kernels on disk, by content. Losing the cache costs time, never correctness.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk_cache.hpp"

namespace vyre::handler {

struct Program;

/// A base::DiskCache of SPIR-V. Thread: any; several processes may share the folder.
class KernelCache {
 public:
  KernelCache() : files_(std::string_view("kernels")) {}
  explicit KernelCache(std::filesystem::path folder) : files_(std::move(folder)) {}

  /// Over every text of the program, its variant, the compiler and our version.
  [[nodiscard]] static std::string key_of(const Program& program);

  /// Nothing when there is no such entry, or a damaged one.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> find(const std::string& key) const;
  /// Keeps an entry; a folder that cannot be written is no error.
  void keep(const std::string& key, std::span<const std::uint32_t> spirv) const;

 private:
  base::DiskCache files_;
};

}  // namespace vyre::handler
