#include "vyre/ring/publisher.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "support/memory_ring.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using descriptor::Single;
using test::MemoryRing;

Single nop() { return {}; }

/// Operations of a fenced batch: that many NOPs, which need one slot more.
std::vector<descriptor::Operation> nops(std::size_t count) {
  return std::vector<descriptor::Operation>(count);
}

ring::Clock::time_point soon() { return ring::Clock::now() + 20ms; }

TEST(Publisher, PublishesInOrderAndRingsTheDoorbell) {
  MemoryRing kernel(4);
  ring::Publisher publisher(kernel.memory(), kernel);
  const std::array<std::uint32_t, 2> args{7, 160};
  const auto first = publisher.publish(Single{.tenant = 3, .opcode = protocol::kOpStoreU32, .args = args});
  const auto second = publisher.publish(nop());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->first_slot, 0U);
  EXPECT_EQ(second->first_slot, 1U);
  EXPECT_LT(first->id, second->id);
  EXPECT_EQ(kernel.status(0), protocol::Status::kPublished);
  EXPECT_EQ(kernel.word(0, protocol::kTenantWord), 3U);
  EXPECT_EQ(kernel.word(0, protocol::kArgsWord), 7U);
  EXPECT_EQ(kernel.tail(0), 2U);
  EXPECT_EQ(kernel.entry(0, 0), ring::make_entry(0, 0, 1));
  EXPECT_EQ(kernel.entry(0, 1), ring::make_entry(1, 1, 1));
  EXPECT_EQ(kernel.newest(0), kernel.entry(0, 1));
  EXPECT_EQ(kernel.notifications, 2U);
}

TEST(Publisher, RefusesWhenTheRingStaysFullAndPublishesNothing) {
  MemoryRing kernel(2);
  ring::Publisher publisher(kernel.memory(), kernel);
  ASSERT_TRUE(publisher.publish(nop()) && publisher.publish(nop()));
  const auto third = publisher.publish(nop(), {.priority = {}, .at_slot = {}, .deadline = soon()});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(third.error().what, "timed out: no 1 free slots in 0..1 of the ring");
  EXPECT_EQ(publisher.counts().published, 2U);
}

TEST(Publisher, WaitsForAFreeSlotAndRecyclesIt) {
  MemoryRing kernel(2);
  ring::Publisher publisher(kernel.memory(), kernel);
  ASSERT_TRUE(publisher.publish(nop()) && publisher.publish(nop()));
  std::thread finisher([&] {
    std::this_thread::sleep_for(5ms);
    kernel.finish(0);
  });
  const auto third =
      publisher.publish(nop(), {.priority = {}, .at_slot = {}, .deadline = ring::Clock::now() + 10s});
  finisher.join();
  ASSERT_TRUE(third);
  EXPECT_EQ(third->first_slot, 0U);
  EXPECT_EQ(publisher.counts().done, 1U);
  EXPECT_EQ(publisher.counts().in_flight, 2U);
}

TEST(Publisher, PassesOverABlockedSlotOnceTheRingIsStuck) {
  MemoryRing kernel(3);
  ring::Publisher publisher(kernel.memory(), kernel);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(publisher.publish(nop()));
  kernel.finish(1);  // slot 0 stays: its tenant is masked, say
  const auto next =
      publisher.publish(nop(), {.priority = {}, .at_slot = {}, .deadline = ring::Clock::now() + 10s});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->first_slot, 1U);
}

TEST(Publisher, KeepsAFencedBatchTogetherUntilItsFenceIsDone) {
  MemoryRing kernel(4);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto items = nops(2);
  const auto batch = publisher.publish(descriptor::FencedBatch{.items = items, .tag = 9});
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->slot_count, 3U);
  kernel.finish(0);
  kernel.finish(1);
  ASSERT_TRUE(publisher.publish(nop()));  // slot 3
  const auto early = publisher.publish(nop(), {.priority = {}, .at_slot = {}, .deadline = soon()});
  EXPECT_FALSE(early) << "slots of a batch whose fence still waits were recycled";
  kernel.finish(2);
  EXPECT_TRUE(
      publisher.publish(nop(), {.priority = {}, .at_slot = {}, .deadline = ring::Clock::now() + 10s}));
}

TEST(Publisher, RefusesABatchLargerThanTheRing) {
  MemoryRing kernel(4);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto items = nops(4);
  const auto batch = publisher.publish(descriptor::FencedBatch{.items = items});
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(batch.error().what, "5 slots do not fit into slots 0..3 of the ring of 4");
  EXPECT_EQ(batch.error().fix, "make the ring larger, or split the batch");
  EXPECT_EQ(kernel.tail(0), 0U);
}

TEST(Publisher, PlacesByPriorityAndSaysSoInTheSlot) {
  MemoryRing kernel(10, ring::Scheduler::kPriority);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto low =
      publisher.publish(nop(), {.priority = protocol::Priority::kLow, .at_slot = {}, .deadline = soon()});
  const auto usual = publisher.publish(nop());
  ASSERT_TRUE(low && usual);
  EXPECT_EQ(low->first_slot, 6U);
  EXPECT_EQ(kernel.word(6, protocol::kPriorityWord), 3U);
  EXPECT_EQ(kernel.tail(3), 1U);
  EXPECT_EQ(usual->first_slot, 4U);
  EXPECT_EQ(kernel.word(4, protocol::kPriorityWord), 2U);
  EXPECT_EQ(kernel.tail(2), 1U);
}

TEST(Publisher, WaitsForTheSlotThatWasAskedFor) {
  MemoryRing kernel(4);
  ring::Publisher publisher(kernel.memory(), kernel);
  ASSERT_TRUE(publisher.publish(nop(), {.priority = {}, .at_slot = 3, .deadline = soon()}));
  EXPECT_EQ(kernel.status(3), protocol::Status::kPublished);
  EXPECT_FALSE(publisher.publish(nop(), {.priority = {}, .at_slot = 3, .deadline = soon()}));
  kernel.finish(3);
  EXPECT_TRUE(publisher.publish(nop(), {.priority = {}, .at_slot = 3, .deadline = soon()}));
  const auto outside = publisher.publish(nop(), {.priority = {}, .at_slot = 4, .deadline = soon()});
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().what, "1 slots from slot 4 leave the ring of 4 slots");
}

TEST(Publisher, RemembersFaultsAfterTheirSlotsAreRecycled) {
  MemoryRing kernel(1);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto ticket = publisher.publish(Single{.tenant = 5, .opcode = 0x4000'0001, .args = {}});
  ASSERT_TRUE(ticket);
  kernel.fault(0, protocol::FaultCode::kUnknownOpcode, 0x4000'0001);
  ASSERT_TRUE(publisher.wait(*ticket, soon()));
  ASSERT_TRUE(publisher.publish(nop()));
  const auto faults = publisher.faults();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].ticket, ticket->id);
  EXPECT_EQ(faults[0].code, protocol::FaultCode::kUnknownOpcode);
  EXPECT_EQ(faults[0].detail, 0x4000'0001U);
  EXPECT_EQ(faults[0].tenant, 5U);
  EXPECT_EQ(faults[0].opcode, 0x4000'0001U);
}

TEST(Publisher, WindowIsUsableWhenItsRequiredSlotsAreDone) {
  MemoryRing kernel(4);
  ring::Publisher publisher(kernel.memory(), kernel);
  const std::vector<descriptor::Words> required(2), lookahead(1);
  const descriptor::Window window{
      .opcode = 0x4000'0001, .ticket = 77, .required = required, .lookahead = lookahead};
  ASSERT_TRUE(publisher.publish(window));
  kernel.finish(0);
  EXPECT_EQ(publisher.wait_window(77, soon()).error().code, ErrorCode::kTimeout);
  kernel.finish(1);
  EXPECT_TRUE(publisher.wait_window(77, soon()));
  kernel.finish(2);
  publisher.reap();
  const auto windows = publisher.windows();
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_TRUE(windows[0].usable());
  EXPECT_EQ(windows[0].lookahead_done, 1U);
  EXPECT_EQ(publisher.wait_window(78, soon()).error().what, "no window with ticket 78 was published");
}

TEST(Publisher, WindowWithAFaultedRequiredSlotNeverBecomesUsable) {
  MemoryRing kernel(2);
  ring::Publisher publisher(kernel.memory(), kernel);
  const std::vector<descriptor::Words> required(1);
  ASSERT_TRUE(publisher.publish(
      descriptor::Window{.opcode = 0x4000'0001, .ticket = 1, .required = required, .lookahead = {}}));
  kernel.fault(0, protocol::FaultCode::kHandler, 3);
  const auto waited = publisher.wait_window(1, ring::Clock::now() + 10s);
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().what, "window 1 can never be usable: a required slot faulted");
}

TEST(Publisher, WaitEndsWithTheConsumersError) {
  MemoryRing kernel(1);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto ticket = publisher.publish(nop());
  kernel.broken = true;
  EXPECT_EQ(publisher.wait(*ticket).error().code, ErrorCode::kDeviceLost);
}

TEST(Publisher, WaitEndsWhenTheKernelWasShutDown) {
  MemoryRing kernel(1);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto ticket = publisher.publish(nop());
  kernel.shut_down = true;
  EXPECT_EQ(publisher.wait(*ticket).error().code, ErrorCode::kShutDown);
}

TEST(Publisher, AnnouncesAnewWhatTheKernelGaveBack) {
  MemoryRing kernel(4);
  ring::Publisher publisher(kernel.memory(), kernel);
  ASSERT_TRUE(publisher.publish(nop()) && publisher.publish(nop()));
  publisher.ring_again();
  EXPECT_EQ(kernel.tail(0), 2U) << "the kernel has both still before it, and would run them twice";
  kernel.give_back(1);
  EXPECT_EQ(publisher.counts().in_flight, 2U);
  publisher.ring_again();
  EXPECT_EQ(kernel.tail(0), 3U);
  EXPECT_EQ(kernel.entry(0, 2), ring::make_entry(2, 1, 1));
  publisher.ring_again();
  EXPECT_EQ(kernel.tail(0), 3U) << "announced once";
}

TEST(Publisher, ManyThreadsPublishEverythingExactlyOnce) {
  constexpr std::uint32_t kThreads = 4, kEach = 2'000;
  MemoryRing kernel(64);
  ring::Publisher publisher(kernel.memory(), kernel);
  std::atomic<bool> over{false};
  std::uint64_t finished = 0;
  std::thread drain([&] {
    while (!over || kernel.tail(0) != 0) {
      finished += kernel.finish_all();
      if (over && finished == kThreads * kEach) return;
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> threads;
  std::atomic<std::uint32_t> failures{0};
  for (std::uint32_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      for (std::uint32_t i = 0; i < kEach; ++i)
        if (!publisher.publish(nop(), {.priority = {}, .at_slot = {}, .deadline = ring::Clock::now() + 60s}))
          ++failures;
    });
  for (auto& thread : threads) thread.join();
  over = true;
  EXPECT_TRUE(publisher.wait_all(ring::Clock::now() + 60s));
  drain.join();
  EXPECT_EQ(failures, 0U);
  EXPECT_EQ(finished, kThreads * kEach);
  EXPECT_EQ(publisher.counts().done, kThreads * kEach);
}

}  // namespace
