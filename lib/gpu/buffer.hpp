/// A mapped storage buffer in the memory that its use asks for.
#pragma once

#include <cstdint>
#include <span>

#include "gpu/device.hpp"
#include "gpu/placement.hpp"
#include "gpu/vulkan.hpp"

namespace vyre::gpu {

/// Mapped from birth to death, all zero at birth. Shape: at least one word.
class Buffer {
 public:
  Buffer() = default;
  /// Throws what vk::raii throws; callers guard. The device has a type for `use`: find_devices checked.
  Buffer(const Device& device, Use use, std::uint64_t words);

  [[nodiscard]] std::span<std::uint32_t> words() const noexcept { return words_; }
  [[nodiscard]] vk::Buffer handle() const noexcept { return *buffer_; }
  /// Whether the host's stores to it may be combined and reordered.
  [[nodiscard]] bool is_write_combined() const noexcept { return write_combined_; }
  void clear() noexcept;

 private:
  vk::raii::Buffer buffer_{nullptr};
  vk::raii::DeviceMemory memory_{nullptr};
  std::span<std::uint32_t> words_;
  bool write_combined_ = false;
};

}  // namespace vyre::gpu
