/// The copier of discrete devices: a queue that only copies brings bytes into the arena beside the kernel.
#pragma once

#include <cstdint>
#include <memory>

#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "vyre/ring/payload_copier.hpp"

namespace vyre::gpu {

/// Copies into the first `arena_bytes` of `arena`. Device, queue and arena outlive the copier.
/// Errors: kTooMany (no memory), kDevice.
[[nodiscard]] Result<std::unique_ptr<ring::PayloadCopier>> open_transfer_copier(const Device& device,
                                                                                SharedQueue& queue,
                                                                                const Buffer& arena,
                                                                                std::uint64_t arena_bytes,
                                                                                std::uint64_t staging_bytes);

}  // namespace vyre::gpu
