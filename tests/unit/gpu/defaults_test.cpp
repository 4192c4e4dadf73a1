#include "gpu/defaults.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gpu/kernel_shape.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace {

namespace gpu = vyre::gpu;
namespace protocol = vyre::protocol;
namespace ring = vyre::ring;
using gpu::DeviceInfo;
using gpu::DeviceType;
using std::chrono::milliseconds;

constexpr unsigned kCores = 64;

DeviceInfo h100() {
  DeviceInfo info;
  info.type = DeviceType::kDiscrete;
  info.subgroup_size = 32;
  info.max_lanes = 1024;
  info.max_workgroups = 0x7FFF'FFFF;
  info.compute_units = 132;
  return info;
}

DeviceInfo llvmpipe() {
  DeviceInfo info;
  info.type = DeviceType::kCpu;
  info.subgroup_size = 8;
  info.max_lanes = 1024;
  info.max_workgroups = 65'535;
  return info;
}

/// Whatever the device, a number without a reason or beyond its limits helps nobody.
void expect_sound(const gpu::DeviceDefaults& defaults, const DeviceInfo& info) {
  for (const auto* choice : {&defaults.slots, &defaults.lanes, &defaults.workgroups,
                             &defaults.scan_workgroups, &defaults.idle_passes}) {
    EXPECT_GE(choice->value, 1U);
    EXPECT_FALSE(choice->why.empty());
  }
  EXPECT_LE(defaults.lanes.value, std::max(1U, info.max_lanes));
  EXPECT_LE(defaults.workgroups.value, std::max(1U, info.max_workgroups));
  EXPECT_LE(defaults.scan_workgroups.value, std::max(1U, info.max_workgroups));
  EXPECT_GT(defaults.slice.passes, defaults.idle_passes.value)
      << "a slice must be able to end for want of work";
  EXPECT_FALSE(defaults.slice.why.empty());
  EXPECT_TRUE(defaults.slice.longest.count() != 0 || defaults.slice.back_edges != 0)
      << "something ends a slice";
}

TEST(Defaults, OfAnH100) {
  const auto defaults = gpu::defaults_for(h100(), kCores);
  EXPECT_EQ(defaults.slots.value, 8192U);
  EXPECT_EQ(defaults.lanes.value, 256U);
  EXPECT_EQ(defaults.workgroups.value, 16U);
  EXPECT_EQ(defaults.scan_workgroups.value, 132U);
  EXPECT_EQ(defaults.slice.longest, milliseconds(250));
  EXPECT_EQ(defaults.slice.back_edges, 0U);
  EXPECT_EQ(defaults.lanes.why,
            "8 subgroups of 32, each of which looks for work by itself; idle ones cost little");
  EXPECT_EQ(defaults.scan_workgroups.why,
            "one for each of 132 compute units: each lane of the device helps to scan");
}

TEST(Defaults, WhereTheDriverTellsNoComputeUnits) {
  auto info = h100();
  info.compute_units = 0;
  const auto defaults = gpu::defaults_for(info, kCores);
  EXPECT_EQ(defaults.workgroups.value, 16U);
  EXPECT_EQ(defaults.scan_workgroups.value, 132U);
  EXPECT_EQ(defaults.scan_workgroups.why,
            "the driver tells no compute units; this is right for the 132 of an NVIDIA H100");
}

TEST(Defaults, OfASmallGpu) {
  auto info = h100();
  info.type = DeviceType::kIntegrated;
  info.subgroup_size = 64;
  info.compute_units = 6;
  const auto defaults = gpu::defaults_for(info, kCores);
  EXPECT_EQ(defaults.workgroups.value, 6U);
  EXPECT_EQ(defaults.workgroups.why, "one for each of 6 compute units");
  EXPECT_EQ(defaults.scan_workgroups.value, 6U);
  EXPECT_EQ(defaults.lanes.why,
            "4 subgroups of 64, each of which looks for work by itself; idle ones cost little");
  EXPECT_EQ(defaults.slice.longest, milliseconds(250));
}

TEST(Defaults, OfACpu) {
  const auto defaults = gpu::defaults_for(llvmpipe(), 2);
  EXPECT_EQ(defaults.slots.value, 8192U);
  EXPECT_EQ(defaults.lanes.value, 8U);
  EXPECT_EQ(defaults.workgroups.value, 1U);
  EXPECT_EQ(defaults.workgroups.why, "2 hardware threads, less one for whoever publishes");
  EXPECT_EQ(defaults.scan_workgroups.value, 1U);
  EXPECT_EQ(defaults.slice.back_edges, protocol::kSliceBackEdges);
  EXPECT_EQ(defaults.slice.longest, milliseconds(0));
}

TEST(Defaults, OfACpuWithMoreOrFewerCores) {
  EXPECT_EQ(gpu::defaults_for(llvmpipe(), 6).workgroups.value, 5U);
  const auto many = gpu::defaults_for(llvmpipe(), kCores);
  EXPECT_EQ(many.workgroups.value, 8U);
  EXPECT_EQ(many.workgroups.why, "more would only get in each other's way at one ring");
  const auto one = gpu::defaults_for(llvmpipe(), 1);
  EXPECT_EQ(one.workgroups.value, 1U);
  EXPECT_EQ(one.workgroups.why, "there is one hardware thread");
  const auto unknown = gpu::defaults_for(llvmpipe(), 0);
  EXPECT_EQ(unknown.workgroups.value, 1U);
  EXPECT_EQ(unknown.workgroups.why, "how many hardware threads there are is not known");
}

TEST(Defaults, StayWithinEveryLimit) {
  for (const auto type : {DeviceType::kDiscrete, DeviceType::kIntegrated, DeviceType::kVirtual,
                          DeviceType::kCpu, DeviceType::kOther})
    for (const std::uint32_t limit : {0U, 1U, 7U, 128U, 65'535U})
      for (const std::uint32_t units : {0U, 1U, 20U, 1'000U}) {
        DeviceInfo info;
        info.type = type;
        info.subgroup_size = limit % 2 == 0 ? 32 : 0;
        info.max_lanes = info.max_workgroups = limit;
        info.compute_units = units;
        SCOPED_TRACE(std::string(to_string(type)) + " " + std::to_string(limit) + " " +
                     std::to_string(units));
        expect_sound(gpu::defaults_for(info, units), info);
      }
}

TEST(KernelShape, TakesTheDefaultsWhereNothingIsAsked) {
  auto info = h100();
  info.defaults = gpu::defaults_for(info, kCores);
  const auto shape = gpu::shape_for(info, {}, {});
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->lanes, 256U);
  EXPECT_EQ(shape->slice.workgroups, 16U);
  EXPECT_EQ(shape->slice.longest, milliseconds(250));
  EXPECT_EQ(shape->slice.idle_passes, 50'000U);
}

TEST(KernelShape, TakesMoreWorkgroupsForScansUnlessToldOtherwise) {
  auto info = h100();
  info.defaults = gpu::defaults_for(info, kCores);
  const std::vector<std::uint32_t> table(4);
  ring::BackendConfig config;
  config.scan_tables = table;
  EXPECT_EQ(gpu::shape_for(info, config, {})->slice.workgroups, 132U);
  gpu::MegakernelOptions options;
  options.workgroups = 3;
  options.lanes = 64;
  options.idle_passes = 9;
  const auto shape = gpu::shape_for(info, config, options);
  EXPECT_EQ(shape->slice.workgroups, 3U);
  EXPECT_EQ(shape->lanes, 64U);
  EXPECT_EQ(shape->slice.idle_passes, 9U);
}

TEST(KernelShape, OnACpuIsBoundByBackEdges) {
  auto info = llvmpipe();
  info.defaults = gpu::defaults_for(info, 2);
  const auto shape = gpu::shape_for(info, {}, {});
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->slice.max_back_edges, protocol::kSliceBackEdges);
  EXPECT_EQ(shape->slice.longest, milliseconds(0));
}

}  // namespace
