/// Vulkan devices as vyre sees them: which there are, what matters about them here, and which to use.
/// No Vulkan header is needed to include this.
#pragma once

#include <chrono>
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

/// A number that is taken for a device when nothing else is asked for, and why, as part of a sentence.
struct Choice {
  std::uint32_t value = 0;
  std::string why;  ///< "one subgroup, since on a CPU a lane costs as much idle as busy"
};

/// How long one slice of the kernel, a dispatch, may last: whatever comes first ends it.
struct SliceChoice {
  std::chrono::milliseconds longest{0};  ///< then it is asked to leave; 0: the clock does not matter
  std::uint32_t back_edges = 0;  ///< of the loops of one invocation; 0: loops may be as long as they like
  std::uint32_t passes = 0;      ///< of the kernel's loop
  std::string why;
};

/// What is taken for a device when nothing else is asked for. Each value is at least 1, and within the
/// device's limits.
struct DeviceDefaults {
  /// Slots of a ring that keeps the device busy. A recommendation: workloads that name no number have 64.
  Choice slots;
  Choice lanes;            ///< invocations in a workgroup
  Choice workgroups;       ///< of a kernel without scan tables
  Choice scan_workgroups;  ///< of one with them
  SliceChoice slice;
  Choice idle_passes;  ///< passes without work before a slice ends and the kernel sleeps
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
  std::uint32_t compute_units = 0;  ///< streaming multiprocessors or the like; 0: the driver does not tell
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

  DeviceDefaults defaults;
};

/// Every Vulkan device: discrete first, then integrated, virtual, CPU; usable before unusable.
/// Errors: kNoDevice (no loader, no driver).
[[nodiscard]] VYRE_API Result<std::vector<DeviceInfo>> list_devices();

/// How to choose: "auto" (the first usable), "cpu" (the first CPU device), an index, a UUID, or part
/// of a name, in any case. Errors: kNoDevice (nothing matches, or it is unusable: says why), kBadInput
/// (several match).
[[nodiscard]] VYRE_API Result<DeviceInfo> choose_device(std::string_view selector);

}  // namespace vyre::gpu
