/// The persistent Vulkan kernel as a Backend.
///
/// Phases: 1. open: device, memory, pipeline, start-up probe. 2. running: a residency thread keeps
/// bounded slices of the kernel queued while there is work, and sleeps when there is none.
/// 3. stop: SHUTDOWN, wait for the kernel. Nothing here throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/handler/compile.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::gpu {

struct MegakernelOptions {
  std::string device = "auto";     ///< as gpu::choose_device takes it
  std::uint32_t lanes = 0;         ///< invocations in a workgroup, 0: the device's default
  std::uint32_t workgroups = 0;    ///< 0: the device's default, which is another with scan tables
  std::uint32_t slice_passes = 0;  ///< passes of the loop in one slice, 0: the device's default
  std::uint32_t idle_passes = 0;   ///< passes without work before a slice ends, 0: the device's default
  std::uint32_t stripes = 0;  ///< of each doorbell queue, 0: one a subgroup; on a CPU device of one workgroup
  bool validation = false;    ///< Khronos validation layer with synchronization validation
  bool probe = true;          ///< run the start-up probe
  /// How long the probe waits for one slot. Generous, since the CPU driver compiles the kernel in the first
  /// slice: below a second on an idle machine, 5 s were too few with eight processes on two cores.
  std::chrono::milliseconds probe_timeout{60'000};
  std::vector<handler::Source> handlers;
};

/// Opens the device, makes the buffers and the pipeline, runs the probe.
/// Errors: kNoDevice, kUnsupported (limits, memory types, probe), kHandlerCompile, kDevice.
[[nodiscard]] VYRE_API Result<std::unique_ptr<ring::Backend>> open_megakernel(
    const ring::BackendConfig& config, const MegakernelOptions& options);

}  // namespace vyre::gpu
