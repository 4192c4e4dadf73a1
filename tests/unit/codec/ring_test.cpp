#include "vyre/codec/ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/expect_error.hpp"
#include "vyre/codec/words.hpp"

namespace vyre::codec {
namespace {

using support::expect_error;

TEST(RingCodec, EmptyRing) {
  const auto ring = encode_empty_ring(3);
  ASSERT_TRUE(ring.has_value());
  EXPECT_EQ(ring->size(), 48U);
  EXPECT_TRUE(std::all_of(ring->begin(), ring->end(), [](std::uint32_t word) { return word == 0; }));
  EXPECT_EQ(encode_empty_ring(0)->size(), 0U);
  EXPECT_EQ(encode_empty_ring(protocol::kMaxSlots)->size(), std::size_t{protocol::kMaxSlots} * 16);
}

TEST(RingCodec, TooManySlots) {
  expect_error(encode_empty_ring(1'048'577), ErrorCode::kTooMany, "1048577 slots, a ring has at most 1048576",
               "encode_empty_ring", "use a smaller ring, or several");
  const std::vector<std::uint32_t> ring(std::size_t{1'048'577} * 16);
  expect_error(ring_slot_count(ring), ErrorCode::kTooMany, "1048577 slots, a ring has at most 1048576",
               "byte 67108864 of the ring", "pass the ring alone");
}

TEST(RingCodec, OnlyWholeSlots) {
  const std::vector<std::uint32_t> words(64);
  for (std::size_t count = 0; count <= words.size(); ++count)
    EXPECT_EQ(ring_slot_count(std::span(words).first(count)).has_value(), count % 16 == 0) << count;
  expect_error(decode_occupancy(std::span(words).first(17)), ErrorCode::kBadInput,
               "68 bytes are no ring: slots have 64 bytes", "byte 64 of the ring",
               "pass the whole ring and nothing else");
}

TEST(RingCodec, CountsEveryStatus) {
  std::vector<std::uint32_t> ring;
  // n + 1 slots of status n, so that no two counts are equal.
  for (std::uint32_t status = 0; status <= 8; ++status) {
    for (std::uint32_t slot = 0; slot <= status; ++slot) {
      ring.push_back(status == 8 ? 0xFFFF'FFFF : status);
      ring.resize(ring.size() + 15);
    }
  }
  const Occupancy expected{.empty = 1,
                           .published = 2,
                           .claimed = 3,
                           .done = 4,
                           .wait_io = 5,
                           .yield = 6,
                           .requeue = 7,
                           .fault = 8,
                           .unknown = 9};
  EXPECT_EQ(*decode_occupancy(ring), expected);
}

TEST(RingCodec, ReadsOneSlot) {
  std::vector<std::uint32_t> ring(32);
  for (std::uint32_t word = 0; word < ring.size(); ++word) ring[word] = word;
  const auto slot = read_slot(ring, 1);
  EXPECT_EQ(slot.status, 16U);
  EXPECT_EQ(slot.opcode, 17U);
  EXPECT_EQ(slot.tenant, 18U);
  EXPECT_EQ(slot.priority, 19U);
  EXPECT_EQ(slot.args.front(), 20U);
  EXPECT_EQ(slot.args.back(), 31U);
}

TEST(Words, AreLittleEndian) {
  const std::vector<std::uint32_t> words{0x0403'0201, 0xFF00'0000};
  const auto bytes = bytes_from_words(words);
  ASSERT_EQ(bytes.size(), 8U);
  for (std::size_t byte = 0; byte < 4; ++byte) EXPECT_EQ(std::to_integer<std::size_t>(bytes[byte]), byte + 1);
  EXPECT_EQ(*words_from_bytes(bytes, "test"), words);
}

TEST(Words, OnlyWholeWords) {
  const std::vector<std::byte> bytes(7);
  expect_error(words_from_bytes(bytes, "debug log"), ErrorCode::kBadInput,
               "the debug log has 7 bytes, which is no whole number of 4-byte words",
               "byte 4 of the debug log", "pass the whole buffer");
  EXPECT_TRUE(words_from_bytes({}, "ring")->empty());
}

}  // namespace
}  // namespace vyre::codec
