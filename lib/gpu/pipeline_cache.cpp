#include "gpu/pipeline_cache.hpp"

#include <fmt/format.h>

namespace vyre::gpu {

PipelineCache::PipelineCache(const Device& device, std::span<const std::uint32_t> spirv) {
  const DeviceInfo& info = device.found.info;
  const std::string_view code(reinterpret_cast<const char*>(spirv.data()), spirv.size_bytes());
  key_ = base::DiskCache::key_of(fmt::format("{}\n{}\n{}\n", info.uuid, info.driver, code));
  // A driver checks that the data is its own, but it may trust the rest of it: hence the checksum.
  const auto loaded = disk_.find(key_);
  if (loaded) loaded_bytes_ = loaded->size();
  cache_ = vk::raii::PipelineCache(
      device.handle, vk::PipelineCacheCreateInfo{.initialDataSize = loaded_bytes_,
                                                 .pInitialData = loaded ? loaded->data() : nullptr});
}

void PipelineCache::save() const {
  const auto data = cache_.getData();
  if (data.size() != loaded_bytes_) disk_.keep(key_, std::as_bytes(std::span(data)));
}

}  // namespace vyre::gpu
