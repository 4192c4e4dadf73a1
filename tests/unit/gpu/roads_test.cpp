#include "gpu/roads.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using vyre::gpu::DeviceInfo;

/// A line a road, and what auto takes.
std::string roads_of(bool one_memory, bool transfer_queue) {
  DeviceInfo info;
  info.one_memory = one_memory;
  info.transfer_queue = transfer_queue;
  vyre::gpu::describe_roads(info);
  std::string text;
  for (const auto& road : info.roads) text += road.name + (road.usable ? ": " : ", not: ") + road.why + "\n";
  return text + "auto: " + info.road_buffered + ", " + info.road_direct;
}

TEST(Roads, OfOneMemory) {
  const std::string expected =
      "arena: files are read right into the memory that host and device share\n"
      "mapped, not: host and device share one memory: there the road 'mapped' is the road 'arena'\n"
      "staged: files are read into host memory, then the host copies\n"
      "auto: arena, arena";
  EXPECT_EQ(roads_of(true, false), expected);
  EXPECT_EQ(roads_of(true, true), expected) << "the host copies as quickly itself";
}

TEST(Roads, OfADiscreteDevice) {
  EXPECT_EQ(roads_of(false, true),
            "arena, not: the arena lies in the device's own memory: there is no road 'arena'\n"
            "mapped: files are read right into mapped device memory, never with O_DIRECT\n"
            "staged: files are read into host memory, then the transfer queue copies\n"
            "auto: mapped, staged");
}

TEST(Roads, OfADiscreteDeviceWithoutAQueueThatOnlyCopies) {
  EXPECT_NE(roads_of(false, false).find("\nstaged: files are read into host memory, then the host copies\n"),
            std::string::npos);
}

}  // namespace
