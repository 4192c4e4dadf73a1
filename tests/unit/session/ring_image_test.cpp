#include "vyre/session/ring_image.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vyre::session {
namespace {

Result<RingImage> image_of(const std::string& yaml, RingImageOptions options = {}) {
  const auto workload = workload::load_text("vyre: 1\n" + yaml, "w.yaml");
  EXPECT_TRUE(workload.has_value()) << (workload ? "" : to_text(workload.error().errors.front()));
  if (!workload) return std::unexpected(workload.error().errors.front());
  return encode_ring(*workload, options);
}

std::uint32_t word(const RingImage& image, std::uint32_t slot, std::uint32_t index) {
  return image.ring[slot * protocol::kSlotWords + index];
}

TEST(RingImage, HoldsEveryPublishedSlotAndTheControlWords) {
  const auto image = image_of(
      "ring: {slots: 16}\n"
      "control: {observables: 8, initial: [5, 6], tenants: [{id: 2, name: guest, quota: 3, enabled: "
      "false}]}\n"
      "steps:\n"
      "  - repeat: {count: 3, var: i, steps: [store_u32: {value: i + 10, to: observable(i)}]}\n"
      "  - sleep: 1ms\n"
      "  - {nop: [], tenant: guest}\n");
  ASSERT_TRUE(image.has_value()) << to_text(image.error());
  EXPECT_EQ(image->slots_used, 4U);
  ASSERT_EQ(image->ring.size(), 16U * protocol::kSlotWords);
  for (std::uint32_t slot = 0; slot < 16; ++slot)
    EXPECT_EQ(word(*image, slot, 0), slot < 4 ? 1U : 0U) << slot;
  EXPECT_EQ(word(*image, 2, protocol::kArgsWord), 12U);
  EXPECT_EQ(word(*image, 3, protocol::kTenantWord), 2U);

  ASSERT_EQ(image->control.size(), 168U);
  EXPECT_EQ(image->control[protocol::kTenantMaskWord + 0], protocol::kTenantMaskEnabled);
  EXPECT_EQ(image->control[protocol::kTenantMaskWord + 2], 0U);
  EXPECT_EQ(image->control[protocol::kTenantQuotaWord + 2], 3U);
  EXPECT_EQ(image->control[protocol::kPriorityOffsetsWord + 5], 16U);
  EXPECT_EQ(image->control[161], 6U);

  ASSERT_EQ(image->skipped.size(), 1U);
  EXPECT_EQ(image->skipped[0].kind, "sleep");
  EXPECT_EQ(image->skipped[0].position.line, 6U);
}

TEST(RingImage, SaysHowManySlotsAreNeeded) {
  const std::string yaml =
      "ring: {slots: 4}\nsteps:\n  - nop: []\n  - repeat: {count: 1000, steps: [nop: []]}\n";
  const auto small = image_of(yaml);
  ASSERT_FALSE(small.has_value());
  EXPECT_EQ(small.error().code, ErrorCode::kTooMany);
  EXPECT_EQ(small.error().what,
            "the workload publishes 1001 slots, the ring has 4 and nothing drains it here");
  EXPECT_TRUE(small.error().where.starts_with("w.yaml:5:")) << small.error().where;
  EXPECT_EQ(small.error().fix, "vyre encode --slots 1001");
  const auto large = image_of(yaml, {.slot_count = 1001});
  ASSERT_TRUE(large.has_value()) << to_text(large.error());
  EXPECT_EQ(large->slots_used, 1001U);
}

TEST(RingImage, CountsNoFurtherThanAnyRingGoes) {
  const auto image =
      image_of("ring: {slots: 4}\nsteps:\n  - repeat: {count: 1_000_000_000_000, steps: [nop: []]}\n");
  ASSERT_FALSE(image.has_value());
  EXPECT_EQ(image.error().what,
            "the workload publishes more than 1048576 slots, the ring has 4 and nothing drains it here");
  EXPECT_EQ(image.error().fix, "encode a smaller workload: lower the count of its `repeat`");
}

TEST(RingImage, ARepeatThatPublishesNothingEnds) {
  const auto image = image_of("steps:\n  - repeat: {count: 1_000_000_000_000, steps: [sleep: 1ms]}\n");
  ASSERT_TRUE(image.has_value()) << to_text(image.error());
  EXPECT_EQ(image->slots_used, 0U);
  EXPECT_EQ(image->skipped.size(), 1U);
}

TEST(RingImage, PlacesBySlotAndByPriority) {
  const auto image = image_of(
      "ring: {slots: 20}\nsteps:\n"
      "  - {nop: [], slot: 7}\n"
      "  - {nop: [], priority: idle}\n");
  ASSERT_TRUE(image.has_value()) << to_text(image.error());
  EXPECT_EQ(word(*image, 7, 0), 1U);
  EXPECT_EQ(word(*image, 16, 0), 1U);
  EXPECT_EQ(word(*image, 16, protocol::kPriorityWord), 4U);
}

TEST(RingImage, NamesSlotsAndPartitionsThatAreTaken) {
  const auto taken = image_of("ring: {slots: 20}\nsteps:\n  - {nop: [], slot: 7}\n  - {nop: [], slot: 7}\n");
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().what, "slots 7 to 7 are not free in a ring of 20");
  EXPECT_EQ(taken.error().fix, "nothing is drained here: choose slots that no earlier step took");

  const auto full =
      image_of("ring: {slots: 20}\nsteps:\n  - repeat: {count: 5, steps: [{nop: [], priority: idle}]}\n");
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().what,
            "the priority partition that this step asks for is full; the ring has 20 slots in all");
  EXPECT_EQ(full.error().fix, "vyre encode --slots 100");
}

TEST(RingImage, RefusesSizesThatNoRingHas) {
  const auto none = image_of("steps: [nop: []]\n", {.slot_count = 0});
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(none.error().what, "a ring of 0 slots");
  EXPECT_EQ(none.error().fix, "ask for 1 to 1048576 slots");
}

}  // namespace
}  // namespace vyre::session
