#include "vyre/protocol/layout.hpp"

#include <gtest/gtest.h>

#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::protocol {
namespace {

TEST(Layout, PackedArgumentsStartBehindTheMetadata) {
  EXPECT_EQ(packed_args_word(0), 1U);
  EXPECT_EQ(packed_args_word(1), 1U);
  EXPECT_EQ(packed_args_word(2), 2U);
  EXPECT_EQ(packed_args_word(3), 2U);
  EXPECT_EQ(packed_args_word(4), 3U);
  EXPECT_EQ(kPackedMaxOps, 23U);
  EXPECT_EQ(packed_args_word(kPackedMaxOps), kArgWords);
}

TEST(Layout, PartitionsCoverTheRing) {
  for (const std::uint32_t slots : {1U, 4U, 5U, 7U, 64U, 1023U, kMaxSlots}) {
    const auto offsets = priority_offsets(slots);
    EXPECT_EQ(offsets.front(), 0U);
    EXPECT_EQ(offsets.back(), slots);
    for (std::uint32_t priority = 0; priority < kPriorityCount; ++priority) {
      ASSERT_LE(offsets[priority], offsets[priority + 1]);
      if (offsets[priority] == offsets[priority + 1]) continue;
      EXPECT_EQ(static_cast<std::uint32_t>(priority_of_slot(offsets[priority], slots)), priority) << slots;
      EXPECT_EQ(static_cast<std::uint32_t>(priority_of_slot(offsets[priority + 1] - 1, slots)), priority)
          << slots;
    }
  }
}

// Every fixed word has one name: a gap or an overlap in the table would show up in dumps.
TEST(Layout, ControlNamesCoverTheFixedWordsOnce) {
  std::uint32_t next = 0;
  for (const auto& words : kControlNames) {
    EXPECT_EQ(words.first, next) << words.name;
    EXPECT_GT(words.count, 0U) << words.name;
    next = words.first + words.count;
  }
  EXPECT_EQ(next, kObservableWord);
}

TEST(Layout, UnknownStatusHasAName) {
  EXPECT_EQ(status_name(static_cast<std::uint32_t>(Status::kFault)), "fault");
  EXPECT_EQ(status_name(8), "unknown");
  EXPECT_EQ(status_name(0xFFFF'FFFF), "unknown");
}

TEST(Faults, FoundByCodeAndByName) {
  for (const auto& info : kFaults) {
    EXPECT_EQ(find_fault(info.code), &info);
    EXPECT_EQ(find_fault(info.name), &info);
  }
  EXPECT_EQ(find_fault(FaultCode::kNone), nullptr);
  EXPECT_EQ(find_fault("unknown"), nullptr);
}

TEST(Faults, CompletionKeepsStatusAndFault) {
  const auto fault = static_cast<std::uint32_t>(Status::kFault);
  for (const auto& info : kFaults) {
    const std::uint32_t word = make_completion(fault, info.code);
    EXPECT_EQ(completion_status(word), fault);
    EXPECT_EQ(completion_fault(word), info.code);
  }
}

}  // namespace
}  // namespace vyre::protocol
