// The order in which slots are claimed, seen by the records that they print.
#include "machine_fixture.hpp"

namespace vyre::reference {
namespace {

using protocol::Status;

constexpr std::uint32_t kStarvation = protocol::kPriorityStarvationWord;

/// Slots in the order in which they ran.
std::vector<std::uint32_t> order_of(const TestMachine& machine) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t at = 1; at < 1 + machine.debug_log[0]; at += 4)
    order.push_back(machine.debug_log[at + 3] / 16);
  return order;
}

void print_from(TestMachine& machine, std::uint32_t slot) {
  machine.put(slot, 0, protocol::kOpPrintf);
  machine.announce(slot);
}

TEST(SlotScheduler, RunsWhatIsAnnouncedInOrder) {
  TestMachine machine({.debug_records = 16, .doorbells = true});
  for (const std::uint32_t slot : {9U, 2U, 15U, 0U}) print_from(machine, slot);
  machine.interpreter->run();
  EXPECT_EQ(order_of(machine), (std::vector<std::uint32_t>{9, 2, 15, 0}));
  EXPECT_EQ(machine.control[kStarvation], 0U);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(machine.control[protocol::kPriorityFairnessWord + i], 0U);
}

TEST(SlotScheduler, DropsStaleRepeatedAndWildEntries) {
  TestMachine machine({.debug_records = 16, .doorbells = true});
  print_from(machine, 3);
  for (const std::uint32_t slot : {3U, 5U, 16U, 0xF'FFFFU}) machine.announce(slot);
  EXPECT_EQ(machine.interpreter->run(), 1U);
  EXPECT_EQ(machine.status(5), Status::kEmpty);
}

TEST(SlotScheduler, DoorbellsRunFreelyAcrossZero) {
  TestMachine machine({.slots = 4, .debug_records = 16, .doorbells = true, .first_entry = 0xFFFF'FFFD});
  for (const std::uint32_t slot : {3U, 1U, 2U, 0U}) print_from(machine, slot);
  EXPECT_EQ(machine.doorbells[0], 1U);
  machine.interpreter->run();
  EXPECT_EQ(order_of(machine), (std::vector<std::uint32_t>{3, 1, 2, 0}));
}

TEST(SlotScheduler, WithoutDoorbellsGoesByIndex) {
  TestMachine machine({.debug_records = 16});
  for (const std::uint32_t slot : {9U, 2U, 15U}) machine.put(slot, 0, protocol::kOpPrintf);
  machine.interpreter->run();
  EXPECT_EQ(order_of(machine), (std::vector<std::uint32_t>{2, 9, 15}));
}

TEST(SlotScheduler, ClaimsAtMostWhatItIsAllowed) {
  TestMachine machine({.doorbells = true});
  for (std::uint32_t slot = 0; slot < 5; ++slot) print_from(machine, slot);
  EXPECT_EQ(machine.interpreter->run(2), 2U);
  EXPECT_EQ(machine.status(2), Status::kPublished);
  EXPECT_EQ(machine.interpreter->run(0), 0U);
  EXPECT_EQ(machine.interpreter->run(), 3U);
}

// 40 slots: eight in each partition.
MachineSizes priority_sizes() {
  return {.slots = 40, .debug_records = 64, .scheduler = ring::Scheduler::kPriority, .doorbells = true};
}

TEST(PriorityScheduler, TakesTheLowestClassFirst) {
  TestMachine machine(priority_sizes());
  for (const std::uint32_t slot : {39U, 30U, 20U, 10U, 1U, 0U}) print_from(machine, slot);
  machine.interpreter->run();
  EXPECT_EQ(order_of(machine), (std::vector<std::uint32_t>{1, 0, 10, 20, 30, 39}));
  const auto* fairness = &machine.control[protocol::kPriorityFairnessWord];
  EXPECT_EQ(std::vector(fairness, fairness + 5), (std::vector<std::uint32_t>{2, 1, 1, 1, 1}));
  EXPECT_EQ(machine.control[kStarvation], 0U);
}

TEST(PriorityScheduler, AfterSixteenUrgentClaimsOneOtherComesFirst) {
  for (const bool doorbells : {true, false}) {
    auto sizes = priority_sizes();
    sizes.slots = 100;
    sizes.doorbells = doorbells;
    TestMachine machine(sizes);
    for (std::uint32_t slot = 0; slot < 40; ++slot) machine.put(slot, 0, protocol::kOpPrintf);
    for (const std::uint32_t slot : {45U, 65U, 99U}) machine.put(slot, 0, protocol::kOpPrintf);
    if (doorbells)
      for (std::uint32_t slot = 0; slot < 100; ++slot) machine.announce(slot);  // most of them stale
    machine.interpreter->run();
    const auto order = order_of(machine);
    ASSERT_EQ(order.size(), 43U);
    EXPECT_EQ(order[15], 15U);
    EXPECT_EQ(order[16], 45U);
    EXPECT_EQ(order[17], 16U);
    EXPECT_EQ(order[33], 65U);
    // Six urgent ones are left after 2 * 16, then the idle one.
    EXPECT_EQ(order[42], 99U);
    EXPECT_EQ(machine.control[kStarvation], 0U);
  }
}

TEST(PriorityScheduler, StarvationWithoutOthersGoesOnCounting) {
  TestMachine machine(priority_sizes());
  machine.control[kStarvation] = 15;
  for (const std::uint32_t slot : {8U, 0U, 1U, 2U}) print_from(machine, slot);
  machine.interpreter->run();
  EXPECT_EQ(machine.control[kStarvation], 19U);
  EXPECT_EQ(order_of(machine), (std::vector<std::uint32_t>{0, 1, 2, 8}))
      << "critical still comes before high";
}

TEST(PriorityScheduler, SmallRingsHaveEmptyPartitions) {
  auto sizes = priority_sizes();
  sizes.slots = 3;
  TestMachine machine(sizes);
  for (std::uint32_t slot = 0; slot < 3; ++slot) print_from(machine, slot);
  EXPECT_EQ(machine.interpreter->run(), 3U);
  EXPECT_EQ(machine.control[protocol::kPriorityFairnessWord + 2], 3U);
}

}  // namespace
}  // namespace vyre::reference
