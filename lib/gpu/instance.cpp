#include "gpu/instance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "gpu/vulkan_error.hpp"

namespace vyre::gpu {

namespace {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                          VkDebugUtilsMessageTypeFlagsEXT,
                                          const VkDebugUtilsMessengerCallbackDataEXT* data, void*) {
  fmt::print(stderr, "validation: {}\n", data->pMessage);
  return VK_FALSE;
}

bool has_layer(const vk::raii::Context& context, const char* name) {
  const auto layers = context.enumerateInstanceLayerProperties();
  return std::any_of(layers.begin(), layers.end(),
                     [&](const auto& layer) { return std::strcmp(layer.layerName, name) == 0; });
}

Result<std::unique_ptr<Instance>> create(bool validation) {
  auto instance = std::make_unique<Instance>();
  if (validation && !has_layer(instance->context, kValidationLayer))
    return fail(ErrorCode::kUnsupported, fmt::format("the layer {} is not installed", kValidationLayer), "",
                "install it: apt-get install vulkan-validationlayers, or leave --validation out");

  const vk::ApplicationInfo application{.pApplicationName = "vyre", .apiVersion = VK_API_VERSION_1_3};
  const vk::ValidationFeatureEnableEXT enabled = vk::ValidationFeatureEnableEXT::eSynchronizationValidation;
  const vk::ValidationFeaturesEXT features{.enabledValidationFeatureCount = 1,
                                           .pEnabledValidationFeatures = &enabled};
  const char* extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  vk::InstanceCreateInfo info{.pApplicationInfo = &application};
  if (validation) {
    info.pNext = &features;
    info.enabledLayerCount = 1;
    info.ppEnabledLayerNames = &kValidationLayer;
    info.enabledExtensionCount = 1;
    info.ppEnabledExtensionNames = &extension;
  }
  instance->handle = vk::raii::Instance(instance->context, info);
  if (validation) {
    using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
    using Type = vk::DebugUtilsMessageTypeFlagBitsEXT;
    instance->messenger.emplace(instance->handle,
                                vk::DebugUtilsMessengerCreateInfoEXT{
                                    .messageSeverity = Severity::eError | Severity::eWarning,
                                    .messageType = Type::eValidation | Type::eGeneral | Type::ePerformance,
                                    .pfnUserCallback = on_message});
  }
  return instance;
}

}  // namespace

Result<std::shared_ptr<Instance>> shared_instance(bool validation) {
  struct Kept {
    std::mutex mutex;
    std::shared_ptr<Instance> instances[2];
  };
  static auto* kept = new Kept;  // never destroyed: at exit the driver may be gone before us
  const std::lock_guard lock(kept->mutex);
  std::shared_ptr<Instance>& instance = kept->instances[validation ? 1 : 0];
  if (!instance) {
    VYRE_TRY(instance, guarded("creating the Vulkan instance", [&] { return create(validation); }));
  }
  return instance;
}

}  // namespace vyre::gpu
