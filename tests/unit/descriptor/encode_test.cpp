#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

#include "support/expect_error.hpp"
#include "vyre/descriptor/descriptor.hpp"

namespace vyre::descriptor {
namespace {

using protocol::kArgWords;
using protocol::Priority;
using support::expect_error;

constexpr std::array<std::uint32_t, 12> kNumbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
Words numbers(std::size_t count) { return std::span(kNumbers).first(count); }

/// The arguments given, then zeros.
std::array<std::uint32_t, kArgWords> padded(std::initializer_list<std::uint32_t> words) {
  std::array<std::uint32_t, kArgWords> args{};
  std::copy(words.begin(), words.end(), args.begin());
  return args;
}

// Each length takes its own path through the copy.
TEST(EncodeSlot, SingleOfEveryLength) {
  for (std::size_t count = 0; count <= kArgWords; ++count) {
    const auto slot =
        encode_slot(Single{.tenant = 5, .opcode = 9, .args = numbers(count)}, 0, Priority::kHigh);
    EXPECT_EQ(slot.status, 0U);
    EXPECT_EQ(slot.opcode, 9U);
    EXPECT_EQ(slot.tenant, 5U);
    EXPECT_EQ(slot.priority, 1U);
    for (std::size_t arg = 0; arg < kArgWords; ++arg)
      EXPECT_EQ(slot.args[arg], arg < count ? arg + 1 : 0) << count << " arguments, argument " << arg;
  }
}

TEST(EncodeSlot, WindowOfEveryLength) {
  for (std::size_t count = 0; count <= protocol::kWindowPayloadWords; ++count) {
    const std::array<Words, 1> payload{numbers(count)};
    const auto slot = encode_slot(Window{.opcode = 9, .ticket = 77, .required = {}, .lookahead = payload}, 0);
    EXPECT_EQ(slot.args[0], 77U);
    EXPECT_EQ(slot.args[1], protocol::kWindowLookahead);
    for (std::size_t arg = 0; arg < protocol::kWindowPayloadWords; ++arg)
      EXPECT_EQ(slot.args[2 + arg], arg < count ? arg + 1 : 0) << count << " words, word " << arg;
  }
}

TEST(EncodeSlot, WindowPutsRequiredFirst) {
  const std::array<Words, 2> required{numbers(1), numbers(2)};
  const std::array<Words, 1> lookahead{numbers(3)};
  const Descriptor window =
      Window{.tenant = 2, .opcode = 5, .ticket = 8, .required = required, .lookahead = lookahead};
  ASSERT_EQ(slot_count(window), 3U);
  EXPECT_EQ(encode_slot(window, 0).args, padded({8, 0, 1}));
  EXPECT_EQ(encode_slot(window, 1).args, padded({8, 0, 1, 2}));
  EXPECT_EQ(encode_slot(window, 2).args, padded({8, 1, 1, 2, 3}));
  EXPECT_EQ(encode_slot(window, 2).tenant, 2U);
}

TEST(EncodeSlot, FencedBatchEndsInAFence) {
  const std::array<Operation, 2> items{{{1, numbers(2)}, {2, numbers(3)}}};
  const Descriptor batch = FencedBatch{.tenant = 4, .items = items, .tag = 55};
  ASSERT_EQ(slot_count(batch), 3U);
  EXPECT_EQ(encode_slot(batch, 1).args, padded({1, 2, 3}));
  const auto fence = encode_slot(batch, 2, Priority::kIdle);
  EXPECT_EQ(fence.opcode, protocol::kOpBatchFence);
  EXPECT_EQ(fence.tenant, 4U);
  EXPECT_EQ(fence.priority, 4U);
  EXPECT_EQ(fence.args, padded({2, 55}));
}

TEST(EncodeSlot, WorkItem) {
  const std::array<WorkItem, 1> items{{{.opcode = 8, .input = 1, .output = 2, .param = 3}}};
  const auto slot = encode_slot(WorkItems{.tenant = 6, .items = items}, 0);
  EXPECT_EQ(slot.opcode, 8U);
  EXPECT_EQ(slot.tenant, 6U);
  EXPECT_EQ(slot.args, padded({1, 2, 3}));
}

TEST(EncodeSlot, BatchMixesSinglesAndPacked) {
  const std::array<PackedOperation, 1> inner{{{7, numbers(1)}}};
  const std::array<SlotDescriptor, 2> items{Single{.tenant = 1, .opcode = 2, .args = numbers(1)},
                                            Packed{.tenant = 3, .operations = inner}};
  const Descriptor batch = Batch{items};
  EXPECT_EQ(encode_slot(batch, 0).opcode, 2U);
  EXPECT_EQ(encode_slot(batch, 1).opcode, protocol::kOpPackedSlot);
  EXPECT_EQ(encode_slot(batch, 1).tenant, 3U);
}

TEST(Validate, AcceptsWhatFits) {
  const std::array<Words, 1> payload{numbers(10)};
  EXPECT_TRUE(validate(Single{.opcode = 7, .args = numbers(12)}).has_value());
  EXPECT_TRUE(validate(Window{.opcode = 8, .required = payload, .lookahead = payload}).has_value());
  EXPECT_TRUE(validate(Batch{}).has_value());
  EXPECT_TRUE(validate(Packed{}).has_value());
}

TEST(Validate, TooManyArguments) {
  const std::vector<std::uint32_t> args(13);
  expect_error(validate(Single{.opcode = 1, .args = args}), ErrorCode::kTooMany,
               "13 arguments, a slot holds 12", "single", "split the work over more slots");
}

TEST(Validate, ReservedOpcodes) {
  constexpr std::string_view kFix =
      "use a built-in opcode, or a custom one with bit 31 clear, above 7 and outside 0xfff0-0xffff";
  const std::array<Operation, 2> items{{{1, {}}, {0xFFF0, {}}}};
  expect_error(validate(FencedBatch{.items = items}), ErrorCode::kReservedOpcode,
               "opcode 0xfff0 lies in the system range and is no built-in", "item 1", kFix);
  const std::array<WorkItem, 1> work{{{.opcode = 0x8000'0000}}};
  expect_error(validate(WorkItems{.items = work}), ErrorCode::kReservedOpcode,
               "opcode 0x80000000 lies in the system range and is no built-in", "work item 0", kFix);
  const std::array<Words, 1> payload{};
  expect_error(validate(Window{.opcode = 0xFFFF, .required = payload}), ErrorCode::kReservedOpcode,
               "opcode 0xffff lies in the system range and is no built-in", "window", kFix);
  expect_error(validate(Single{.opcode = protocol::kOpLoadMiss}), ErrorCode::kReservedOpcode,
               "opcode 0xfffd (load_miss) cannot be published as an operation", "single",
               "make its slot with encode_load_miss()");
}

TEST(Validate, WindowPayloads) {
  const std::array<Words, 2> payloads{numbers(1), numbers(11)};
  constexpr std::string_view kWhat = "window payload has 11 words, 10 fit beside ticket and class";
  expect_error(validate(Window{.opcode = 8, .required = payloads}), ErrorCode::kTooMany, kWhat,
               "required payload 1", "split the payload over two entries");
  expect_error(validate(Window{.opcode = 8, .lookahead = payloads}), ErrorCode::kTooMany, kWhat,
               "lookahead payload 1", "split the payload over two entries");
}

TEST(Validate, PackedOperationsAndWords) {
  const std::vector<PackedOperation> many(24);
  expect_error(validate(Packed{.operations = many}), ErrorCode::kTooMany,
               "24 packed operations, a slot holds the metadata of 23", "packed",
               "split the operations over more slots");
  const std::vector<PackedOperation> wide{{1, numbers(2)}, {2, numbers(8)}, {3, numbers(1)}};
  const std::array<SlotDescriptor, 2> items{Single{}, Packed{.operations = wide}};
  expect_error(
      validate(Batch{items}), ErrorCode::kTooMany,
      "2 metadata words for 3 packed operations and 10 argument words before this one's 1, a slot holds 12 "
      "words in all",
      "item 1, operation 2", "split the operations over more slots");
  EXPECT_TRUE(validate(Packed{.operations = std::span(wide).first(2)}).has_value());
}

// A span may claim any length; the sum of several must not wrap.
TEST(Validate, HugePackedArgumentsDoNotWrap) {
  const Words huge(kNumbers.data(), std::size_t{1} << 61);
  const std::vector<PackedOperation> operations(8, {1, huge});
  const auto verdict = validate(Packed{.operations = operations});
  ASSERT_FALSE(verdict.has_value());
  EXPECT_EQ(verdict.error().code, ErrorCode::kTooMany);
}

}  // namespace
}  // namespace vyre::descriptor
