#include "vyre/codec/io_queue.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace vyre::codec {
namespace {

using support::expect_error;

/// A queue of two slots.
class IoQueueTest : public testing::Test {
 protected:
  std::vector<std::uint32_t> words_ = *encode_empty_io_queue(2);
  IoQueue queue_ = *IoQueue::view(words_);
};

TEST_F(IoQueueTest, RequestLiesAsTheProtocolSays) {
  ASSERT_TRUE(
      queue_
          .submit_read(
              1, {.src_handle = 10, .dst_handle = 20, .offset = 0x1'0000'0002, .byte_count = 30, .tag = 40})
          .has_value());
  EXPECT_EQ(words_, (std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 20, 2, 1, 30, 1, 40}));
}

TEST_F(IoQueueTest, LifeOfARequest) {
  ASSERT_TRUE(queue_.publish(1, 20, 30, 40).has_value());
  ASSERT_TRUE(queue_.publish(0, 21, 31, 41).has_value());
  const auto requests = queue_.claim();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0], (IoRequest{.slot = 0, .op = 1, .dst_handle = 21, .byte_count = 31, .tag = 41}));
  EXPECT_EQ(requests[1], (IoRequest{.slot = 1, .op = 1, .dst_handle = 20, .byte_count = 30, .tag = 40}));
  EXPECT_TRUE(queue_.claim().empty());
  ASSERT_TRUE(queue_.complete(0, true).has_value());
  ASSERT_TRUE(queue_.complete(1, false).has_value());
  EXPECT_EQ(words_[6], 0x10U);
  EXPECT_EQ(words_[14], 0x11U);
}

TEST_F(IoQueueTest, OffsetSurvivesTheSplit) {
  ASSERT_TRUE(queue_.submit_read(0, {.offset = 0xFEDC'BA98'7654'3210}).has_value());
  EXPECT_EQ(queue_.claim().at(0).offset, 0xFEDC'BA98'7654'3210U);
}

TEST_F(IoQueueTest, BusySlotIsRefused) {
  ASSERT_TRUE(queue_.publish(0, 1, 2, 3).has_value());
  const auto before = words_;
  expect_error(queue_.publish(0, 4, 5, 6), ErrorCode::kSlotBusy,
               "IO slot 0 is published (STATUS 0x1), not empty", "submit_read, IO slot 0",
               "wait until the request is answered and taken");
  EXPECT_EQ(words_, before);
}

// Only the kernel empties a slot, after it has taken the answer.
TEST_F(IoQueueTest, AnsweredSlotIsStillBusy) {
  ASSERT_TRUE(queue_.publish(0, 1, 2, 3).has_value());
  ASSERT_EQ(queue_.claim().size(), 1U);
  ASSERT_TRUE(queue_.complete(0, true).has_value());
  expect_error(queue_.publish(0, 4, 5, 6), ErrorCode::kSlotBusy, "IO slot 0 is ok (STATUS 0x10), not empty",
               "submit_read, IO slot 0", "wait until the request is answered and taken");
}

TEST_F(IoQueueTest, OnlyClaimedRequestsAreCompleted) {
  expect_error(queue_.complete(0, true), ErrorCode::kBadInput, "IO slot 0 is empty (STATUS 0x0), not claimed",
               "complete, IO slot 0", "complete each request once, after claim()");
  ASSERT_TRUE(queue_.publish(0, 1, 2, 3).has_value());
  EXPECT_FALSE(queue_.complete(0, true).has_value());
  EXPECT_EQ(words_[6], 1U);
}

TEST_F(IoQueueTest, SlotsOutsideAreRefused) {
  expect_error(queue_.publish(2, 1, 2, 3), ErrorCode::kOutOfRange, "no slot 2 in an IO queue of 2",
               "submit_read, IO slot 2", "name a slot of the queue, or make the queue longer");
  expect_error(queue_.complete(0xFFFF'FFFF, true), ErrorCode::kOutOfRange,
               "no slot 4294967295 in an IO queue of 2", "complete, IO slot 4294967295",
               "name a slot of the queue, or make the queue longer");
}

TEST(IoQueue, Sizes) {
  EXPECT_EQ(encode_empty_io_queue(64)->size(), 512U);
  expect_error(encode_empty_io_queue(65), ErrorCode::kTooMany, "65 slots, an IO queue has at most 64",
               "encode_empty_io_queue", "use a shorter queue");
  std::vector<std::uint32_t> words(65 * 8);
  expect_error(IoQueue::view(words), ErrorCode::kTooMany, "65 slots, an IO queue has at most 64",
               "byte 2048 of the IO queue", "pass the queue alone");
  expect_error(IoQueue::view(std::span(words).first(9)), ErrorCode::kBadInput,
               "36 bytes are no IO queue: its slots have 32 bytes", "byte 32 of the IO queue",
               "pass the whole queue and nothing else");
  EXPECT_EQ(IoQueue::view({})->slot_count(), 0U);
}

}  // namespace
}  // namespace vyre::codec
