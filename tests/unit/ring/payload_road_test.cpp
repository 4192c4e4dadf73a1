#include "vyre/ring/payload_road.hpp"

#include "support/expect_error.hpp"

namespace {

using namespace vyre;
using ring::choose_road;
using ring::MemoryKind;
using ring::PayloadRoad;
using support::expect_error;

constexpr auto kShared = MemoryKind::kCached;
constexpr auto kDiscrete = MemoryKind::kWriteCombined;

TEST(PayloadRoad, NamesAreReadAsTheyAreWritten) {
  for (const auto road :
       {PayloadRoad::kAuto, PayloadRoad::kArena, PayloadRoad::kMapped, PayloadRoad::kStaged})
    EXPECT_EQ(ring::find_road(ring::to_string(road)), road) << ring::to_string(road);
  EXPECT_EQ(ring::to_string(PayloadRoad::kStaged), "staged");
  EXPECT_EQ(ring::find_road("Arena"), std::nullopt);
  EXPECT_EQ(ring::find_road(""), std::nullopt);
}

TEST(PayloadRoad, AutoReadsRightIntoASharedArena) {
  EXPECT_EQ(choose_road(kShared, PayloadRoad::kAuto, false), PayloadRoad::kArena);
  EXPECT_EQ(choose_road(kShared, PayloadRoad::kAuto, true), PayloadRoad::kArena);
}

TEST(PayloadRoad, AutoStagesOnADiscreteDeviceOnlyForDirectReads) {
  EXPECT_EQ(choose_road(kDiscrete, PayloadRoad::kAuto, false), PayloadRoad::kMapped);
  EXPECT_EQ(choose_road(kDiscrete, PayloadRoad::kAuto, true), PayloadRoad::kStaged);
}

TEST(PayloadRoad, WhatIsAskedForIsTakenWhereItIs) {
  for (const bool direct : {false, true}) {
    EXPECT_EQ(choose_road(kShared, PayloadRoad::kArena, direct), PayloadRoad::kArena);
    EXPECT_EQ(choose_road(kShared, PayloadRoad::kStaged, direct), PayloadRoad::kStaged);
    EXPECT_EQ(choose_road(kDiscrete, PayloadRoad::kStaged, direct), PayloadRoad::kStaged);
  }
  EXPECT_EQ(choose_road(kDiscrete, PayloadRoad::kMapped, false), PayloadRoad::kMapped);
}

TEST(PayloadRoad, ABackendsMemoryTellsItsKind) {
  ring::PayloadMemory memory;
  EXPECT_EQ(choose_road(memory, PayloadRoad::kAuto, false), PayloadRoad::kArena);
  memory.kind = kDiscrete;
  EXPECT_EQ(choose_road(memory, PayloadRoad::kAuto, false), PayloadRoad::kMapped);
}

TEST(PayloadRoad, ADiscreteDeviceHasNoArenaRoad) {
  expect_error(choose_road(kDiscrete, PayloadRoad::kArena, false), ErrorCode::kUnsupported,
               "the arena lies in the device's own memory: there is no road 'arena'", "",
               "take mapped or staged, or auto");
}

TEST(PayloadRoad, OneMemoryCallsTheMappedRoadArena) {
  for (const bool direct : {false, true})
    expect_error(choose_road(kShared, PayloadRoad::kMapped, direct), ErrorCode::kUnsupported,
                 "host and device share one memory: there the road 'mapped' is the road 'arena'", "",
                 "take arena, or auto");
}

TEST(PayloadRoad, DirectReadsCannotEndInMappedDeviceMemory) {
  expect_error(choose_road(kDiscrete, PayloadRoad::kMapped, true), ErrorCode::kUnsupported,
               "no O_DIRECT on the road 'mapped': into mapped device memory it ends with EFAULT", "",
               "take staged, or auto, or read without O_DIRECT");
}

}  // namespace
