/// The driver's pipeline cache on disk, one entry for each device, driver and kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/disk_cache.hpp"
#include "gpu/device.hpp"
#include "gpu/vulkan.hpp"

namespace vyre::gpu {

class PipelineCache {
 public:
  /// Throws what vk::raii throws; callers guard.
  PipelineCache(const Device& device, std::span<const std::uint32_t> spirv);
  [[nodiscard]] const vk::raii::PipelineCache& handle() const noexcept { return cache_; }
  /// Keeps what the driver added since.
  void save() const;

 private:
  base::DiskCache disk_{std::string_view("pipelines")};
  std::string key_;
  std::size_t loaded_bytes_ = 0;
  vk::raii::PipelineCache cache_{nullptr};
};

}  // namespace vyre::gpu
