#include "vyre/codec/telemetry.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace vyre::codec {
namespace {

using support::expect_error;

/// Appends a slot {status, opcode, tenant, priority, ticket, class}.
void append(std::vector<std::uint32_t>& ring, std::initializer_list<std::uint32_t> words) {
  ring.insert(ring.end(), words);
  ring.resize((ring.size() + 15) / 16 * 16);
}

TEST(Counters, OfAnEmptyRingAreZero) {
  const auto counters = decode_counters(*encode_control(false, 1, 0), {});
  ASSERT_TRUE(counters.has_value());
  EXPECT_EQ(*counters, RuntimeCounters{});
}

TEST(Counters, RatiosAreRoundedDown) {
  std::vector<std::uint32_t> ring;
  append(ring, {0});
  append(ring, {3});
  append(ring, {99});
  const auto counters = decode_counters(*encode_control(false, 1, 0), ring);
  ASSERT_TRUE(counters.has_value());
  EXPECT_EQ(counters->queue_depth, 1U);  // an unknown status is neither EMPTY nor DONE
  EXPECT_EQ(counters->gpu_idle_ppm, 333'333U);
  EXPECT_EQ(counters->frontier_density_bps, 3333U);
  EXPECT_EQ(counters->occupancy_proxy_bps, 6666U);
}

TEST(Counters, RatiosOfTheLargestRingDoNotOverflow) {
  const auto counters =
      decode_counters(*encode_control(false, 1, 0), *encode_empty_ring(protocol::kMaxSlots));
  ASSERT_TRUE(counters.has_value());
  EXPECT_EQ(counters->gpu_idle_ppm, 1'000'000U);
}

TEST(Counters, FairnessSumsBeyond32BitsAndSkewsOverTenantsThatRan) {
  auto control = *encode_control(false, 1, 0);
  control[protocol::kTenantFairnessWord + 3] = 0xFFFF'FFFF;
  control[protocol::kTenantFairnessWord + 30] = 5;
  control[protocol::kPriorityFairnessWord] = 0xFFFF'FFFF;
  control[protocol::kPriorityFairnessWord + 4] = 2;
  const auto counters = decode_counters(control, {});
  ASSERT_TRUE(counters.has_value());
  EXPECT_EQ(counters->tenant_fairness_total, 0x1'0000'0004U);
  EXPECT_EQ(counters->tenant_fairness_skew, 0xFFFF'FFFAU);
  EXPECT_EQ(counters->priority_fairness_total, 0x1'0000'0001U);
}

TEST(Counters, PassOnWhatIsWrongWithTheBuffers) {
  const std::vector<std::uint32_t> words(15);
  expect_error(decode_counters(words, {}), ErrorCode::kBadInput,
               "the control buffer has 15 words, its fixed part alone has 160",
               "byte 60 of the control buffer", "pass the whole buffer");
  expect_error(decode_counters(*encode_control(false, 1, 0), words), ErrorCode::kBadInput,
               "60 bytes are no ring: slots have 64 bytes", "byte 0 of the ring",
               "pass the whole ring and nothing else");
}

TEST(Windows, AreGroupedByTicketAndOpcode) {
  std::vector<std::uint32_t> ring;
  append(ring, {3, 9, 4, 2, 20, 0});  // required, done
  append(ring, {1, 8, 1, 2, 20, 0});  // another opcode
  append(ring, {7, 9, 5, 2, 20, 1});  // lookahead, fault; the tenant stays the first slot's
  append(ring, {3, 9, 4, 2, 10, 7});  // of no class
  append(ring, {3, 5, 4, 2, 10, 0});  // an opcode that was not asked for
  const std::vector<std::uint32_t> opcodes{9, 8};
  const auto windows = decode_windows(ring, opcodes);
  ASSERT_TRUE(windows.has_value());
  ASSERT_EQ(windows->size(), 3U);
  EXPECT_EQ((*windows)[0], (TicketedWindow{.ticket = 10, .tenant_id = 4, .opcode = 9, .done = 1}));
  EXPECT_EQ((*windows)[1],
            (TicketedWindow{.ticket = 20, .tenant_id = 1, .opcode = 8, .required_slots = 1, .published = 1}));
  EXPECT_EQ((*windows)[2], (TicketedWindow{.ticket = 20,
                                           .tenant_id = 4,
                                           .opcode = 9,
                                           .required_slots = 1,
                                           .lookahead_slots = 1,
                                           .done = 1,
                                           .fault = 1,
                                           .required_done = 1}));
  EXPECT_FALSE((*windows)[1].usable());
  EXPECT_TRUE((*windows)[2].usable());
}

}  // namespace
}  // namespace vyre::codec
