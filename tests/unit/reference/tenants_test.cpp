// Fences, masks and quotas: what makes a slot wait, and what lets it go on.
#include "machine_fixture.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;
using protocol::kObservableWord;
using protocol::Status;

TEST(Fence, CompletesAfterDoneAndFaultedSlots) {
  TestMachine machine;
  machine.put(0, 1, protocol::kOpNop);
  machine.put(1, 1, 99);  // faults
  machine.put(2, 1, protocol::kOpBatchFence, {2, 1234});
  machine.interpreter->run();
  expect_done(machine, 2);
  expect_fault(machine, FaultCode::kUnknownOpcode, 99, 1);
  EXPECT_EQ(machine.observable(0), 1234U);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 1U);
  EXPECT_EQ(machine.metric(7), 1U);
}

TEST(Fence, WaitsForSlotsThatComeLater) {
  TestMachine machine({.doorbells = true});
  machine.put(0, 1, protocol::kOpNop);
  machine.put(1, 1, protocol::kOpBatchFence, {1, 5});
  machine.announce(1);  // only the fence is found at first
  EXPECT_EQ(machine.interpreter->run(), 1U);
  EXPECT_EQ(machine.status(1), Status::kRequeue);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 0U);
  EXPECT_EQ(machine.metric(7), 0U);
  machine.announce(0);
  EXPECT_EQ(machine.interpreter->run(), 1U);
  expect_done(machine, 1);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 1U);
}

TEST(Fence, OverNothingCompletesAtOnce) {
  TestMachine machine;
  machine.run_one(3, protocol::kOpBatchFence, {0, 8});
  expect_done(machine);
  EXPECT_EQ(machine.observable(0), 8U);
}

TEST(Fence, FencesThatWaitForEachOtherComplete) {
  TestMachine machine({.doorbells = true});
  for (std::uint32_t slot = 1; slot < 4; ++slot) machine.put(slot, 1, protocol::kOpBatchFence, {1, slot});
  machine.put(0, 1, protocol::kOpNop);
  for (std::uint32_t slot = 4; slot-- > 0;) machine.announce(slot);
  EXPECT_EQ(machine.interpreter->run(), 4U);
  for (std::uint32_t slot = 0; slot < 4; ++slot) expect_done(machine, slot);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 3U);
  EXPECT_EQ(machine.interpreter->parked(), 0U);
}

TEST(Fence, OverAnEmptySlotWaitsForEverWithoutHanging) {
  TestMachine machine;
  machine.put(1, 1, protocol::kOpBatchFence, {1, 5});
  EXPECT_EQ(machine.interpreter->run(), 1U);
  EXPECT_EQ(machine.interpreter->run(), 0U);
  EXPECT_EQ(machine.status(1), Status::kRequeue);
}

TEST(Masks, AMaskedTenantsSlotStaysPublished) {
  TestMachine machine({.doorbells = true});
  machine.control[protocol::kTenantMaskWord + 1] = 0;
  machine.put(0, 1, protocol::kOpNop);
  machine.announce(0);
  EXPECT_EQ(machine.interpreter->run(), 0U);
  EXPECT_EQ(machine.status(0), Status::kPublished);
  EXPECT_EQ(machine.control[protocol::kTenantFairnessWord + 1], 0U);
  machine.control[protocol::kTenantMaskWord + 1] = 4;  // anything but 0
  EXPECT_EQ(machine.interpreter->run(), 0U) << "the slot was given back: the host has to announce it";
  machine.announce(0);
  EXPECT_EQ(machine.interpreter->run(), 1U);
  expect_done(machine);
}

TEST(Masks, WithoutDoorbellsTheSlotIsFoundAgain) {
  TestMachine machine;
  machine.put(0, 7, protocol::kOpNop);
  EXPECT_EQ(machine.interpreter->run(), 0U);
  machine.control[protocol::kTenantMaskWord + 7] = 1;
  machine.control[protocol::kTenantQuotaWord + 7] = 1;
  EXPECT_EQ(machine.interpreter->run(), 1U);
}

TEST(Quotas, AQuotaOfZeroBlocksLikeAMask) {
  TestMachine machine({.doorbells = true});
  machine.control[protocol::kTenantQuotaWord + 1] = 0;
  machine.put(0, 1, protocol::kOpNop);
  machine.announce(0);
  EXPECT_EQ(machine.interpreter->run(), 0U);
  EXPECT_EQ(machine.interpreter->quota_blocked(), 0U);
  EXPECT_EQ(machine.status(0), Status::kPublished);
}

TEST(Quotas, BindWhileSlotsAreParked) {
  TestMachine machine({.doorbells = true});
  machine.control[protocol::kTenantQuotaWord + 1] = 1;
  machine.put(0, 2, protocol::kOpNop);
  machine.put(1, 1, protocol::kOpBatchFence, {1, 5});  // parks, and uses the quota up
  machine.put(2, 1, protocol::kOpStoreU32, {1, kObservableWord + 2});
  machine.put(3, 2, protocol::kOpStoreU32, {1, kObservableWord + 3});
  for (const std::uint32_t slot : {1U, 2U, 3U}) machine.announce(slot);
  EXPECT_EQ(machine.interpreter->run(), 2U);
  EXPECT_EQ(machine.status(2), Status::kPublished);
  EXPECT_EQ(machine.interpreter->quota_blocked(), 1U);
  expect_done(machine, 3);  // another tenant is not held up

  machine.announce(2);  // an entry too many changes nothing
  EXPECT_EQ(machine.interpreter->run(), 0U);
  EXPECT_EQ(machine.interpreter->quota_blocked(), 1U);

  machine.announce(0);
  EXPECT_EQ(machine.interpreter->run(), 2U);
  for (std::uint32_t slot = 0; slot < 4; ++slot) expect_done(machine, slot);
  EXPECT_EQ(machine.control[protocol::kTenantFairnessWord + 1], 2U);
  EXPECT_EQ(machine.interpreter->quota_blocked(), 0U);
}

TEST(Quotas, ARaisedQuotaLetsTheSlotGoWithoutAHint) {
  TestMachine machine({.doorbells = true});
  machine.control[protocol::kTenantQuotaWord + 1] = 1;
  machine.put(1, 1, protocol::kOpBatchFence, {1, 5});
  machine.put(2, 1, protocol::kOpNop);
  machine.announce(1);
  machine.announce(2);
  machine.interpreter->run();
  machine.control[protocol::kTenantQuotaWord + 1] = 2;
  EXPECT_EQ(machine.interpreter->run(), 1U);
  expect_done(machine, 2);
}

TEST(Quotas, EndedSlotsGiveTheirShareBack) {
  TestMachine machine;
  machine.control[protocol::kTenantQuotaWord + 1] = 1;
  for (std::uint32_t slot = 0; slot < 16; ++slot)
    machine.put(slot, 1, slot % 2 == 0 ? protocol::kOpNop : 99U);  // faults give it back, too
  EXPECT_EQ(machine.interpreter->run(), 16U);
  EXPECT_EQ(machine.control[protocol::kDoneCountWord], 16U);
}

TEST(Tenants, OutOfRangeOnesCountModulo32) {
  TestMachine machine;
  machine.put(0, 29, protocol::kOpNop);
  machine.put(1, 33, protocol::kOpNop);
  machine.interpreter->run();
  expect_fault(machine, FaultCode::kTenantOutOfRange, 29, 0);
  expect_fault(machine, FaultCode::kTenantOutOfRange, 33, 1);
  EXPECT_EQ(machine.control[protocol::kTenantFairnessWord + 29], 1U);
  EXPECT_EQ(machine.control[protocol::kTenantFairnessWord + 1], 1U);
}

}  // namespace
}  // namespace vyre::reference
