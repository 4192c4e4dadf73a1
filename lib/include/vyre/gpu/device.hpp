/// Vulkan devices as vyre sees them: which there are, what matters about them here, and which to use.
/// No Vulkan header is needed to include this.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::gpu {

enum class DeviceType : std::uint8_t { kDiscrete, kIntegrated, kVirtual, kCpu, kOther };
[[nodiscard]] VYRE_API std::string_view to_string(DeviceType type) noexcept;

/// Where one kind of buffer would lie.
struct Placement {
  std::string buffer;      ///< "ring and control", "completions", "kernel state"
  int memory_type = -1;    ///< Vulkan memory type index, -1: none fits
  std::string properties;  ///< "device-local, host-visible, host-coherent"
  std::uint64_t heap_bytes = 0;
};

/// One road by which bytes of files come into the arena, see vyre/ring/payload_road.hpp.
struct RoadInfo {
  std::string name;  ///< "arena", "mapped", "staged"
  bool usable = false;
  std::string why;  ///< what happens on it, or why it cannot be taken
};

struct DeviceInfo {
  std::uint32_t index = 0;  ///< in the order that `vyre devices` prints, best first
  std::string name;
  DeviceType type = DeviceType::kOther;
  std::string uuid;         ///< 32 hex digits
  std::string driver;       ///< name and version text of the driver
  std::string api_version;  ///< "1.3.230"
  std::uint32_t subgroup_size = 0;
  std::uint32_t max_lanes = 0;  ///< invocations in one workgroup
  std::uint32_t max_workgroups = 0;
  std::uint64_t max_buffer_bytes = 0;
  bool one_memory = false;  ///< host and device share all memory (CPU, integrated)
  bool shader_clock = false;
  bool calibrated_timestamps = false;
  bool external_memory_host = false;
  bool transfer_queue = false;  ///< a queue family that only copies
  std::vector<Placement> placements;
  std::vector<RoadInfo> roads;
  std::string road_buffered;  ///< the road that `auto` takes for files read through the cache
  std::string road_direct;    ///< and for files read with O_DIRECT
  /// Why vyre cannot use the device; empty when it can, as far as features tell (the start-up probe
  /// has the last word).
  std::vector<std::string> unsupported;

  std::uint32_t default_lanes = 0;  ///< what `run` takes when nothing is asked
  std::uint32_t default_workgroups = 0;
  std::uint32_t default_slice_passes = 0;  ///< passes of the kernel's loop in one slice
};

/// Every Vulkan device: discrete first, then integrated, virtual, CPU; usable before unusable.
/// Errors: kNoDevice (no loader, no driver).
[[nodiscard]] VYRE_API Result<std::vector<DeviceInfo>> list_devices();

/// How to choose: "auto" (the first usable), "cpu" (the first CPU device), an index, a UUID, or part
/// of a name, in any case. Errors: kNoDevice (nothing matches, or it is unusable: says why), kBadInput
/// (several match).
[[nodiscard]] VYRE_API Result<DeviceInfo> choose_device(std::string_view selector);

}  // namespace vyre::gpu
