/// The roads by which bytes of files come into a device's arena, as `vyre devices` prints them.
#pragma once

#include "vyre/gpu/device.hpp"

namespace vyre::gpu {

/// Fills in the roads from one_memory and transfer_queue.
void describe_roads(DeviceInfo& info);

}  // namespace vyre::gpu
