/// What vyre takes for a device when nobody says otherwise, and why.
#pragma once

#include "vyre/gpu/device.hpp"

namespace vyre::gpu {

/// Chooses from type, subgroup_size, max_lanes, max_workgroups and compute_units of `info` alone.
/// `cores`: hardware threads of the host, 0: unknown; only CPU devices share them.
[[nodiscard]] DeviceDefaults defaults_for(const DeviceInfo& info, unsigned cores);

}  // namespace vyre::gpu
