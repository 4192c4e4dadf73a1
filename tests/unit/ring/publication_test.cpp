#include "vyre/ring/publication.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "support/expect_error.hpp"

namespace vyre::ring {
namespace {

using descriptor::Words;
using protocol::kSlotWords;
using protocol::Status;
using support::expect_error;

constexpr std::array<std::uint32_t, 13> kNumbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
Words numbers(std::size_t count) { return std::span(kNumbers).first(count); }

/// A ring of four slots whose words are all 0xAA..., STATUS aside: what is not written shows.
class PublicationTest : public testing::TestWithParam<MemoryKind> {
 protected:
  PublicationTest() {
    words_.fill(0xAAAA'AAAA);
    for (std::uint32_t slot = 0; slot < 4; ++slot) set_status(slot, Status::kEmpty);
  }
  void set_status(std::uint32_t slot, Status status) {
    words_[slot * kSlotWords] = static_cast<std::uint32_t>(status);
  }
  [[nodiscard]] std::uint32_t word(std::uint32_t slot, std::uint32_t index) const {
    return words_[slot * kSlotWords + index];
  }
  [[nodiscard]] RingView view() { return {words_, GetParam()}; }

  /// Expects this error for a descriptor, and a ring that is as before.
  void expect_refused(std::uint32_t start_slot, const descriptor::Descriptor& descriptor, ErrorCode code,
                      std::string_view what, std::string_view where, std::string_view fix) {
    const auto before = words_;
    expect_error(publish(view(), start_slot, descriptor), code, what, where, fix);
    EXPECT_EQ(words_, before) << "the ring was touched";
  }

  /// On cache lines, as device memory is.
  struct Words64 {
    alignas(64) std::array<std::uint32_t, 4 * kSlotWords> words;
  };
  std::unique_ptr<Words64> memory_ = std::make_unique<Words64>();
  std::array<std::uint32_t, 4 * kSlotWords>& words_ = memory_->words;
};

INSTANTIATE_TEST_SUITE_P(Memory, PublicationTest,
                         testing::Values(MemoryKind::kCached, MemoryKind::kWriteCombined),
                         [](const auto& memory) {
                           return memory.param == MemoryKind::kCached ? "Cached" : "WriteCombined";
                         });

TEST_P(PublicationTest, SingleWritesOneSlotAndNoOther) {
  const auto published = publish(view(), 2, descriptor::Single{.tenant = 7, .opcode = 9, .args = numbers(2)},
                                 protocol::Priority::kLow);
  ASSERT_TRUE(published.has_value());
  EXPECT_EQ(*published, 1U);
  const std::vector<std::uint32_t> slot{1, 9, 7, 3, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_TRUE(std::equal(slot.begin(), slot.end(), words_.begin() + 2 * kSlotWords));
  EXPECT_EQ(word(1, 15), 0xAAAA'AAAAU);
  EXPECT_EQ(word(3, 0), 0U);
  EXPECT_EQ(word(3, 1), 0xAAAA'AAAAU);
}

// Slots are reused, so what a form does not say must be written as 0 too, at every length.
TEST_P(PublicationTest, NothingOfTheOldSlotIsLeft) {
  const auto expect_args = [this](const descriptor::Descriptor& form, std::size_t used, const char* what) {
    std::fill(words_.begin(), words_.end(), 0xAAAA'AAAA);
    set_status(0, Status::kDone);
    ASSERT_TRUE(publish(view(), 0, form).has_value());
    for (std::uint32_t arg = 0; arg < protocol::kArgWords; ++arg) {
      EXPECT_NE(word(0, 4 + arg), 0xAAAA'AAAAU) << what << " of " << used << " words, argument " << arg;
      if (arg < used) continue;
      EXPECT_EQ(word(0, 4 + arg), 0U) << what << " of " << used << " words, argument " << arg;
    }
  };
  for (std::size_t count = 0; count <= 12; ++count)
    expect_args(descriptor::Single{.args = numbers(count)}, count, "single");
  for (std::size_t count = 0; count <= 10; ++count) {
    const std::array<Words, 1> payload{numbers(count)};
    expect_args(descriptor::Window{.required = payload}, 2 + count, "window");
    const std::array<descriptor::PackedOperation, 1> operation{{{1, numbers(count)}}};
    expect_args(descriptor::Packed{.operations = operation}, 1 + count, "packed");
  }
  const std::array<descriptor::WorkItem, 1> work{{{.opcode = 8, .input = 1, .output = 2, .param = 3}}};
  expect_args(descriptor::WorkItems{.items = work}, 3, "work item");
  expect_args(descriptor::FencedBatch{.tag = 1}, 2, "fence");
}

TEST_P(PublicationTest, PriorityIsNormalUnlessAskedFor) {
  ASSERT_TRUE(publish(view(), 0, descriptor::Single{}).has_value());
  EXPECT_EQ(word(0, protocol::kPriorityWord), 2U);
}

TEST_P(PublicationTest, DoneSlotsAreReused) {
  set_status(1, Status::kDone);
  EXPECT_TRUE(publish(view(), 1, descriptor::Single{}).has_value());
  EXPECT_EQ(word(1, 0), 1U);
}

TEST_P(PublicationTest, EveryOtherStatusIsBusy) {
  for (std::uint32_t status = 0; status < 10; ++status) {
    words_[kSlotWords] = status;
    EXPECT_EQ(publish(view(), 1, descriptor::Single{}).has_value(), status == 0 || status == 3) << status;
  }
}

TEST_P(PublicationTest, BusySlotInTheMiddleRefusesAll) {
  const std::vector<descriptor::WorkItem> items(4, {.opcode = 8});
  set_status(2, Status::kFault);
  expect_refused(0, descriptor::WorkItems{.items = items}, ErrorCode::kSlotBusy,
                 "slot 2 is fault (STATUS 7); the host writes only empty and done slots", "publish, slot 2",
                 "wait until the slot is done, or publish to another");
  words_[2 * kSlotWords] = 77;
  expect_refused(0, descriptor::WorkItems{.items = items}, ErrorCode::kSlotBusy,
                 "slot 2 is unknown (STATUS 77); the host writes only empty and done slots",
                 "publish, slot 2", "wait until the slot is done, or publish to another");
}

TEST_P(PublicationTest, LastItemThatIsWrongRefusesAll) {
  const std::array<descriptor::SlotDescriptor, 3> items{descriptor::Single{}, descriptor::Single{},
                                                        descriptor::Single{.args = numbers(13)}};
  expect_refused(0, descriptor::Batch{items}, ErrorCode::kTooMany, "13 arguments, a slot holds 12", "item 2",
                 "split the work over more slots");
  const std::array<Words, 3> payloads{numbers(1), numbers(1), numbers(11)};
  expect_refused(0, descriptor::Window{.opcode = 8, .lookahead = payloads}, ErrorCode::kTooMany,
                 "window payload has 11 words, 10 fit beside ticket and class", "lookahead payload 2",
                 "split the payload over two entries");
  const std::array<descriptor::WorkItem, 2> work{{{.opcode = 8}, {.opcode = protocol::kOpLoadMiss}}};
  expect_refused(0, descriptor::WorkItems{.items = work}, ErrorCode::kReservedOpcode,
                 "opcode 0xfffd (load_miss) cannot be published as an operation", "work item 1",
                 "make its slot with encode_load_miss()");
}

TEST_P(PublicationTest, FenceNeedsASlotOfItsOwn) {
  const std::vector<descriptor::Operation> items(4, {8, {}});
  expect_refused(0, descriptor::FencedBatch{.items = items}, ErrorCode::kOutOfRange,
                 "5 slots from slot 0 do not fit a ring of 4 slots", "publish, slot 0",
                 "enlarge the ring to 5 slots, or split the work");
  const descriptor::FencedBatch fits{.items = std::span(items).first(3), .tag = 6};
  EXPECT_EQ(*publish(view(), 0, fits), 4U);
  EXPECT_EQ(word(3, 1), protocol::kOpBatchFence);
  EXPECT_EQ(word(3, 4), 3U);
  EXPECT_EQ(word(3, 5), 6U);
}

TEST_P(PublicationTest, PastTheEnd) {
  const std::vector<descriptor::WorkItem> items(2, {.opcode = 8});
  expect_refused(3, descriptor::WorkItems{.items = items}, ErrorCode::kOutOfRange,
                 "2 slots from slot 3 do not fit a ring of 4 slots", "publish, slot 3",
                 "start at slot 2 or below, enlarge the ring, or split the work");
  expect_refused(4, descriptor::Single{}, ErrorCode::kOutOfRange,
                 "1 slot from slot 4 does not fit a ring of 4 slots", "publish, slot 4",
                 "start at slot 3 or below, enlarge the ring, or split the work");
}

// start + count wraps to a slot of the ring.
TEST_P(PublicationTest, StartsNearTheEndOfU32DoNotWrap) {
  const std::vector<descriptor::WorkItem> items(4, {.opcode = 8});
  for (const std::uint32_t start : {0xFFFF'FFFDU, 0xFFFF'FFFEU, 0xFFFF'FFFFU}) {
    const auto before = words_;
    const auto published = publish(view(), start, descriptor::WorkItems{.items = items});
    ASSERT_FALSE(published.has_value()) << start;
    EXPECT_EQ(published.error().code, ErrorCode::kOutOfRange);
    EXPECT_FALSE(publish(view(), start, descriptor::Single{}).has_value()) << start;
    EXPECT_EQ(words_, before);
  }
}

TEST_P(PublicationTest, NothingToPublish) {
  const auto before = words_;
  EXPECT_EQ(*publish(view(), 4, descriptor::Batch{}), 0U);
  EXPECT_EQ(*publish(view(), 0xFFFF'FFFF, descriptor::Batch{}), 0U);
  EXPECT_EQ(*publish(view(), 0xFFFF'FFFF, descriptor::Window{}), 0U);
  EXPECT_EQ(*publish(view(), 4, descriptor::WorkItems{}), 0U);
  EXPECT_FALSE(publish(view(), 5, descriptor::WorkItems{}).has_value());
  EXPECT_EQ(words_, before);
}

TEST_P(PublicationTest, TrustedTargetsAreNotRead) {
  set_status(0, Status::kClaimed);
  EXPECT_FALSE(publish(view(), 0, descriptor::Single{}).has_value());
  EXPECT_TRUE(publish_for_doorbell(view(), 0, descriptor::Single{}, protocol::Priority::kNormal).has_value());
  EXPECT_EQ(word(0, 0), 1U);
}

// What goes into the ring is what encode_slot() shows to those who have no ring.
TEST_P(PublicationTest, SlotsAreWhatEncodeSlotSays) {
  const std::array<Words, 1> required{numbers(10)};
  const std::array<Words, 2> lookahead{numbers(0), numbers(5)};
  const descriptor::Descriptor window = descriptor::Window{
      .tenant = 3, .opcode = 8, .ticket = 99, .required = required, .lookahead = lookahead};
  ASSERT_EQ(*publish(view(), 1, window, protocol::Priority::kCritical), 3U);
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    const auto encoded = descriptor::encode_slot(window, slot, protocol::Priority::kCritical);
    EXPECT_EQ(word(1 + slot, 1), encoded.opcode);
    EXPECT_EQ(word(1 + slot, 2), encoded.tenant);
    EXPECT_EQ(word(1 + slot, 3), encoded.priority);
    for (std::uint32_t arg = 0; arg < protocol::kArgWords; ++arg)
      EXPECT_EQ(word(1 + slot, 4 + arg), encoded.args[arg]) << "slot " << slot << ", argument " << arg;
  }
}

TEST(ViewRing, OnlyWholeSlotsAndNoMoreThanTheCap) {
  std::vector<std::uint32_t> words(std::size_t{1'048'577} * kSlotWords);
  expect_error(view_ring(std::span(words).first(33)), ErrorCode::kBadInput,
               "132 bytes are no ring: slots have 64 bytes", "view_ring",
               "pass a whole multiple of 64 bytes");
  expect_error(view_ring(words), ErrorCode::kTooMany, "1048577 slots, a ring has at most 1048576",
               "view_ring", "use a smaller ring, or several");
  const auto view = view_ring(std::span(words).first(32), MemoryKind::kWriteCombined);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->slot_count(), 2U);
  EXPECT_EQ(view->kind, MemoryKind::kWriteCombined);
}

}  // namespace
}  // namespace vyre::ring
