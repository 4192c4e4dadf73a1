// A ring cut into shards, bounded backlogs, and places of doorbell entries that are used again.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "support/expect_error.hpp"
#include "support/memory_ring.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using descriptor::Single;
using test::MemoryRing;

ring::PublishOptions at(std::uint32_t slot) {
  return {.priority = {}, .at_slot = slot, .deadline = ring::Clock::now() + 20ms};
}
ring::PublishOptions briefly() {
  return {.priority = {}, .at_slot = {}, .deadline = ring::Clock::now() + 20ms};
}
std::vector<descriptor::SlotDescriptor> nops(std::size_t count, std::uint32_t tenant = 0) {
  return std::vector<descriptor::SlotDescriptor>(count, Single{.tenant = tenant});
}

TEST(Shards, EachRingsItsOwnDoorbell) {
  MemoryRing kernel(8, ring::Scheduler::kSlot, 2);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto items = nops(2);
  ASSERT_TRUE(publisher.publish(Single{}, at(5)));
  ASSERT_TRUE(publisher.publish(descriptor::Batch{items}, at(0)));
  EXPECT_EQ(kernel.entry(0, 0), ring::make_entry(0, 0, 2));
  EXPECT_EQ(kernel.entry(1, 0), ring::make_entry(0, 5, 1));
  EXPECT_EQ(publisher.counts().published, 3U);
  EXPECT_EQ(publisher.in_flight(9).size(), 3U);
  kernel.finish_all();
  EXPECT_TRUE(publisher.wait_all(ring::Clock::now() + 10s));
}

TEST(Shards, NoPublicationLiesInTwo) {
  MemoryRing kernel(8, ring::Scheduler::kSlot, 2);
  ring::Publisher publisher(kernel.memory(), kernel);
  const auto two = nops(2);
  const auto across = publisher.publish(descriptor::Batch{two}, at(3));
  ASSERT_FALSE(across);
  EXPECT_EQ(across.error().what, "2 slots do not fit into slots 3..3 of the ring of 8");
  const auto five = nops(5);
  EXPECT_FALSE(publisher.publish(descriptor::Batch{five}, briefly()));
  EXPECT_EQ(publisher.counts().published, 0U);
}

TEST(Shards, ThreadsHaveOneEachAndTicketsAreTheirOwn) {
  constexpr std::uint32_t kThreads = 4;
  MemoryRing kernel(64, ring::Scheduler::kSlot, kThreads);
  ring::Publisher publisher(kernel.memory(), kernel);
  std::array<ring::Ticket, kThreads> tickets;
  std::vector<std::thread> threads;
  for (auto& ticket : tickets)
    threads.emplace_back([&] {
      if (auto published = publisher.publish(Single{})) ticket = *published;
    });
  for (auto& thread : threads) thread.join();
  std::vector<std::uint64_t> ids, shards;
  for (const auto& ticket : tickets) {
    ids.push_back(ticket.id);
    shards.push_back(ticket.first_slot / 16);
  }
  std::ranges::sort(ids);
  std::ranges::sort(shards);
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(shards, (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST(Shards, AWindowMayHavePartsInSeveral) {
  MemoryRing kernel(8, ring::Scheduler::kSlot, 2);
  ring::Publisher publisher(kernel.memory(), kernel);
  const std::array<descriptor::Words, 1> payload{};
  const descriptor::Window window{.ticket = 7, .required = payload, .lookahead = {}};
  ASSERT_TRUE(publisher.publish(window, at(0)) && publisher.publish(window, at(4)));
  kernel.finish(0);
  EXPECT_FALSE(publisher.wait_window(7, ring::Clock::now() + 5ms));
  kernel.finish(4);
  EXPECT_TRUE(publisher.wait_window(7, ring::Clock::now() + 10s));
}

// --- Backlogs ---------------------------------------------------------------------------------------------

ring::PublisherOptions two_of_tenant_one() {
  ring::PublisherOptions options;
  options.backlog[1] = 2;
  return options;
}

TEST(Backlog, HoldsBackItsTenantAlone) {
  MemoryRing kernel(8);
  ring::Publisher publisher(kernel.memory(), kernel, two_of_tenant_one());
  const auto first = publisher.publish(Single{.tenant = 1}, briefly());
  ASSERT_TRUE(first && publisher.publish(Single{.tenant = 1}, briefly()));
  const auto third = publisher.publish(Single{.tenant = 1}, briefly());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(third.error().what, "timed out: tenant 1 has its backlog of 2 slots in flight");
  EXPECT_TRUE(publisher.publish(Single{.tenant = 2}, briefly()));
  const std::array<descriptor::SlotDescriptor, 2> mixed{Single{.tenant = 2}, Single{.tenant = 1}};
  EXPECT_FALSE(publisher.publish(descriptor::Batch{mixed}, briefly()));
  EXPECT_EQ(publisher.counts().published, 3U);
  kernel.finish(first->first_slot);
  EXPECT_TRUE(publisher.publish(descriptor::Batch{mixed}, briefly())) << "one place became free";
  EXPECT_FALSE(publisher.publish(Single{.tenant = 1}, briefly()));
}

TEST(Backlog, RefusesWhatCanNeverFit) {
  MemoryRing kernel(8);
  ring::Publisher publisher(kernel.memory(), kernel, two_of_tenant_one());
  const auto items = nops(3, 1);
  const auto three = publisher.publish(descriptor::Batch{items}, briefly());
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(three.error().what, "3 slots of tenant 1 at once, its backlog is bounded to 2");
  EXPECT_EQ(three.error().fix, "split the publication, or allow a larger backlog");
}

// --- Entries ----------------------------------------------------------------------------------------------

void set_status(MemoryRing& kernel, std::uint32_t slot, protocol::Status status) {
  kernel.word(slot, protocol::kStatusWord) = static_cast<std::uint32_t>(status);
}

TEST(Entries, APlaceIsUsedAgainOnlyWhenItsEntryWasTaken) {
  MemoryRing kernel(2);  // and as many entries
  ring::Publisher publisher(kernel.memory(), kernel);
  ASSERT_TRUE(publisher.publish(Single{}) && publisher.publish(Single{}));
  kernel.finish(1);
  EXPECT_FALSE(publisher.publish(Single{}, at(1))) << "the kernel has not looked at the first entry";
  EXPECT_EQ(kernel.tail(0), 2U);
  set_status(kernel, 0, protocol::Status::kClaimed);
  EXPECT_TRUE(publisher.publish(Single{}, at(1)));
  EXPECT_EQ(kernel.tail(0), 3U);
  kernel.finish(1);
  EXPECT_TRUE(publisher.publish(Single{}, at(1))) << "what was taken once stays taken";
}

TEST(Entries, WhatIsAnnouncedAnewIsUntakenAgain) {
  MemoryRing kernel(2);
  ring::Publisher publisher(kernel.memory(), kernel);
  ASSERT_TRUE(publisher.publish(Single{}) && publisher.publish(Single{}));
  kernel.give_back(0);
  kernel.finish(1);
  ASSERT_TRUE(publisher.publish(Single{}, at(1)));  // entry 2
  publisher.ring_again();                           // entry 3: slot 0
  EXPECT_EQ(kernel.entry(0, 3), ring::make_entry(3, 0, 1));
  kernel.finish(1);
  EXPECT_FALSE(publisher.publish(Single{}, at(1))) << "the kernel has not looked at slot 0 again";
  kernel.give_back(0);
  EXPECT_TRUE(publisher.publish(Single{}, at(1)));
}

}  // namespace
