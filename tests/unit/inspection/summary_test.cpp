// Counting, and whether a kernel moved between two looks.
#include <random>

#include "inspection_fixture.hpp"
#include "vyre/inspection/difference.hpp"
#include "vyre/inspection/slots.hpp"
#include "vyre/inspection/summary.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::inspection {
namespace {

TEST(Summary, CountsControlAndRing) {
  auto inspection = inspection_of({slot_of(Status::kDone, protocol::kOpStoreU32, {}, 0, 2),
                                   slot_of(Status::kDone, protocol::kOpStoreU32, {}, 1, 0),
                                   slot_of(Status::kPublished, protocol::kOpNop, {}, 1, 9),
                                   slot_of(Status::kFault, 99, {}, 5, 2), Slot{}});
  auto& control = inspection.buffers.control;
  control[protocol::kEpochWord] = 4;
  control[protocol::kDoneCountWord] = 3;
  control[protocol::kMetricsWord + protocol::kOpStoreU32] = 2;
  control[protocol::kTenantFairnessWord + 1] = 2;
  control[protocol::kObservableWord + 3] = 42;
  const auto summary = summarize(inspection);
  ASSERT_TRUE(summary) << to_text(summary.error());
  EXPECT_EQ(summary->control->epoch, 4U);
  EXPECT_EQ(summary->observables_set, 1U);
  EXPECT_EQ(summary->occupancy->done, 2U);
  EXPECT_EQ(summary->queue_depth, 2U);
  EXPECT_EQ(summary->counters->queue_depth, 2U);
  EXPECT_EQ(summary->opcodes.entries, (std::vector<Counted>{{1, 2}, {0, 1}, {99, 1}}));
  EXPECT_EQ(summary->by_priority, (std::array<std::uint32_t, 5>{1, 0, 2, 0, 0}));
  ASSERT_EQ(summary->tenants.size(), 3U);
  EXPECT_EQ(summary->tenants[1].id, 1U);
  EXPECT_EQ(summary->tenants[1].slots, 2U);
  EXPECT_EQ(summary->tenants[1].claims, 2U);
  EXPECT_EQ(summary->tenants[1].mask, protocol::kTenantMaskEnabled);
  EXPECT_EQ(summary->tenants[2].id, 5U);
  EXPECT_EQ(summary->tenants[2].mask, 0U);
  EXPECT_EQ(*summary->fault_count, 1U);
  EXPECT_FALSE(summary->debug_records);
  EXPECT_FALSE(summary->io);
}

TEST(Summary, ADamagedDebugLogIsToldAndNoError) {
  auto inspection = inspection_of({Slot{}});
  inspection.buffers.debug_log = {6, 0, 0, 0, 0};
  const auto summary = summarize(inspection);
  ASSERT_TRUE(summary);
  ASSERT_TRUE(summary->debug_error);
  EXPECT_EQ(summary->debug_error->what, "the cursor stands at word 6, inside a record of 4 words");
}

TEST(Summary, IoQueueByStatus) {
  auto inspection = inspection_of({});
  inspection.buffers.ring.clear();
  inspection.buffers.io_queue.assign(4 * protocol::kIoSlotWords, 0);
  inspection.buffers.io_queue[6] = 1;
  inspection.buffers.io_queue[14] = 0x11;
  inspection.buffers.io_queue[22] = 99;
  const auto summary = summarize(inspection);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->io->empty, 1U);
  EXPECT_EQ(summary->io->published, 1U);
  EXPECT_EQ(summary->io->error, 1U);
  EXPECT_EQ(summary->io->unknown, 1U);
}

TEST(Summary, ArenaByWhatIsNotZero) {
  auto inspection = inspection_of({});
  EXPECT_FALSE(summarize(inspection)->arena);
  inspection.buffers.arena = {0, 7, 0, 0, 0xFFFF'FFFF};
  const auto summary = summarize(inspection);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->arena->words, 5U);
  EXPECT_EQ(summary->arena->not_zero, 2U);
}

TEST(Summary, MoreOpcodesThanAreKeptCountAmongOthers) {
  std::vector<Slot> slots;
  for (std::uint32_t i = 0; i < kMaxCounted + 10; ++i) slots.push_back(slot_of(Status::kDone, 1000 + i, {}));
  const auto summary = summarize(inspection_of(slots));
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->opcodes.entries.size(), kMaxCounted);
  EXPECT_EQ(summary->opcodes.others, 10U);
}

/// Buffers of any content: everything that is said about them is said without leaving them.
TEST(Summary, AnyWords) {
  std::mt19937 random(7);
  const auto fill = [&random](std::vector<std::uint32_t>& words, std::size_t size) {
    words.resize(size);
    // Small numbers as well, so that statuses, opcodes and packed metadata are hit.
    for (auto& word : words) word = static_cast<std::uint32_t>(random() % 3 == 0 ? random() : random() % 12);
  };
  for (int round = 0; round < 200; ++round) {
    Inspection any = inspection_of({});
    fill(any.buffers.control, protocol::kControlFixedWords + random() % 20);
    fill(any.buffers.ring, protocol::kSlotWords * (1 + random() % 40));
    fill(any.buffers.completions, any.slot_count() * std::size_t{protocol::kDumpCompletionWords});
    fill(any.buffers.debug_log, 1 + random() % 40);
    fill(any.buffers.io_queue, protocol::kIoSlotWords * (1 + random() % 5));
    const auto summary = summarize(any);
    ASSERT_TRUE(summary) << to_text(summary.error());
    std::uint64_t slots = 0;
    for (const auto& entry : summary->opcodes.entries) slots += entry.count;
    EXPECT_EQ(slots + summary->occupancy->empty, any.slot_count());
    for (std::uint32_t index = 0; index < any.slot_count(); ++index) {
      Slot slot = any.slot(index);
      slot.opcode = protocol::kOpPackedSlot;
      EXPECT_EQ(operation_text(slot).substr(0, 11), "packed_slot");
      static_cast<void>(SlotFilter{.opcodes = {1}}.matches(index, slot));
    }
    EXPECT_TRUE(windows(any, guess_window_opcodes(any)));
    EXPECT_EQ(faults(any).size(), *summary->fault_count);
    EXPECT_EQ(compare(any, any, {}, 10)->count, 0U);
  }
}

TEST(Stall, SameCountersWithWorkLeft) {
  auto before = inspection_of(
      {slot_of(Status::kPublished, 0, {}), slot_of(Status::kClaimed, 0, {}), slot_of(Status::kDone, 0, {})});
  auto after = before;
  auto stall = check_stall(before, after);
  ASSERT_TRUE(stall);
  EXPECT_TRUE(stall->suspected);
  EXPECT_EQ(to_text(*stall),
            "stall suspected: no progress: epoch 0 and done 0 in both, while 1 published and 1 claimed slots "
            "remain, 2 of them "
            "unchanged");
  after.buffers.control[protocol::kDoneCountWord] = 5;
  stall = check_stall(before, after);
  ASSERT_TRUE(stall);
  EXPECT_FALSE(stall->suspected);
  EXPECT_EQ(to_text(*stall), "progress: epoch 0 to 0, done 0 to 5");
}

TEST(Stall, NothingLeftIsIdle) {
  const auto ring = inspection_of({slot_of(Status::kDone, 0, {}), Slot{}});
  const auto stall = check_stall(ring, ring);
  ASSERT_TRUE(stall);
  EXPECT_FALSE(stall->suspected);
  EXPECT_EQ(to_text(*stall),
            "no progress: epoch 0 and done 0 in both, and nothing is published or claimed: idle");
}

TEST(Stall, NeedsControlAndRingOfOneKind) {
  const auto two = inspection_of({Slot{}, Slot{}});
  auto blind = two;
  blind.buffers.control.clear();
  expect_error(check_stall(blind, two), ErrorCode::kBadInput,
               "a stall shows in control buffer and ring, one of them is missing", "test",
               "name snapshots, or pass both raw buffers");
  expect_error(check_stall(inspection_of({Slot{}}), two), ErrorCode::kBadInput,
               "a ring of 1 slots, the other has 2", "test", "take two looks at one ring");
}

}  // namespace
}  // namespace vyre::inspection
