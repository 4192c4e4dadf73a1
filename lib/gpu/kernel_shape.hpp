/// KernelShape: how large the kernel is on a device, how its subgroups share the work, and how long a slice
/// lasts.
#pragma once

#include <cstdint>

#include "gpu/residency.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/gpu/megakernel.hpp"

namespace vyre::gpu {

struct KernelShape {
  SliceShape slice;             ///< workgroups among it
  std::uint32_t lanes = 1;      ///< of a workgroup
  std::uint32_t subgroups = 1;  ///< of all workgroups
  std::uint32_t stripes = 1;    ///< of each doorbell queue; a power of two, see shaders/include/work.glsl
  std::uint32_t run_slots = 1;  ///< most slots of an entry: what every subgroup has lanes for
  bool wide_subgroups = false;  ///< each subgroup has a lane for every tenant
  bool in_step = false;         ///< see shaders/include/config.glsl
};

/// What the options leave open is chosen for the device. Errors: kUnsupported (beyond the device's limits).
[[nodiscard]] Result<KernelShape> shape_for(const DeviceInfo& info, const ring::BackendConfig& config,
                                            const MegakernelOptions& options);

}  // namespace vyre::gpu
