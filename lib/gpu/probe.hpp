/// The start-up probe: whether a device really does what a persistent kernel rests on.
///
/// Vulkan has no system scope, makes host writes visible only at a submission, and promises no progress
/// between workgroups. So before any work is trusted to a device the probe changes words under the
/// running kernel, lets it carry them over, and reads them back.
#pragma once

#include <chrono>
#include <cstdint>

#include "vyre/base/error.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::gpu {

inline constexpr std::uint32_t kProbeOperation = protocol::kOpMemcpy;

/// Publishes a few dozen slots that use reserved control words. The caller resets the buffers afterwards.
/// `timeout` is for each slot; the first waits until the driver has compiled the kernel.
/// Errors: kUnsupported, with what was seen; the backend's own.
[[nodiscard]] Result<void> run_probe(ring::Backend& backend, std::chrono::milliseconds timeout);

}  // namespace vyre::gpu
