#include "gpu/pipeline.hpp"

#include <vector>

#include "gpu/pipeline_cache.hpp"

namespace vyre::gpu {

namespace {

vk::raii::DescriptorSetLayout make_set_layout(const Device& device, std::uint32_t buffer_count) {
  std::vector<vk::DescriptorSetLayoutBinding> bindings(buffer_count);
  for (std::uint32_t i = 0; i < buffer_count; ++i)
    bindings[i] = vk::DescriptorSetLayoutBinding{.binding = i,
                                                 .descriptorType = vk::DescriptorType::eStorageBuffer,
                                                 .descriptorCount = 1,
                                                 .stageFlags = vk::ShaderStageFlagBits::eCompute};
  return {device.handle,
          vk::DescriptorSetLayoutCreateInfo{.bindingCount = buffer_count, .pBindings = bindings.data()}};
}

vk::raii::PipelineLayout make_layout(const Device& device, vk::DescriptorSetLayout set,
                                     std::uint32_t push_bytes) {
  const vk::PushConstantRange range{.stageFlags = vk::ShaderStageFlagBits::eCompute, .size = push_bytes};
  return {device.handle, vk::PipelineLayoutCreateInfo{.setLayoutCount = 1,
                                                      .pSetLayouts = &set,
                                                      .pushConstantRangeCount = 1,
                                                      .pPushConstantRanges = &range}};
}

vk::raii::DescriptorPool make_pool(const Device& device, std::uint32_t buffer_count) {
  const vk::DescriptorPoolSize size{.type = vk::DescriptorType::eStorageBuffer,
                                    .descriptorCount = buffer_count};
  return {device.handle,
          vk::DescriptorPoolCreateInfo{.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
                                       .maxSets = 1,
                                       .poolSizeCount = 1,
                                       .pPoolSizes = &size}};
}

vk::raii::DescriptorSet make_set(const Device& device, vk::DescriptorPool pool,
                                 vk::DescriptorSetLayout layout, std::span<const vk::Buffer> buffers) {
  vk::raii::DescriptorSets sets(
      device.handle,
      vk::DescriptorSetAllocateInfo{.descriptorPool = pool, .descriptorSetCount = 1, .pSetLayouts = &layout});
  std::vector<vk::DescriptorBufferInfo> infos(buffers.size());
  std::vector<vk::WriteDescriptorSet> writes(buffers.size());
  for (std::uint32_t i = 0; i < buffers.size(); ++i) {
    infos[i] = vk::DescriptorBufferInfo{.buffer = buffers[i], .range = VK_WHOLE_SIZE};
    writes[i] = vk::WriteDescriptorSet{.dstSet = *sets.front(),
                                       .dstBinding = i,
                                       .descriptorCount = 1,
                                       .descriptorType = vk::DescriptorType::eStorageBuffer,
                                       .pBufferInfo = &infos[i]};
  }
  device.handle.updateDescriptorSets(writes, {});
  return std::move(sets.front());
}

vk::raii::Pipeline make_pipeline(const Device& device, const PipelineSource& source,
                                 vk::PipelineLayout layout) {
  const auto count = static_cast<std::uint32_t>(source.constants.size());
  std::vector<vk::SpecializationMapEntry> entries(count);
  for (std::uint32_t i = 0; i < count; ++i)
    entries[i] = vk::SpecializationMapEntry{.constantID = i, .offset = i * 4, .size = sizeof(std::uint32_t)};
  const vk::SpecializationInfo constants{.mapEntryCount = count,
                                         .pMapEntries = entries.data(),
                                         .dataSize = source.constants.size_bytes(),
                                         .pData = source.constants.data()};
  const vk::raii::ShaderModule module(
      device.handle,
      vk::ShaderModuleCreateInfo{.codeSize = source.spirv.size_bytes(), .pCode = source.spirv.data()});
  const vk::PipelineShaderStageCreateInfo stage{.stage = vk::ShaderStageFlagBits::eCompute,
                                                .module = *module,
                                                .pName = "main",
                                                .pSpecializationInfo = &constants};
  // Some drivers check the bounds of each access, and NVIDIA's unless it is told not to: a fifth of the
  // kernel's instructions. The kernel checks what it is given itself.
  using Behavior = vk::PipelineRobustnessBufferBehaviorEXT;
  const vk::PipelineRobustnessCreateInfoEXT unchecked{
      .storageBuffers = Behavior::eDisabled,
      .uniformBuffers = Behavior::eDisabled,
      .vertexInputs = Behavior::eDisabled,
      .images = vk::PipelineRobustnessImageBehaviorEXT::eDisabled};
  PipelineCache cache(device, source.spirv);
  vk::raii::Pipeline pipeline(
      device.handle, cache.handle(),
      vk::ComputePipelineCreateInfo{
          .pNext = device.may_drop_checks ? &unchecked : nullptr, .stage = stage, .layout = layout});
  cache.save();
  return pipeline;
}

}  // namespace

Pipeline::Pipeline(const Device& device, const PipelineSource& source, std::span<const vk::Buffer> buffers)
    : set_layout(make_set_layout(device, static_cast<std::uint32_t>(buffers.size()))),
      layout(make_layout(device, *set_layout, source.push_bytes)),
      pool(make_pool(device, static_cast<std::uint32_t>(buffers.size()))),
      set(make_set(device, *pool, *set_layout, buffers)),
      handle(make_pipeline(device, source, *layout)) {}

}  // namespace vyre::gpu
