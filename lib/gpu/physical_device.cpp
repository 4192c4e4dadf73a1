#include "gpu/physical_device.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <thread>

#include "gpu/compute_units.hpp"
#include "gpu/defaults.hpp"
#include "gpu/placement.hpp"
#include "gpu/roads.hpp"
#include "gpu/vulkan_error.hpp"

namespace vyre::gpu {

namespace {

DeviceType type_of(vk::PhysicalDeviceType type) {
  switch (type) {
    case vk::PhysicalDeviceType::eDiscreteGpu: return DeviceType::kDiscrete;
    case vk::PhysicalDeviceType::eIntegratedGpu: return DeviceType::kIntegrated;
    case vk::PhysicalDeviceType::eVirtualGpu: return DeviceType::kVirtual;
    case vk::PhysicalDeviceType::eCpu: return DeviceType::kCpu;
    default: return DeviceType::kOther;
  }
}

std::string version_text(std::uint32_t version) {
  return fmt::format("{}.{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version),
                     VK_API_VERSION_PATCH(version));
}

void find_missing_features(const vk::raii::PhysicalDevice& device,
                           const vk::PhysicalDeviceProperties& properties,
                           std::vector<std::string>& missing) {
  if (properties.apiVersion < VK_API_VERSION_1_3) {
    missing.push_back(fmt::format("Vulkan 1.3 (the device has {})", version_text(properties.apiVersion)));
    return;  // the features below cannot be asked for
  }
  const auto features = device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan12Features,
                                            vk::PhysicalDeviceVulkan13Features>();
  const auto& f12 = features.get<vk::PhysicalDeviceVulkan12Features>();
  if (!f12.vulkanMemoryModel) missing.emplace_back("vulkanMemoryModel");
  if (!f12.vulkanMemoryModelDeviceScope) missing.emplace_back("vulkanMemoryModelDeviceScope");
  if (!f12.timelineSemaphore) missing.emplace_back("timelineSemaphore");
  const auto& f13 = features.get<vk::PhysicalDeviceVulkan13Features>();
  if (!f13.synchronization2) missing.emplace_back("synchronization2");
  if (!f13.maintenance4) missing.emplace_back("maintenance4");

  const auto subgroup =
      device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceSubgroupProperties>()
          .get<vk::PhysicalDeviceSubgroupProperties>();
  using Op = vk::SubgroupFeatureFlagBits;
  constexpr auto kOps = Op::eBasic | Op::eVote | Op::eArithmetic | Op::eBallot;
  if ((subgroup.supportedOperations & kOps) != kOps ||
      !(subgroup.supportedStages & vk::ShaderStageFlagBits::eCompute))
    missing.emplace_back("subgroup basic, vote, arithmetic and ballot operations in compute shaders");
  if (find_compute_family(device) < 0) missing.emplace_back("a queue that computes");
  if (!choose_memory_type(device.getMemoryProperties(), Use::kToKernel))
    missing.emplace_back("memory that is device-local and host-visible (resizable BAR)");
  if (!choose_memory_type(device.getMemoryProperties(), Use::kFromKernel))
    missing.emplace_back("memory that is host-visible, host-coherent and host-cached");
}

void read_extensions(const vk::raii::PhysicalDevice& device, DeviceInfo& info) {
  for (const auto& extension : device.enumerateDeviceExtensionProperties()) {
    const std::string_view name = extension.extensionName;
    if (name == VK_KHR_SHADER_CLOCK_EXTENSION_NAME) info.shader_clock = true;
    if (name == VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME) info.calibrated_timestamps = true;
    if (name == VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME) info.external_memory_host = true;
  }
}

DeviceInfo describe_device(const vk::raii::PhysicalDevice& device) {
  const auto chain =
      device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceIDProperties,
                            vk::PhysicalDeviceDriverProperties, vk::PhysicalDeviceSubgroupProperties>();
  const auto& properties = chain.get<vk::PhysicalDeviceProperties2>().properties;
  const auto& driver = chain.get<vk::PhysicalDeviceDriverProperties>();
  DeviceInfo info;
  info.name = properties.deviceName.data();
  info.type = type_of(properties.deviceType);
  for (const std::uint8_t byte : chain.get<vk::PhysicalDeviceIDProperties>().deviceUUID)
    info.uuid += fmt::format("{:02x}", byte);
  info.driver = fmt::format("{} {}", driver.driverName.data(), driver.driverInfo.data());
  info.api_version = version_text(properties.apiVersion);
  info.subgroup_size = chain.get<vk::PhysicalDeviceSubgroupProperties>().subgroupSize;
  info.max_lanes = std::min(properties.limits.maxComputeWorkGroupInvocations,
                            properties.limits.maxComputeWorkGroupSize[0]);
  info.max_workgroups = properties.limits.maxComputeWorkGroupCount[0];
  info.max_buffer_bytes = properties.limits.maxStorageBufferRange;
  const auto memory = device.getMemoryProperties();
  info.one_memory = has_one_memory(memory);
  info.placements = describe_placements(memory);
  info.transfer_queue = find_transfer_family(device) >= 0;
  if (choose_memory_type(memory, Use::kToKernel)) describe_roads(info);
  read_extensions(device, info);
  find_missing_features(device, properties, info.unsupported);
  info.compute_units = count_compute_units(device);
  info.defaults = defaults_for(info, std::thread::hardware_concurrency());
  return info;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool matches(const DeviceInfo& info, std::string_view selector) {
  if (selector == "cpu") return info.type == DeviceType::kCpu;
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(selector.data(), selector.data() + selector.size(), index);
  if (error == std::errc{} && end == selector.data() + selector.size()) return info.index == index;
  const std::string wanted = lower(selector);
  return info.uuid == wanted || lower(info.name).find(wanted) != std::string::npos;
}

std::string names_of(const std::vector<FoundDevice>& devices) {
  std::vector<std::string> names;
  names.reserve(devices.size());
  for (const auto& device : devices)
    names.push_back(fmt::format("device {} ({})", device.info.index, device.info.name));
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<FoundDevice> usable(FoundDevice device) {
  if (device.info.unsupported.empty()) return device;
  return fail(ErrorCode::kNoDevice,
              fmt::format("device {} ({}) lacks {}", device.info.index, device.info.name,
                          fmt::join(device.info.unsupported, ", ")),
              "", "choose another with --device, or --device cpu; `vyre devices` lists them");
}

}  // namespace

int find_compute_family(const vk::raii::PhysicalDevice& device) {
  int found = -1;
  const auto families = device.getQueueFamilyProperties();
  for (std::size_t i = 0; i < families.size(); ++i) {
    if (!(families[i].queueFlags & vk::QueueFlagBits::eCompute)) continue;
    if (!(families[i].queueFlags & vk::QueueFlagBits::eGraphics)) return static_cast<int>(i);
    if (found < 0) found = static_cast<int>(i);
  }
  return found;
}

int find_transfer_family(const vk::raii::PhysicalDevice& device) {
  using Flag = vk::QueueFlagBits;
  constexpr auto kBesides = Flag::eSparseBinding | Flag::eProtected;  // not work of another kind
  const auto families = device.getQueueFamilyProperties();
  for (std::size_t i = 0; i < families.size(); ++i)
    if ((families[i].queueFlags & ~kBesides) == Flag::eTransfer) return static_cast<int>(i);
  return -1;
}

Result<std::vector<FoundDevice>> find_devices(const Instance& instance) {
  return guarded("listing the devices", [&]() -> Result<std::vector<FoundDevice>> {
    std::vector<FoundDevice> devices;
    for (auto& handle : vk::raii::PhysicalDevices(instance.handle)) {
      DeviceInfo info = describe_device(handle);
      devices.push_back({std::move(handle), std::move(info)});
    }
    std::stable_sort(devices.begin(), devices.end(), [](const FoundDevice& a, const FoundDevice& b) {
      const auto rank = [](const DeviceInfo& info) {
        return std::pair(!info.unsupported.empty(), static_cast<int>(info.type));
      };
      return rank(a.info) < rank(b.info);
    });
    for (std::uint32_t i = 0; i < devices.size(); ++i) devices[i].info.index = i;
    if (devices.empty())
      return fail(ErrorCode::kNoDevice, "Vulkan lists no device", "",
                  "install a driver, or Mesa's CPU driver: apt-get install mesa-vulkan-drivers");
    return devices;
  });
}

Result<FoundDevice> select_device(std::vector<FoundDevice> devices, std::string_view selector) {
  if (selector.empty() || selector == "auto")
    return usable(std::move(devices.front()));  // usable ones are first
  std::vector<FoundDevice> found;
  for (const auto& device : devices)
    if (matches(device.info, selector)) found.push_back(device);
  if (found.empty())
    return fail(ErrorCode::kNoDevice,
                fmt::format("no device matches '{}' among {}", selector, names_of(devices)), "",
                "give an index, part of a name, a UUID, cpu or auto");
  if (found.size() > 1 && selector != "cpu")
    return fail(ErrorCode::kNoDevice, fmt::format("'{}' matches several: {}", selector, names_of(found)), "",
                "give the index");
  return usable(std::move(found.front()));
}

std::string_view to_string(DeviceType type) noexcept {
  switch (type) {
    case DeviceType::kDiscrete: return "discrete";
    case DeviceType::kIntegrated: return "integrated";
    case DeviceType::kVirtual: return "virtual";
    case DeviceType::kCpu: return "cpu";
    case DeviceType::kOther: return "other";
  }
  return "other";
}

Result<std::vector<DeviceInfo>> list_devices() {
  VYRE_TRY(const auto instance, shared_instance(false));
  VYRE_TRY(const auto devices, find_devices(*instance));
  std::vector<DeviceInfo> infos;
  for (const auto& device : devices) infos.push_back(device.info);
  return infos;
}

Result<DeviceInfo> choose_device(std::string_view selector) {
  VYRE_TRY(const auto instance, shared_instance(false));
  VYRE_TRY(auto devices, find_devices(*instance));
  VYRE_TRY(const auto device, select_device(std::move(devices), selector));
  return device.info;
}

}  // namespace vyre::gpu
