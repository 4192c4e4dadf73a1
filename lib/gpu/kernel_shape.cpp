#include "gpu/kernel_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {

namespace {

/// Of a CPU device whose workgroups have many subgroups: so few are enough to see what the host just
/// published.
constexpr std::uint32_t kLeastIdlePasses = 64;

SliceShape slice_for(const DeviceInfo& info, const MegakernelOptions& options, bool scans) {
  const DeviceDefaults& defaults = info.defaults;
  const Choice& workgroups = scans ? defaults.scan_workgroups : defaults.workgroups;
  SliceShape shape;
  shape.workgroups = options.workgroups != 0 ? options.workgroups : workgroups.value;
  shape.max_passes = options.slice_passes != 0 ? options.slice_passes : defaults.slice.passes;
  // Only a CPU device cuts loops off.
  shape.max_back_edges = defaults.slice.back_edges != 0 ? defaults.slice.back_edges : 0xFFFF'0000;
  const std::uint32_t idle = options.idle_passes != 0 ? options.idle_passes : defaults.idle_passes.value;
  shape.timeout = info.type == DeviceType::kCpu ? kCpuSliceTimeout : kGpuSliceTimeout;
  if (defaults.slice.longest.count() != 0) shape.longest = defaults.slice.longest;
  // A slice must be able to end for want of work, or the kernel would never sleep.
  shape.idle_passes = std::max(1U, std::min(idle, shape.max_passes - 1));
  return shape;
}

/// Lanes of the smallest subgroup that a workgroup has: the last one may be cut.
std::uint32_t least_lanes(std::uint32_t lanes, std::uint32_t subgroup_size) {
  const std::uint32_t rest = lanes % subgroup_size;
  return rest == 0 ? subgroup_size : rest;
}

/// One stripe a subgroup, so that each finds work without getting in another's way. On a CPU device any
/// workgroup may be descheduled, so that each must come by all stripes: there are as many as one workgroup
/// has subgroups.
std::uint32_t stripes_for(const DeviceInfo& info, const KernelShape& shape, std::uint32_t queue_count,
                          const MegakernelOptions& options) {
  std::uint32_t stripes = options.stripes;
  if (stripes == 0)
    stripes = shape.subgroups / (info.type == DeviceType::kCpu ? shape.slice.workgroups : 1) / queue_count;
  return std::bit_floor(std::clamp(stripes, 1U, protocol::kMaxStripes / queue_count));
}

}  // namespace

Result<KernelShape> shape_for(const DeviceInfo& info, const ring::BackendConfig& config,
                              const MegakernelOptions& options) {
  const auto refuse = [&](std::string_view what, std::uint64_t value, std::uint64_t limit, std::string fix) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} {} {}, the most is {}", info.name, what, value, limit), "", std::move(fix));
  };
  KernelShape shape;
  shape.slice = slice_for(info, options, !config.scan_tables.empty());
  shape.lanes = options.lanes != 0 ? options.lanes : info.defaults.lanes.value;
  if (shape.lanes > info.max_lanes)
    return refuse("was asked for lanes:", shape.lanes, info.max_lanes, "give --lanes a smaller number");
  if (shape.slice.workgroups > info.max_workgroups)
    return refuse("was asked for workgroups:", shape.slice.workgroups, info.max_workgroups,
                  "give --workgroups a smaller number");

  const std::uint32_t subgroup_size = std::max(1U, info.subgroup_size);
  const std::uint32_t least = least_lanes(shape.lanes, subgroup_size);
  const bool by_priority = config.scheduler == ring::Scheduler::kPriority;
  const std::uint32_t in_workgroup = (shape.lanes + subgroup_size - 1) / subgroup_size;
  shape.subgroups = shape.slice.workgroups * in_workgroup;
  // There the subgroups of a workgroup take turns, so that a pass takes as long as all of them together.
  if (info.type == DeviceType::kCpu && options.idle_passes == 0)
    shape.slice.idle_passes =
        std::max(std::min(kLeastIdlePasses, shape.slice.idle_passes), shape.slice.idle_passes / in_workgroup);
  shape.stripes =
      by_priority ? 1 : stripes_for(info, shape, ring::queue_count(config.scheduler, config.shards), options);
  // By priority slots are counted one by one.
  shape.run_slots = by_priority ? 1 : std::min(least, ring::kMaxRunSlots);
  shape.wide_subgroups = least >= protocol::kTenantCount;
  shape.in_step = info.type == DeviceType::kCpu && shape.lanes > subgroup_size;
  return shape;
}

}  // namespace vyre::gpu
