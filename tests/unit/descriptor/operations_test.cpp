#include "vyre/descriptor/operations.hpp"

#include <gtest/gtest.h>

#include <array>

namespace vyre::descriptor {
namespace {

using protocol::Slot;

template <class Op>
Slot slot_of(const Op& operation) {
  const auto args = operation.args();
  return encode_slot(Single{.tenant = 3, .opcode = Op::opcode, .args = args}, 0);
}

template <class Op>
void expect_round_trip(const Op& operation) {
  const auto decoded = decode<Op>(slot_of(operation));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, operation);
}

TEST(Operations, ArgumentsAreInWireOrder) {
  EXPECT_EQ((StoreU32{.value = 1, .to = 2}.args()), (std::array<std::uint32_t, 2>{1, 2}));
  EXPECT_EQ((AtomicAdd{.value = 1, .to = 2}.args()), (std::array<std::uint32_t, 2>{1, 2}));
  EXPECT_EQ((LoadU32{.from = 1, .to = 2}.args()), (std::array<std::uint32_t, 2>{1, 2}));
  EXPECT_EQ((CompareSwap{.at = 1, .expected = 2, .desired = 3}.args()),
            (std::array<std::uint32_t, 3>{1, 2, 3}));
  EXPECT_EQ((Memcpy{.from = 1, .to = 2, .words = 3}.args()), (std::array<std::uint32_t, 3>{1, 2, 3}));
  EXPECT_EQ((DfaStep{.state = 1, .byte = 2, .to = 3}.args()), (std::array<std::uint32_t, 3>{1, 2, 3}));
  EXPECT_EQ((BatchFence{.slots = 1, .tag = 2}.args()), (std::array<std::uint32_t, 2>{1, 2}));
  EXPECT_EQ((LoadMiss{.resource = 1, .prefetch = 2}.args()), (std::array<std::uint32_t, 2>{1, 2}));
  EXPECT_EQ((Printf{.format = 1, .a = 2, .b = 3}.args()), (std::array<std::uint32_t, 3>{1, 2, 3}));
}

TEST(Operations, SlotsDecodeToWhatTheyWereMadeFrom) {
  expect_round_trip(Nop{});
  expect_round_trip(StoreU32{.value = 0xFFFF'FFFF, .to = 160});
  expect_round_trip(AtomicAdd{.value = 7, .to = 161});
  expect_round_trip(LoadU32{.from = 128, .to = 3});
  expect_round_trip(CompareSwap{.at = 162, .expected = 0, .desired = 1});
  expect_round_trip(Memcpy{.from = 160, .to = 170, .words = 9});
  expect_round_trip(DfaStep{.state = 4, .byte = 255, .to = 1});
  expect_round_trip(BatchFence{.slots = 12, .tag = 99});
  expect_round_trip(Printf{.format = 5, .a = 6, .b = 7});
  expect_round_trip(Shutdown{});
}

TEST(Operations, MissingArgumentsReadAsZero) {
  const std::array<std::uint32_t, 1> args{9};
  EXPECT_EQ(Memcpy::from_args(args), (Memcpy{.from = 9, .to = 0, .words = 0}));
  EXPECT_EQ(StoreU32::from_args({}), (StoreU32{.value = 0, .to = 0}));
}

TEST(Operations, AnotherOpcodeIsAnError) {
  const auto decoded = decode<Memcpy>(slot_of(StoreU32{}));
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(decoded.error().what, "slot has opcode 0x1 (store_u32), not 0x5 (memcpy)");
  EXPECT_EQ(decoded.error().where, "word 1 of the slot");
  EXPECT_EQ(decoded.error().fix, "look at the slot's opcode before choosing what to decode it as");
}

TEST(Operations, OnlyOperationsDecodeToAny) {
  EXPECT_TRUE(std::holds_alternative<Printf>(*decode_operation(protocol::kOpPrintf, {})));
  EXPECT_FALSE(decode_operation(protocol::kOpPackedSlot, {}).has_value());
  EXPECT_FALSE(decode_operation(8, {}).has_value());
}

TEST(Operations, LoadMissSlotIsPublishedAtPriorityZero) {
  const Slot slot = encode_load_miss({.resource = 77, .prefetch = 1});
  EXPECT_EQ(slot.status, static_cast<std::uint32_t>(protocol::Status::kPublished));
  EXPECT_EQ(slot.priority, 0U);
  EXPECT_EQ(*decode<LoadMiss>(slot), (LoadMiss{.resource = 77, .prefetch = 1}));
}

}  // namespace
}  // namespace vyre::descriptor
