#include "gpu/defaults.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {

namespace {

/// The numbers for one kind of device. Who has measured better ones changes them here, and the reasons below
/// where these name a figure.
struct Numbers {
  std::uint32_t slots;
  std::uint32_t lanes;            ///< 0: one subgroup
  std::uint32_t workgroups;       ///< at most
  std::uint32_t scan_workgroups;  ///< where the driver tells no compute units; 0: as many as without scans
  std::uint32_t idle_passes;
  std::uint32_t slice_passes;
  std::uint32_t slice_back_edges;  ///< 0: loops may be as long as they like
  std::chrono::milliseconds longest_slice;
};

using std::chrono::milliseconds;

// slots: on two idle cores under llvmpipe rings of 64 to 1,048,576 slots took 4.6 to 5.7 million slots a
// second (docs/bench/2026-11-25-llvmpipe-doorbell). Beside two compilers 1,024 took 0.2 million, since kernel
// and publisher then come by in turn, and each time at most a ringful moves; 8,192 took 1.5. idle_passes:
// some 2 ms there.
constexpr Numbers kCpu{.slots = 8192,
                       .lanes = 0,
                       .workgroups = 8,
                       .scan_workgroups = 0,
                       .idle_passes = 4'000,
                       .slice_passes = 1U << 20,  // bounded by loop back-edges long before
                       .slice_back_edges = protocol::kSliceBackEdges,
                       .longest_slice = milliseconds(0)};
// slots: a prototype of this ring on an NVIDIA H200 took 125 million slots a second with 1,024 of them, 271
// with 8,192 and no more with larger ones. lanes, workgroups: its round trip was the same from 1 lane to 32 *
// 256; 16 * 256 is what everything was measured with. scan_workgroups: on an H100 16 workgroups of 256 lanes
// scanned for 1,000 literals at 22 GB/s, 64 at 88, 132 at 165 and more no faster
// (docs/bench/2026-11-25-h100-streams); it has 132 SMs. idle_passes: some 50 ms there.
// longest_slice: amdgpu takes a device for hung when a dispatch lasts 2 s, xe after 5 s, i915 after 7.5 s,
// Windows after 2 s, NVIDIA's after about 7 s where a display hangs on it. To go on costs some 20 us.
constexpr Numbers kGpu{.slots = 8192,
                       .lanes = 256,
                       .workgroups = 16,
                       .scan_workgroups = 132,
                       .idle_passes = 50'000,
                       .slice_passes = 1U << 30,  // bounded by time long before
                       .slice_back_edges = 0,
                       .longest_slice = milliseconds(250)};

Choice slots_on_cpu() {
  return {kCpu.slots,
          "enough to bridge the time for which other programs have the cores; more were no quicker"};
}

Choice lanes_on_cpu(const DeviceInfo& info) {
  return {std::clamp(info.subgroup_size, 1U, std::max(1U, info.max_lanes)),
          "one subgroup, since on a CPU a lane costs as much idle as busy"};
}

Choice workgroups_on_cpu(const DeviceInfo& info, unsigned cores) {
  const unsigned known = std::max(1U, cores);
  Choice choice{std::max(1U, std::min({known - 1, kCpu.workgroups, info.max_workgroups})), {}};
  if (choice.value == kCpu.workgroups)
    choice.why = "more would only get in each other's way at one ring";
  else if (choice.value + 1 == known)
    choice.why = fmt::format("{} hardware threads, less one for whoever publishes", known);
  else
    choice.why = cores == 0   ? "how many hardware threads there are is not known"
                 : cores == 1 ? "there is one hardware thread"
                              : "the device's limit";
  return choice;
}

SliceChoice slice_on_cpu() {
  return {.longest = kCpu.longest_slice,
          .back_edges = kCpu.slice_back_edges,
          .passes = kCpu.slice_passes,
          .why = "llvmpipe ends an invocation's loops after 65,535 back-edges, and tells nobody"};
}

Choice slots_on_gpu() {
  return {kGpu.slots, "on an NVIDIA H200 fewer took half as many slots a second, more were no quicker"};
}

Choice lanes_on_gpu(const DeviceInfo& info) {
  const std::uint32_t lanes = std::max(1U, std::min(kGpu.lanes, info.max_lanes));
  if (lanes < kGpu.lanes) return {lanes, "the device's limit"};
  return {lanes,
          fmt::format("{} subgroups of {}, each of which looks for work by itself; idle ones cost little",
                      lanes / std::max(1U, info.subgroup_size), std::max(1U, info.subgroup_size))};
}

Choice workgroups_on_gpu(const DeviceInfo& info) {
  const std::uint32_t units = info.compute_units == 0 ? kGpu.workgroups : info.compute_units;
  const std::uint32_t count = std::max(1U, std::min({kGpu.workgroups, units, info.max_workgroups}));
  if (count == kGpu.workgroups)
    return {count, "enough to keep up with one publisher; on an NVIDIA H200 more shortened no round trip"};
  if (count == info.compute_units)
    return {count, fmt::format("one for each of {} compute units", info.compute_units)};
  return {count, "the device's limit"};
}

Choice scan_workgroups_on_gpu(const DeviceInfo& info, std::uint32_t others) {
  const bool told = info.compute_units != 0;
  const std::uint32_t wanted = told ? info.compute_units : kGpu.scan_workgroups;
  const std::uint32_t count = std::max(1U, std::min(std::max(wanted, others), info.max_workgroups));
  if (count < wanted) return {count, "the device's limit"};
  if (told)
    return {count, fmt::format("one for each of {} compute units: each lane of the device helps to scan",
                               info.compute_units)};
  return {count, "the driver tells no compute units; this is right for the 132 of an NVIDIA H100"};
}

SliceChoice slice_on_gpu() {
  return {.longest = kGpu.longest_slice,
          .back_edges = kGpu.slice_back_edges,
          .passes = kGpu.slice_passes,
          .why = "drivers end what lasts: amdgpu and Windows after 2 s, xe after 5 s, others after 7 s"};
}

}  // namespace

DeviceDefaults defaults_for(const DeviceInfo& info, unsigned cores) {
  if (info.type == DeviceType::kCpu) {
    const Choice workgroups = workgroups_on_cpu(info, cores);
    return {.slots = slots_on_cpu(),
            .lanes = lanes_on_cpu(info),
            .workgroups = workgroups,
            .scan_workgroups = workgroups,
            .slice = slice_on_cpu(),
            .idle_passes = {kCpu.idle_passes, "some 2 ms without work, then it leaves the core to others"}};
  }
  const Choice workgroups = workgroups_on_gpu(info);
  return {
      .slots = slots_on_gpu(),
      .lanes = lanes_on_gpu(info),
      .workgroups = workgroups,
      .scan_workgroups = scan_workgroups_on_gpu(info, workgroups.value),
      .slice = slice_on_gpu(),
      .idle_passes = {kGpu.idle_passes,
                      "some 50 ms without work, so that who publishes now and then pays for no submission"}};
}

}  // namespace vyre::gpu
