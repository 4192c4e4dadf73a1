/// A compute pipeline over a set of storage buffers: the kernel's, specialized for their sizes, and others.
#pragma once

#include <cstdint>
#include <span>

#include "gpu/device.hpp"
#include "gpu/vulkan.hpp"

namespace vyre::gpu {

/// The specialization constants of shaders/include/config.glsl, in order of their ids.
struct Specialization {
  std::uint32_t lanes = 8;
  std::uint32_t slot_count = 0;
  std::uint32_t queue_capacity = 0;
  std::uint32_t control_words = 0;
  std::uint32_t debug_words = 0;
  std::uint32_t dfa_words = 0;
  vk::Bool32 priority_scheduler = VK_FALSE;
  vk::Bool32 open_protection = VK_FALSE;
  std::uint32_t quantum_steps = 0;
  vk::Bool32 in_step = VK_FALSE;
  std::uint32_t arena_words = 0;
  std::uint32_t resource_count = 0;
  std::uint32_t scan_table_count = 0;
  std::uint32_t result_words = 0;
  std::uint32_t scan_record_count = 0;
  std::uint32_t scan_shared_words = 1;
  std::uint32_t scan_pass_cost = 0;
  std::uint32_t queue_count = 1;
  std::uint32_t stripes = 1;
  vk::Bool32 wide_subgroups = VK_FALSE;
  vk::Bool32 cuts_loops = VK_FALSE;
  vk::Bool32 loads_pairs = VK_FALSE;
  std::uint32_t operations = 0xFFFF'FFFF;
  vk::Bool32 follows_loads = VK_FALSE;
};

/// The push constants of shaders/include/config.glsl.
struct SliceConstants {
  std::uint32_t slice_number = 0;
  std::uint32_t max_passes = 0;
  std::uint32_t max_back_edges = 0;
  std::uint32_t idle_passes = 0;
  std::uint32_t two = 2;
};

struct PipelineSource {
  std::span<const std::uint32_t> spirv;
  std::span<const std::uint32_t> constants;  ///< specialization constants, by id from 0; may be empty
  std::uint32_t push_bytes = 0;
};

struct Pipeline {
  vk::raii::DescriptorSetLayout set_layout{nullptr};
  vk::raii::PipelineLayout layout{nullptr};
  vk::raii::DescriptorPool pool{nullptr};
  vk::raii::DescriptorSet set{nullptr};  // before pool in destruction
  vk::raii::Pipeline handle{nullptr};

  /// The buffers are bound at 0, 1, ... of set 0.
  /// Throws what vk::raii throws; callers guard. Compiled pipelines are kept in the XDG cache folder.
  Pipeline(const Device& device, const PipelineSource& source, std::span<const vk::Buffer> buffers);
};

}  // namespace vyre::gpu
