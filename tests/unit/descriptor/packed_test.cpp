#include "vyre/descriptor/packed.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace vyre::descriptor {
namespace {

using ArgWords = std::array<std::uint32_t, protocol::kArgWords>;

constexpr std::array<std::uint32_t, 3> kNumbers{10, 20, 30};
Words numbers(std::size_t count) { return std::span(kNumbers).first(count); }

protocol::Slot packed_slot(const ArgWords& words) {
  return {.opcode = protocol::kOpPackedSlot, .args = words};
}

TEST(Packed, LayoutOfAPair) {
  const std::array<PackedOperation, 2> operations{{{1, numbers(2)}, {2, numbers(1)}}};
  const auto slot = encode_slot(Packed{.operations = operations}, 0);
  // count 2, total 3 | opcode 1, offset 0 || opcode 2, offset 2 | nothing || arguments
  EXPECT_EQ(slot.args, (ArgWords{0x0001'0302, 0x0000'0202, 10, 20, 10}));
}

TEST(Packed, UnfoldsWhatWasPacked) {
  for (std::size_t count = 0; count <= protocol::kPackedMaxOps; ++count) {
    std::vector<PackedOperation> operations;
    std::size_t room = protocol::kArgWords - protocol::packed_args_word(static_cast<std::uint32_t>(count));
    for (std::size_t op = 0; op < count; ++op) {
      const std::size_t size = std::min(room, op % 3);
      room -= size;
      operations.push_back({static_cast<std::uint8_t>(op * 11), numbers(size)});
    }
    const auto unpacked = unpack(encode_slot(Packed{.operations = operations}, 0));
    ASSERT_TRUE(unpacked.has_value());
    ASSERT_EQ(unpacked->count, count);
    for (std::size_t op = 0; op < count; ++op) {
      EXPECT_EQ(unpacked->operations[op].opcode, operations[op].opcode) << count << ", " << op;
      ASSERT_EQ(unpacked->operations[op].arg_count, operations[op].args.size()) << count << ", " << op;
      for (std::size_t arg = 0; arg < operations[op].args.size(); ++arg)
        EXPECT_EQ(unpacked->operations[op].args[arg], operations[op].args[arg]) << count << ", " << op;
    }
  }
}

// Metadata that publication never writes, but another writer may: offsets far outside.
TEST(Packed, ArgumentsPastTheSlotReadAsZero) {
  ArgWords words{};
  words.fill(0x0505'0505);
  words[0] = 0xFE05'FF01;  // 1 operation, 255 words; opcode 5 with its arguments at offset 254
  const auto outside = unpack_operation(words, 0);
  EXPECT_EQ(outside.opcode, 5U);
  EXPECT_EQ(outside.arg_count, 0U);
  EXPECT_EQ(outside.args, ArgWords{});

  words[0] = 0x0905'FF01;  // offset 9: words 10 and 11 are left
  const auto at_the_end = unpack_operation(words, 0);
  EXPECT_EQ(at_the_end.arg_count, 2U);
  EXPECT_EQ(at_the_end.args, (ArgWords{0x0505'0505, 0x0505'0505}));
}

TEST(Packed, OffsetsThatGoBackGiveNoArgumentsOfItsOwn) {
  const ArgWords words{0x0301'0402, 0x0000'0102, 7, 8, 9, 10};
  EXPECT_EQ(unpack_operation(words, 0).arg_count, 0U);
  EXPECT_EQ(unpack_operation(words, 0).args[0], 10U);
  EXPECT_EQ(unpack_operation(words, 1).arg_count, 3U);
  EXPECT_EQ(unpack_operation(words, 1).args[0], 8U);
}

TEST(Packed, MoreOperationsThanFitAreAnError) {
  const auto unpacked = unpack(packed_slot({24}));
  ASSERT_FALSE(unpacked.has_value());
  EXPECT_EQ(unpacked.error().code, ErrorCode::kTooMany);
  EXPECT_EQ(unpacked.error().what, "packed slot announces 24 operations, 23 fit");
  EXPECT_EQ(unpacked.error().where, "byte 16 of the slot");
  EXPECT_EQ(unpacked.error().fix, "check who wrote the slot: publication never makes such a one");
  EXPECT_TRUE(unpack(packed_slot({23})).has_value());
}

TEST(Packed, AnotherOpcodeIsAnError) {
  const auto unpacked = unpack({.opcode = 300});
  ASSERT_FALSE(unpacked.has_value());
  EXPECT_EQ(unpacked.error().what, "slot has opcode 0x12c, not 0x80000001 (packed_slot)");
}

}  // namespace
}  // namespace vyre::descriptor
