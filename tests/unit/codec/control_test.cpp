#include "vyre/codec/control.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/expect_error.hpp"

namespace vyre::codec {
namespace {

using support::expect_error;

TEST(Control, EncodesTheRuntimesPartitions) {
  const auto control = encode_control_for_ring(2, 8, 64);
  ASSERT_TRUE(control.has_value());
  const auto snapshot = decode_control(*control);
  ASSERT_TRUE(snapshot.has_value());
  EXPECT_FALSE(snapshot->shutdown);
  EXPECT_EQ(snapshot->priority_offsets, (std::array<std::uint32_t, 6>{0, 12, 24, 40, 52, 64}));
  EXPECT_EQ(snapshot->observable_count, 8U);
  EXPECT_EQ(snapshot->tenant_masks[1], protocol::kTenantMaskEnabled);
  EXPECT_EQ(snapshot->tenant_masks[2], 0U);
  EXPECT_EQ(snapshot->tenant_quotas[1], protocol::kTenantQuotaDefault);
  EXPECT_EQ(snapshot->tenant_quotas[2], 0U);
}

// Each word of the buffer is its own number, so a field read from the wrong place shows.
TEST(Control, SnapshotReadsEachFieldFromItsWord) {
  std::vector<std::uint32_t> control(protocol::kControlFixedWords + 3);
  for (std::uint32_t word = 0; word < control.size(); ++word) control[word] = 1000 + word;
  const auto snapshot = decode_control(control);
  ASSERT_TRUE(snapshot.has_value());
  EXPECT_TRUE(snapshot->shutdown);
  EXPECT_EQ(snapshot->done_count, 1001U);
  EXPECT_EQ(snapshot->tenant_masks.front(), 1003U);
  EXPECT_EQ(snapshot->tenant_masks.back(), 1031U);
  EXPECT_EQ(snapshot->tenant_quotas.front(), 1032U);
  EXPECT_EQ(snapshot->tenant_quotas.back(), 1063U);
  EXPECT_EQ(snapshot->tenant_fairness.front(), 1064U);
  EXPECT_EQ(snapshot->tenant_fairness.back(), 1095U);
  ASSERT_EQ(snapshot->metrics.size(), 32U);
  EXPECT_EQ(snapshot->metrics.back(), (OpcodeMetric{31, 1127}));
  EXPECT_EQ(snapshot->epoch, 1128U);
  EXPECT_EQ(snapshot->priority_offsets.back(), 1134U);
  EXPECT_EQ(snapshot->priority_starvation, 1135U);
  EXPECT_EQ(snapshot->priority_fairness.front(), 1136U);
  EXPECT_EQ(snapshot->priority_fairness.back(), 1140U);
  EXPECT_EQ(snapshot->observable_count, 3U);
  ASSERT_EQ(observables(control).size(), 3U);
  EXPECT_EQ(observables(control)[0], 1160U);
}

TEST(Control, MetricsThatAreZeroAreLeftOut) {
  std::vector<std::uint32_t> control(protocol::kControlFixedWords);
  control[protocol::kMetricsWord + 5] = 9;
  EXPECT_EQ(decode_control(control)->metrics, (std::vector<OpcodeMetric>{{5, 9}}));
}

TEST(Control, TooManyObservables) {
  EXPECT_TRUE(encode_control(false, 1, protocol::kMaxObservables).has_value());
  expect_error(encode_control(false, 1, 1'048'577), ErrorCode::kTooMany,
               "1048577 observables, a control buffer has at most 1048576", "encode_control",
               "ask for fewer observables, or spread the results over several rings");
  const std::vector<std::uint32_t> control(protocol::kControlFixedWords + std::size_t{1'048'577});
  expect_error(decode_control(control), ErrorCode::kTooMany,
               "1048577 observables, a control buffer has at most 1048576",
               "byte 4194944 of the control buffer", "pass the control buffer alone");
}

TEST(Control, TooManySlots) {
  expect_error(encode_control_for_ring(1, 1, 0xFFFF'FFFF), ErrorCode::kTooMany,
               "4294967295 slots, a ring has at most 1048576", "encode_control_for_ring",
               "use a smaller ring, or several");
}

TEST(Control, CutAnywhereInTheFixedWordsIsAnError) {
  const auto whole = encode_control(false, 1, 0);
  ASSERT_TRUE(whole.has_value());
  for (std::size_t words = 0; words < whole->size(); ++words) {
    EXPECT_FALSE(decode_control(std::span(*whole).first(words)).has_value()) << words << " words";
    EXPECT_TRUE(observables(std::span(*whole).first(words)).empty());
  }
  expect_error(decode_control(std::span(*whole).first(159)), ErrorCode::kBadInput,
               "the control buffer has 159 words, its fixed part alone has 160",
               "byte 636 of the control buffer", "pass the whole buffer");
}

}  // namespace
}  // namespace vyre::codec
