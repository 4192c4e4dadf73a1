// What the interpreter takes, and what custom operations see.
#include "machine_fixture.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;
using protocol::kObservableWord;

struct Buffers {
  std::vector<std::uint32_t> ring = std::vector<std::uint32_t>(64);
  std::vector<std::uint32_t> control = std::vector<std::uint32_t>(160);
  std::vector<std::uint32_t> completions, fault_details, doorbells;
};

Memory memory_over(Buffers& buffers) {
  Memory memory;
  memory.ring.ring.words = buffers.ring;
  memory.ring.completions = buffers.completions;
  memory.ring.fault_details = buffers.fault_details;
  memory.ring.doorbells = buffers.doorbells;
  memory.control = buffers.control;
  return memory;
}

Error refusal(Buffers buffers, CustomOperations custom = {}) {
  const auto made = Interpreter::make(memory_over(buffers), std::move(custom));
  EXPECT_FALSE(made.has_value());
  return made ? Error{} : made.error();
}

void expect_error(const Error& error, ErrorCode code, std::string_view what, std::string_view fix) {
  EXPECT_EQ(error.code, code);
  EXPECT_EQ(error.what, what);
  EXPECT_EQ(error.where, "Interpreter::make");
  EXPECT_EQ(error.fix, fix);
}

TEST(Interpreter, RefusesBuffersOfTheWrongSize) {
  Buffers small_control;
  small_control.control.resize(159);
  expect_error(refusal(small_control), ErrorCode::kOutOfRange,
               "a control buffer of 159 words, 160 to 1048736 are possible",
               "pass the 160 fixed words and the observables");
  Buffers half_slot;
  half_slot.ring.resize(24);
  expect_error(refusal(half_slot), ErrorCode::kOutOfRange,
               "a ring of 24 words, whole slots of 16 and at most 1048576 of them are possible",
               "pass whole slots");
  Buffers completions;
  completions.completions.resize(3);
  expect_error(refusal(completions), ErrorCode::kOutOfRange, "3 completion words for 4 slots",
               "pass a word a slot, or an empty span to have none written");
  Buffers doorbells;
  doorbells.doorbells.resize(19);
  expect_error(refusal(doorbells), ErrorCode::kOutOfRange, "19 doorbell words for 4 slots, which need 20",
               "pass doorbell_words() words, or an empty span to have the ring scanned");
}

TEST(Interpreter, RefusesOperationsUnderReservedOpcodes) {
  expect_error(refusal({}, {{7, [](Context&) {}}}), ErrorCode::kReservedOpcode,
               "an operation for opcode 0x7, which is the protocol's own",
               "use an opcode outside the system range, such as 0x40000000");
  expect_error(refusal({}, {{8, nullptr}}), ErrorCode::kBadInput, "the operation for opcode 0x8 is empty",
               "pass a callable, or leave the opcode out");
}

TEST(Interpreter, RunsAnEmptyRingAndOneWithoutHostBuffers) {
  Buffers buffers;
  buffers.ring.clear();
  auto empty = Interpreter::make(memory_over(buffers));
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->run(), 0U);

  Buffers bare;
  bare.control[protocol::kTenantMaskWord] = 1;
  bare.control[protocol::kTenantQuotaWord] = 1;
  bare.ring[protocol::kOpcodeWord] = protocol::kOpPrintf;  // no debug log to write to, either
  bare.ring[protocol::kStatusWord] = 1;
  auto machine = Interpreter::make(memory_over(bare));
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->run(), 1U);
  EXPECT_EQ(bare.ring[0], 3U);
}

constexpr std::uint32_t kCustom = 0x4000'0000;

TEST(CustomOperation, SeesItsSlotAndActsOnTheStore) {
  TestMachine machine({}, {{kCustom, [](Context& c) {
                              EXPECT_EQ(c.slot(), 4U);
                              EXPECT_EQ(c.tenant(), 1U);
                              EXPECT_EQ(c.opcode(), kCustom);
                              EXPECT_EQ(c.arg(11), 0U);
                              EXPECT_EQ(c.arg(12), 0U);
                              EXPECT_EQ(c.load(kObservableWord + 1), 1001U);
                              c.store(kObservableWord + 2, c.arg(0));
                              EXPECT_EQ(c.atomic_add(kObservableWord + 3, 5), 1003U);
                              EXPECT_EQ(c.load_observable(3), 1008U);
                              c.store_observable(4, 44);
                              EXPECT_EQ(c.atomic_add_observable(5, 1), 1005U);
                              c.printf(1, 2, 3);
                              EXPECT_FALSE(c.faulted());
                            }}});
  machine.put(4, 1, kCustom, {7});
  machine.interpreter->run();
  expect_done(machine, 4);
  EXPECT_EQ(machine.observable(2), 7U);
  EXPECT_EQ(machine.observable(4), 44U);
  EXPECT_EQ(machine.observable(5), 1006U);
  EXPECT_EQ(machine.debug_log[0], 4U);
  EXPECT_EQ(machine.debug_log[4], 64U);
}

TEST(CustomOperation, CountsBelow32) {
  TestMachine machine({}, {{31, [](Context&) {}}, {32, [](Context&) {}}});
  machine.put(0, 1, 31);
  machine.put(1, 1, 32);
  machine.interpreter->run();
  EXPECT_EQ(machine.metric(31), 1U);
  EXPECT_EQ(machine.control[protocol::kEpochWord], 0U)
      << "opcode 32 has no counter, and must not count as one";
}

struct CustomFault {
  const char* name;
  CustomOperation operation;
  FaultCode code;
  std::uint32_t detail;
};

class CustomFaults : public testing::TestWithParam<CustomFault> {};

TEST_P(CustomFaults, EndTheSlot) {
  TestMachine machine({}, {{kCustom, GetParam().operation}});
  const auto before = machine.control;
  machine.run_one(1, kCustom);
  expect_fault(machine, GetParam().code, GetParam().detail);
  for (std::uint32_t word = kObservableWord; word < before.size(); ++word)
    EXPECT_EQ(machine.control[word], before[word]) << word;
}

INSTANTIATE_TEST_SUITE_P(
    Each, CustomFaults,
    testing::Values(
        CustomFault{"Own", [](Context& c) { c.fault(77); }, FaultCode::kHandler, 77},
        CustomFault{"Last",
                    [](Context& c) {
                      c.load(900);
                      c.fault(5);
                      EXPECT_TRUE(c.faulted());
                    },
                    FaultCode::kHandler, 5},
        CustomFault{"Load", [](Context& c) { EXPECT_EQ(c.load(192), 0U); }, FaultCode::kWordOutOfRange, 192},
        CustomFault{"Store", [](Context& c) { c.store(192, 1); }, FaultCode::kWordOutOfRange, 192},
        CustomFault{"StoreProtected", [](Context& c) { c.store(3, 1); }, FaultCode::kProtectedWord, 3},
        CustomFault{"Add", [](Context& c) { c.atomic_add(159, 1); }, FaultCode::kProtectedWord, 159},
        CustomFault{"LoadObservable", [](Context& c) { EXPECT_EQ(c.load_observable(32), 0U); },
                    FaultCode::kNoObservable, 32},
        CustomFault{"StoreObservable", [](Context& c) { c.store_observable(33, 1); },
                    FaultCode::kNoObservable, 33},
        CustomFault{"AddObservable", [](Context& c) { c.atomic_add_observable(34, 1); },
                    FaultCode::kNoObservable, 34},
        CustomFault{"Throws", [](Context&) { throw 1; }, FaultCode::kHandler, 0}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace vyre::reference
