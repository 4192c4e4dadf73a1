#include "gpu/pipeline.hpp"

#include "gpu/pipeline_cache.hpp"

namespace vyre::gpu {

namespace {

constexpr std::uint32_t kConstantCount = sizeof(Specialization) / sizeof(std::uint32_t);

vk::raii::DescriptorSetLayout make_set_layout(const Device& device) {
  std::array<vk::DescriptorSetLayoutBinding, kBindingCount> bindings;
  for (std::uint32_t i = 0; i < kBindingCount; ++i)
    bindings[i] = vk::DescriptorSetLayoutBinding{.binding = i,
                                                 .descriptorType = vk::DescriptorType::eStorageBuffer,
                                                 .descriptorCount = 1,
                                                 .stageFlags = vk::ShaderStageFlagBits::eCompute};
  return {device.handle,
          vk::DescriptorSetLayoutCreateInfo{.bindingCount = kBindingCount, .pBindings = bindings.data()}};
}

vk::raii::PipelineLayout make_layout(const Device& device, vk::DescriptorSetLayout set) {
  const vk::PushConstantRange range{.stageFlags = vk::ShaderStageFlagBits::eCompute,
                                    .size = sizeof(SliceConstants)};
  return {device.handle, vk::PipelineLayoutCreateInfo{.setLayoutCount = 1,
                                                      .pSetLayouts = &set,
                                                      .pushConstantRangeCount = 1,
                                                      .pPushConstantRanges = &range}};
}

vk::raii::DescriptorPool make_pool(const Device& device) {
  const vk::DescriptorPoolSize size{.type = vk::DescriptorType::eStorageBuffer,
                                    .descriptorCount = kBindingCount};
  return {device.handle,
          vk::DescriptorPoolCreateInfo{.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
                                       .maxSets = 1,
                                       .poolSizeCount = 1,
                                       .pPoolSizes = &size}};
}

vk::raii::DescriptorSet make_set(const Device& device, vk::DescriptorPool pool,
                                 vk::DescriptorSetLayout layout,
                                 const std::array<vk::Buffer, kBindingCount>& buffers) {
  vk::raii::DescriptorSets sets(
      device.handle,
      vk::DescriptorSetAllocateInfo{.descriptorPool = pool, .descriptorSetCount = 1, .pSetLayouts = &layout});
  std::array<vk::DescriptorBufferInfo, kBindingCount> infos;
  std::array<vk::WriteDescriptorSet, kBindingCount> writes;
  for (std::uint32_t i = 0; i < kBindingCount; ++i) {
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

vk::raii::Pipeline make_pipeline(const Device& device, std::span<const std::uint32_t> spirv,
                                 const Specialization& specialization, vk::PipelineLayout layout) {
  std::array<vk::SpecializationMapEntry, kConstantCount> entries;
  for (std::uint32_t i = 0; i < kConstantCount; ++i)
    entries[i] = vk::SpecializationMapEntry{.constantID = i, .offset = i * 4, .size = sizeof(std::uint32_t)};
  const vk::SpecializationInfo constants{.mapEntryCount = kConstantCount,
                                         .pMapEntries = entries.data(),
                                         .dataSize = sizeof(Specialization),
                                         .pData = &specialization};
  const vk::raii::ShaderModule module(
      device.handle, vk::ShaderModuleCreateInfo{.codeSize = spirv.size_bytes(), .pCode = spirv.data()});
  const vk::PipelineShaderStageCreateInfo stage{.stage = vk::ShaderStageFlagBits::eCompute,
                                                .module = *module,
                                                .pName = "main",
                                                .pSpecializationInfo = &constants};
  PipelineCache cache(device, spirv);
  vk::raii::Pipeline pipeline(device.handle, cache.handle(),
                              vk::ComputePipelineCreateInfo{.stage = stage, .layout = layout});
  cache.save();
  return pipeline;
}

}  // namespace

Pipeline::Pipeline(const Device& device, std::span<const std::uint32_t> spirv,
                   const Specialization& specialization, const std::array<vk::Buffer, kBindingCount>& buffers)
    : set_layout(make_set_layout(device)),
      layout(make_layout(device, *set_layout)),
      pool(make_pool(device)),
      set(make_set(device, *pool, *set_layout, buffers)),
      handle(make_pipeline(device, spirv, specialization, *layout)) {}

}  // namespace vyre::gpu
