#include "gpu/vulkan_error.hpp"

#include <fmt/format.h>

#include <new>

#include "gpu/vulkan.hpp"

namespace vyre::gpu {

Error current_vulkan_error(const std::string& doing) {
  try {
    throw;
  } catch (const vk::DeviceLostError& error) {
    return {ErrorCode::kDeviceLost, fmt::format("the device was lost while {} (VK_ERROR_DEVICE_LOST)", doing),
            "", "see the kernel log; a driver's watchdog may need shorter slices (--slice-passes)"};
  } catch (const vk::IncompatibleDriverError& error) {
    return {ErrorCode::kNoDevice, fmt::format("no Vulkan driver answered while {} ({})", doing, error.what()),
            "", "install a driver, or Mesa's CPU driver: apt-get install mesa-vulkan-drivers"};
  } catch (const vk::OutOfDeviceMemoryError& error) {
    return {ErrorCode::kDevice, fmt::format("out of device memory while {} ({})", doing, error.what()), "",
            "make the ring or the observables smaller, or choose another device"};
  } catch (const vk::SystemError& error) {
    return {ErrorCode::kDevice, fmt::format("Vulkan failed while {}: {}", doing, error.what()), "",
            "run again with --validation for the driver's own words"};
  } catch (const std::bad_alloc&) {
    return {ErrorCode::kDevice, fmt::format("out of host memory while {}", doing), "",
            "free memory, or make the ring smaller"};
  } catch (const std::exception& error) {
    return {ErrorCode::kNoDevice, fmt::format("no Vulkan loader: {} while {}", error.what(), doing), "",
            "install one: apt-get install libvulkan1 mesa-vulkan-drivers"};
  }
}

}  // namespace vyre::gpu
