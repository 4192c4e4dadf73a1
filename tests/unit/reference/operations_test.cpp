// Each opcode in a slot of its own: effect, count, and every fault with its detail.
#include <array>
#include <string>

#include "machine_fixture.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;
using protocol::kObservableWord;

constexpr std::uint32_t kWords = kObservableWord + 32;  ///< control words of the test machine
constexpr std::uint32_t kBig = 0xFFFF'FFFF;

TEST(Operations, NopDoesNothingButCount) {
  TestMachine machine;
  auto expected = machine.control;
  machine.run_one(1, protocol::kOpNop, {1, 2, 3});
  expect_done(machine);
  expected[protocol::kMetricsWord] = 1;
  expected[protocol::kDoneCountWord] = 1;
  expected[protocol::kTenantFairnessWord + 1] = 1;
  EXPECT_EQ(machine.control, expected);
}

TEST(Operations, StoreWritesAWord) {
  TestMachine machine;
  machine.run_one(2, protocol::kOpStoreU32, {42, kObservableWord + 3});
  expect_done(machine);
  EXPECT_EQ(machine.observable(3), 42U);
  EXPECT_EQ(machine.metric(protocol::kOpStoreU32), 1U);
}

TEST(Operations, AtomicAddWraps) {
  TestMachine machine;
  machine.control[kObservableWord] = kBig;
  machine.run_one(0, protocol::kOpAtomicAdd, {3, kObservableWord});
  expect_done(machine);
  EXPECT_EQ(machine.observable(0), 2U);
  EXPECT_EQ(machine.metric(protocol::kOpAtomicAdd), 1U);
}

TEST(Operations, LoadCopiesAnyWordToAnObservable) {
  TestMachine machine;
  machine.run_one(3, protocol::kOpLoadU32, {protocol::kTenantQuotaWord, 31});
  expect_done(machine);
  EXPECT_EQ(machine.observable(31), protocol::kTenantQuotaDefault);
  EXPECT_EQ(machine.metric(protocol::kOpLoadU32), 1U);
}

TEST(Operations, CompareSwapSwapsWhenEqualAndTellsThePrevious) {
  // at < observables, so only a ring with more than 160 observables reaches one of its own.
  TestMachine machine({.observables = 400});
  constexpr std::uint32_t kAt = kObservableWord + 5;
  machine.run_one(1, protocol::kOpCompareSwap, {kAt, 1005, 77});
  expect_done(machine);
  EXPECT_EQ(machine.control[kAt], 77U);
  EXPECT_EQ(machine.observable(kAt), 1005U);
  EXPECT_EQ(machine.metric(protocol::kOpCompareSwap), 1U);
}

TEST(Operations, CompareSwapLeavesAnUnequalWord) {
  TestMachine machine({.observables = 400});
  constexpr std::uint32_t kAt = kObservableWord + 5;
  machine.run_one(1, protocol::kOpCompareSwap, {kAt, 4, 77});
  expect_done(machine);
  EXPECT_EQ(machine.control[kAt], 1005U);
  EXPECT_EQ(machine.observable(kAt), 1005U);
}

TEST(Operations, MemcpyCopies) {
  TestMachine machine;
  machine.run_one(1, protocol::kOpMemcpy, {kObservableWord + 1, kObservableWord + 20, 3});
  expect_done(machine);
  EXPECT_EQ(machine.observable(19), 1019U);
  EXPECT_EQ(machine.observable(20), 1001U);
  EXPECT_EQ(machine.observable(22), 1003U);
  EXPECT_EQ(machine.observable(23), 1023U);
  EXPECT_EQ(machine.metric(protocol::kOpMemcpy), 1U);
}

TEST(Operations, MemcpyUpwardOverlapPropagates) {
  TestMachine machine;
  machine.run_one(1, protocol::kOpMemcpy, {kObservableWord, kObservableWord + 1, 4});
  for (std::uint32_t i = 0; i <= 4; ++i) EXPECT_EQ(machine.observable(i), 1000U) << i;
  EXPECT_EQ(machine.observable(5), 1005U);
}

TEST(Operations, MemcpyOfNothingMayStandAtTheEndAndTouchProtectedWords) {
  TestMachine machine;
  machine.run_one(1, protocol::kOpMemcpy, {kWords, 5, 0});
  expect_done(machine);
  EXPECT_EQ(machine.metric(protocol::kOpMemcpy), 1U);
}

TEST(Operations, DfaStepReadsTheTable) {
  TestMachine machine;
  machine.run_one(1, protocol::kOpDfaStep, {1, 255, 2});
  expect_done(machine);
  EXPECT_EQ(machine.observable(2), 7000U + 511);
  EXPECT_EQ(machine.metric(protocol::kOpDfaStep), 1U);
}

TEST(Operations, PrintfAppendsARecord) {
  TestMachine machine;
  machine.put(9, 1, protocol::kOpPrintf, {5, 6, 7});
  machine.interpreter->run();
  expect_done(machine, 9);
  EXPECT_EQ(std::vector(machine.debug_log.begin(), machine.debug_log.begin() + 5),
            (std::vector<std::uint32_t>{4, 5, 6, 7, 9 * 16}));
}

TEST(Operations, PrintfCountsWhatDoesNotFit) {
  TestMachine machine({.debug_records = 2});
  for (std::uint32_t slot = 0; slot < 3; ++slot) machine.put(slot, 0, protocol::kOpPrintf, {slot, 0, 0});
  machine.interpreter->run();
  EXPECT_EQ(machine.debug_log[0], 12U);
  EXPECT_EQ(machine.debug_log[1], 0U);
  EXPECT_EQ(machine.debug_log[5], 1U);
  for (std::uint32_t slot = 0; slot < 3; ++slot) expect_done(machine, slot);
}

TEST(Operations, PrintfStopsCountingBeforeTheCursorWraps) {
  TestMachine machine;
  machine.debug_log[0] = 0x7FFF'FFFF;
  machine.put(0, 0, protocol::kOpPrintf, {1});
  machine.put(1, 0, protocol::kOpPrintf, {1});
  machine.interpreter->run();
  EXPECT_EQ(machine.debug_log[0], 0x8000'0003U);
  EXPECT_EQ(std::count(machine.debug_log.begin() + 1, machine.debug_log.end(), 0U),
            static_cast<std::ptrdiff_t>(machine.debug_log.size() - 1));
}

TEST(Operations, ShutdownSetsItsWordAndNothingFurtherIsClaimed) {
  TestMachine machine;
  machine.put(0, 0, protocol::kOpShutdown);
  machine.put(1, 0, protocol::kOpNop);
  EXPECT_EQ(machine.interpreter->run(), 1U);
  expect_done(machine);
  EXPECT_EQ(machine.control[protocol::kShutdownWord], 1U);
  EXPECT_TRUE(machine.interpreter->has_shut_down());
  EXPECT_EQ(machine.status(1), protocol::Status::kPublished);
  EXPECT_EQ(machine.interpreter->run(), 0U);
}

TEST(Operations, AShutDownMachineRunsOnWhenTheHostClearsTheWord) {
  TestMachine machine;
  machine.control[protocol::kShutdownWord] = 5;
  machine.put(0, 0, protocol::kOpNop);
  EXPECT_EQ(machine.interpreter->run(), 0U);
  machine.control[protocol::kShutdownWord] = 0;
  EXPECT_EQ(machine.interpreter->run(), 1U);
}

struct FaultCase {
  std::string name;
  std::uint32_t tenant;
  std::uint32_t opcode;
  std::array<std::uint32_t, 3> args;
  FaultCode code;
  std::uint32_t detail;
};

class OperationFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(OperationFaults, EndTheSlotAndWriteNothing) {
  const FaultCase& c = GetParam();
  TestMachine machine;
  auto expected = machine.control;
  machine.run_one(c.tenant, c.opcode, {c.args[0], c.args[1], c.args[2]});
  expect_fault(machine, c.code, c.detail);
  expected[protocol::kDoneCountWord] = 1;
  expected[protocol::kTenantFairnessWord + c.tenant % 32] = 1;
  EXPECT_EQ(machine.control, expected) << "a fault counts the slot, and leaves all else alone";
  EXPECT_EQ(machine.debug_log[0], 0U);
}

constexpr std::uint32_t kStore = protocol::kOpStoreU32, kAdd = protocol::kOpAtomicAdd,
                        kLoad = protocol::kOpLoadU32, kSwap = protocol::kOpCompareSwap,
                        kCopy = protocol::kOpMemcpy, kDfa = protocol::kOpDfaStep;

INSTANTIATE_TEST_SUITE_P(
    Each, OperationFaults,
    testing::Values(
        FaultCase{"StoreBeyond", 0, kStore, {1, kWords, 0}, FaultCode::kWordOutOfRange, kWords},
        FaultCase{"StoreFarBeyond", 1, kStore, {1, kBig, 0}, FaultCode::kWordOutOfRange, kBig},
        FaultCase{"StoreProtected", 1, kStore, {1, 159, 0}, FaultCode::kProtectedWord, 159},
        FaultCase{"AddBeyond", 0, kAdd, {1, kWords, 0}, FaultCode::kWordOutOfRange, kWords},
        FaultCase{"AddProtected", 3, kAdd, {1, 0, 0}, FaultCode::kProtectedWord, 0},
        FaultCase{"LoadBeyond", 0, kLoad, {kWords, 0, 0}, FaultCode::kWordOutOfRange, kWords},
        FaultCase{"LoadToNowhere", 0, kLoad, {0, 32, 0}, FaultCode::kNoObservable, 32},
        FaultCase{"LoadBothWrong", 0, kLoad, {kBig, kBig, 0}, FaultCode::kWordOutOfRange, kBig},
        FaultCase{"SwapBeyond", 0, kSwap, {kWords, 0, 0}, FaultCode::kWordOutOfRange, kWords},
        FaultCase{"SwapNoObservable", 1, kSwap, {32, 0, 0}, FaultCode::kNoObservable, 32},
        FaultCase{"SwapProtected", 1, kSwap, {31, 0, 0}, FaultCode::kProtectedWord, 31},
        FaultCase{"CopyFromBeyond", 0, kCopy, {kWords, 160, 1}, FaultCode::kRangeOutOfRange, kWords},
        FaultCase{"CopyFromTooLong", 0, kCopy, {160, 161, 33}, FaultCode::kRangeOutOfRange, 160},
        FaultCase{
            "CopyFromPastTheEnd", 0, kCopy, {kWords + 1, 160, 0}, FaultCode::kRangeOutOfRange, kWords + 1},
        FaultCase{"CopyToTooLong", 0, kCopy, {160, 161, 32}, FaultCode::kRangeOutOfRange, 161},
        FaultCase{"CopyWrapsAround", 0, kCopy, {160, 2, kBig}, FaultCode::kRangeOutOfRange, 160},
        FaultCase{"CopyToWrapsAround", 0, kCopy, {0, kBig, 2}, FaultCode::kRangeOutOfRange, kBig},
        FaultCase{"CopyToProtected", 1, kCopy, {160, 159, 2}, FaultCode::kProtectedWord, 159},
        FaultCase{"DfaByte", 0, kDfa, {0, 256, 0}, FaultCode::kDfaOutOfRange, 0},
        FaultCase{"DfaState", 0, kDfa, {2, 0, 0}, FaultCode::kDfaOutOfRange, 2},
        // 0x1000000 * 256 is 0 in 32 bits.
        FaultCase{"DfaStateOverflow", 0, kDfa, {0x0100'0000, 3, 0}, FaultCode::kDfaOutOfRange, 0x0100'0000},
        FaultCase{"DfaToNowhere", 0, kDfa, {1, 1, 32}, FaultCode::kNoObservable, 32},
        FaultCase{"DfaBothWrong", 0, kDfa, {9, 0, 99}, FaultCode::kDfaOutOfRange, 9},
        FaultCase{
            "FenceBeforeTheRing", 1, protocol::kOpBatchFence, {1, 9, 0}, FaultCode::kFenceOutOfRange, 1},
        FaultCase{"LoadMiss", 0, protocol::kOpLoadMiss, {11, 1, 0}, FaultCode::kNoIoService, 11},
        FaultCase{"ShutdownByOther", 2, protocol::kOpShutdown, {0, 0, 0}, FaultCode::kProtectedWord, 0},
        FaultCase{"UnknownSmall", 0, 8, {0, 0, 0}, FaultCode::kUnknownOpcode, 8},
        FaultCase{"UnknownCustom", 1, 0x4000'0000, {0, 0, 0}, FaultCode::kUnknownOpcode, 0x4000'0000},
        FaultCase{"UnknownSystem", 0, 0x8000'0002, {0, 0, 0}, FaultCode::kUnknownOpcode, 0x8000'0002},
        FaultCase{"Tenant29", 29, kStore, {1, 160, 0}, FaultCode::kTenantOutOfRange, 29},
        FaultCase{"TenantBig", kBig, protocol::kOpNop, {0, 0, 0}, FaultCode::kTenantOutOfRange, kBig}),
    [](const auto& test) { return test.param.name; });

TEST(Operations, OpenProtectionLetsAnyTenantWriteAnyWord) {
  TestMachine machine({.open_protection = true});
  machine.put(0, 1, kStore, {7, protocol::kReservedWord});
  machine.put(1, 1, kCopy, {kObservableWord, protocol::kReservedWord + 1, 1});
  machine.put(2, 1, kSwap, {31, 0, 9});
  machine.put(3, 1, protocol::kOpShutdown);
  machine.interpreter->run();
  for (std::uint32_t slot = 0; slot < 4; ++slot) expect_done(machine, slot);
  EXPECT_EQ(machine.control[protocol::kReservedWord], 7U);
  EXPECT_EQ(machine.control[protocol::kReservedWord + 1], 1000U);
  EXPECT_EQ(machine.control[31], 9U);
  EXPECT_EQ(machine.control[protocol::kShutdownWord], 1U);
}

TEST(Operations, TheSystemTenantMayWriteProtectedWords) {
  TestMachine machine;
  machine.run_one(0, kStore, {7, protocol::kEpochWord});
  expect_done(machine);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 7U);
}

TEST(Operations, AFenceWithoutObservablesFaults) {
  TestMachine machine({.observables = 0});
  machine.run_one(1, protocol::kOpBatchFence, {0, 9});
  expect_fault(machine, FaultCode::kNoObservable, 0);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 0U);
}

// Every row of the opcode table does something here other than "unknown opcode"; SCAN, which needs tables, in
// scan_test.cpp.
TEST(Operations, EveryBuiltInHasAnOperation) {
  for (const auto& info : protocol::kOpcodes) {
    if (info.opcode == protocol::kOpScan) continue;
    TestMachine machine;
    machine.run_one(0, info.opcode);
    EXPECT_NE(protocol::completion_fault(machine.completions[0]), FaultCode::kUnknownOpcode) << info.name;
    EXPECT_NE(machine.completions[0], 0U) << info.name;
  }
}

}  // namespace
}  // namespace vyre::reference
