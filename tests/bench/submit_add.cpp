#include "bench/submit_add.hpp"

#include <array>

#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "gpu/vulkan_error.hpp"
#include "submit_add_spirv.hpp"

namespace vyre::bench {

struct SubmitAdd::State {
  std::unique_ptr<gpu::Device> device;
  gpu::Buffer buffer;
  vk::raii::DescriptorSetLayout set_layout{nullptr};
  vk::raii::PipelineLayout layout{nullptr};
  vk::raii::DescriptorPool pool{nullptr};
  vk::raii::DescriptorSet set{nullptr};
  vk::raii::Pipeline pipeline{nullptr};
  vk::raii::CommandPool command_pool{nullptr};
  vk::raii::CommandBuffer commands{nullptr};
  vk::raii::Fence fence{nullptr};

  void make_pipeline() {
    const vk::DescriptorSetLayoutBinding binding{.binding = 0,
                                                 .descriptorType = vk::DescriptorType::eStorageBuffer,
                                                 .descriptorCount = 1,
                                                 .stageFlags = vk::ShaderStageFlagBits::eCompute};
    set_layout = {device->handle,
                  vk::DescriptorSetLayoutCreateInfo{.bindingCount = 1, .pBindings = &binding}};
    const vk::PushConstantRange range{.stageFlags = vk::ShaderStageFlagBits::eCompute, .size = 8};
    layout = {device->handle, vk::PipelineLayoutCreateInfo{.setLayoutCount = 1,
                                                           .pSetLayouts = &*set_layout,
                                                           .pushConstantRangeCount = 1,
                                                           .pPushConstantRanges = &range}};
    const vk::raii::ShaderModule module(
        device->handle,
        vk::ShaderModuleCreateInfo{.codeSize = sizeof(kSubmitAddSpirv), .pCode = kSubmitAddSpirv});
    const vk::PipelineShaderStageCreateInfo stage{
        .stage = vk::ShaderStageFlagBits::eCompute, .module = *module, .pName = "main"};
    pipeline = {device->handle, nullptr, vk::ComputePipelineCreateInfo{.stage = stage, .layout = *layout}};
  }

  void bind_buffer() {
    const vk::DescriptorPoolSize size{.type = vk::DescriptorType::eStorageBuffer, .descriptorCount = 1};
    pool = {device->handle,
            vk::DescriptorPoolCreateInfo{.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
                                         .maxSets = 1,
                                         .poolSizeCount = 1,
                                         .pPoolSizes = &size}};
    vk::raii::DescriptorSets sets(
        device->handle, vk::DescriptorSetAllocateInfo{
                            .descriptorPool = *pool, .descriptorSetCount = 1, .pSetLayouts = &*set_layout});
    set = std::move(sets.front());
    const vk::DescriptorBufferInfo info{.buffer = buffer.handle(), .range = VK_WHOLE_SIZE};
    device->handle.updateDescriptorSets(
        vk::WriteDescriptorSet{.dstSet = *set,
                               .descriptorCount = 1,
                               .descriptorType = vk::DescriptorType::eStorageBuffer,
                               .pBufferInfo = &info},
        {});
  }

  void record() {
    command_pool = {device->handle, vk::CommandPoolCreateInfo{.queueFamilyIndex = device->queue_family}};
    vk::raii::CommandBuffers buffers(
        device->handle, vk::CommandBufferAllocateInfo{.commandPool = *command_pool, .commandBufferCount = 1});
    commands = std::move(buffers.front());
    commands.begin({});
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline);
    commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, *layout, 0, *set, {});
    commands.pushConstants<std::uint32_t>(*layout, vk::ShaderStageFlagBits::eCompute, 0,
                                          std::array<std::uint32_t, 2>{1, 0});
    commands.dispatch(1, 1, 1);
    commands.end();
    fence = {device->handle, vk::FenceCreateInfo{}};
  }
};

SubmitAdd::SubmitAdd(std::unique_ptr<State> state) : state_(std::move(state)) {}
SubmitAdd::~SubmitAdd() = default;

Result<std::unique_ptr<SubmitAdd>> SubmitAdd::open(std::string_view device) {
  VYRE_TRY(auto opened, gpu::open_device(device, false));
  return gpu::guarded("preparing submissions", [&] {
    auto state = std::make_unique<State>();
    state->device = std::move(opened);
    state->buffer = gpu::Buffer(*state->device, gpu::Use::kToKernel, 16);
    state->make_pipeline();
    state->bind_buffer();
    state->record();
    return std::unique_ptr<SubmitAdd>(new SubmitAdd(std::move(state)));
  });
}

void SubmitAdd::run_one() {
  const vk::CommandBuffer commands = *state_->commands;
  state_->device->queue.submit(vk::SubmitInfo{.commandBufferCount = 1, .pCommandBuffers = &commands},
                               *state_->fence);
  static_cast<void>(state_->device->handle.waitForFences(*state_->fence, VK_TRUE, UINT64_MAX));
  state_->device->handle.resetFences(*state_->fence);
}

std::uint32_t SubmitAdd::sum() const { return state_->buffer.words()[0]; }
std::string SubmitAdd::device_name() const { return state_->device->found.info.name; }

}  // namespace vyre::bench
