// Packed slots, written by hand byte by byte: the encoder has tests of its own.
#include "machine_fixture.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;
using protocol::kObservableWord;

/// Packs metadata bytes and argument words as vyre-protocol(7) lays them out.
std::vector<std::uint32_t> pack(std::vector<std::uint8_t> metadata, std::vector<std::uint32_t> args) {
  std::vector<std::uint32_t> words((metadata.size() + 3) / 4);
  for (std::size_t i = 0; i < metadata.size(); ++i)
    words[i / 4] |= std::uint32_t{metadata[i]} << (8 * (i % 4));
  words.insert(words.end(), args.begin(), args.end());
  return words;
}

TEST(Packed, RunsInOrderAndCountsEachOperation) {
  TestMachine machine;
  // store 5 -> observable 1; add 2 to it; load it to observable 2; nop; nop: more than 0.6.2's four.
  machine.put(0, 1, protocol::kOpPackedSlot,
              pack({5, 6, 1, 0, 2, 2, 3, 4, 0, 6, 0, 6},
                   {5, kObservableWord + 1, 2, kObservableWord + 1, kObservableWord + 1, 2}));
  machine.interpreter->run();
  expect_done(machine);
  EXPECT_EQ(machine.observable(1), 7U);
  EXPECT_EQ(machine.observable(2), 7U);
  EXPECT_EQ(machine.metric(0), 2U);
  EXPECT_EQ(machine.metric(1), 1U);
  EXPECT_EQ(machine.metric(2), 1U);
  EXPECT_EQ(machine.metric(3), 1U);
  EXPECT_EQ(machine.control[protocol::kDoneCountWord], 1U);
}

TEST(Packed, NothingInsideIsDone) {
  TestMachine machine;
  machine.run_one(1, protocol::kOpPackedSlot);
  expect_done(machine);
  EXPECT_EQ(machine.metric(0), 0U);
}

TEST(Packed, ArgumentsPastTheSlotAreZero) {
  TestMachine machine;
  // One store whose first argument is word 11 of the slot; its second lies past the end: control[0].
  machine.put(0, 0, protocol::kOpPackedSlot, pack({1, 2, 1, 10}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  machine.interpreter->run();
  expect_done(machine);
  EXPECT_EQ(machine.control[0], 1U);
}

TEST(Packed, AnOffsetFarPastTheSlotReadsZeros) {
  TestMachine machine;
  // Two adds; the offsets are bytes, of which 16 must not be taken for 0.
  machine.put(0, 0, protocol::kOpPackedSlot, pack({2, 2, 2, 255, 2, 16}, {5, kObservableWord}));
  machine.interpreter->run();
  expect_done(machine);
  EXPECT_EQ(machine.control[0], 0U);
  EXPECT_EQ(machine.observable(0), 1000U);
  EXPECT_EQ(machine.metric(2), 2U);
}

TEST(Packed, TwentyThreeOperationsFit) {
  TestMachine machine;
  std::vector<std::uint8_t> metadata{23, 0};
  for (int i = 0; i < 23; ++i) metadata.insert(metadata.end(), {0, 0});
  machine.put(0, 1, protocol::kOpPackedSlot, pack(metadata, {}));
  machine.interpreter->run();
  expect_done(machine);
  EXPECT_EQ(machine.metric(0), 23U);
}

TEST(Packed, TwentyFourOperationsAreMalformed) {
  TestMachine machine;
  machine.run_one(1, protocol::kOpPackedSlot, {24});
  expect_fault(machine, FaultCode::kPackedMalformed, 24);
  EXPECT_EQ(machine.metric(0), 0U);
}

TEST(Packed, TheFirstFaultEndsTheSlotAndKeepsWhatWasDone) {
  TestMachine machine;
  machine.put(0, 1, protocol::kOpPackedSlot,
              pack({3, 6, 1, 0, 1, 2, 1, 4}, {5, kObservableWord + 1, 6, 10, 7, kObservableWord + 2}));
  machine.interpreter->run();
  expect_fault(machine, FaultCode::kProtectedWord, 10);
  EXPECT_EQ(machine.observable(1), 5U);
  EXPECT_EQ(machine.observable(2), 1002U);
  EXPECT_EQ(machine.metric(1), 1U);
}

TEST(Packed, AnUnknownInnerOpcodeFaults) {
  TestMachine machine;
  machine.put(0, 1, protocol::kOpPackedSlot, pack({1, 0, 9, 0}, {}));
  machine.interpreter->run();
  expect_fault(machine, FaultCode::kUnknownOpcode, 9);
}

TEST(Packed, AnInnerFenceParksTheSlotAndGoesOnFromThere) {
  TestMachine machine;
  machine.put(0, 2, protocol::kOpNop);
  // add 1 to observable 1; fence(1, tag 9); add 1 to observable 1.
  machine.put(1, 1, protocol::kOpPackedSlot, pack({3, 4, 2, 0, 7, 2, 2, 0}, {1, kObservableWord + 1, 1, 9}));
  machine.control[protocol::kTenantMaskWord + 2] = 0;
  machine.interpreter->run();
  EXPECT_EQ(machine.status(1), protocol::Status::kRequeue);
  EXPECT_EQ(machine.completions[1], 0U);
  EXPECT_EQ(machine.observable(1), 1002U);
  EXPECT_EQ(machine.interpreter->parked(), 1U);
  machine.interpreter->run();
  EXPECT_EQ(machine.observable(1), 1002U) << "what ran before the fence must not run again";

  machine.control[protocol::kTenantMaskWord + 2] = 1;
  machine.interpreter->run();
  expect_done(machine, 0);
  expect_done(machine, 1);
  EXPECT_EQ(machine.observable(1), 1003U);
  EXPECT_EQ(machine.observable(0), 9U);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 1U);
  EXPECT_EQ(machine.metric(2), 2U);
  EXPECT_EQ(machine.metric(7), 1U);
}

TEST(Packed, InnerCustomOpcodesRun) {
  TestMachine machine({}, {{200, [](Context& c) { c.store_observable(3, c.arg(0) + c.arg(1)); }}});
  machine.put(0, 1, protocol::kOpPackedSlot, pack({1, 2, 200, 0}, {4, 5}));
  machine.interpreter->run();
  expect_done(machine);
  EXPECT_EQ(machine.observable(3), 9U);
}

}  // namespace
}  // namespace vyre::reference
