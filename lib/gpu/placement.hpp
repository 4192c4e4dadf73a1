/// Placement: which memory type each kind of buffer lies in.
///
/// On a discrete GPU what the host tells the kernel must lie in device memory behind the bus, since
/// the kernel never sees later writes to host memory; what the kernel tells the host lies in cached host
/// memory, since polling device memory costs a microsecond a read. A device with one memory keeps
/// everything there. Source: measurements in docs/bench/; the start-up probe checks the choice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gpu/vulkan.hpp"
#include "vyre/gpu/device.hpp"

namespace vyre::gpu {

enum class Use : std::uint8_t {
  kToKernel,    ///< ring, control, doorbells, debug log, DFA table: host writes, running kernel reads
  kFromKernel,  ///< completions, slice report: running kernel writes, host polls; also what copies come from
                ///< and go to
  kKernelOnly,  ///< kernel state
};

/// The memory type for a use, or nothing when the device has none that works.
[[nodiscard]] std::optional<std::uint32_t> choose_memory_type(
    const vk::PhysicalDeviceMemoryProperties& memory, Use use);

/// True when one type is device-local, host-visible and host-cached: host and device share it.
[[nodiscard]] bool has_one_memory(const vk::PhysicalDeviceMemoryProperties& memory);

/// "device-local, host-visible, host-coherent"
[[nodiscard]] std::string describe(vk::MemoryPropertyFlags flags);

/// The placements as `vyre devices` prints them.
[[nodiscard]] std::vector<Placement> describe_placements(const vk::PhysicalDeviceMemoryProperties& memory);

}  // namespace vyre::gpu
