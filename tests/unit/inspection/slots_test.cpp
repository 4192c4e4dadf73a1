// Slots chosen and put into words; windows, faults, debug lines, maps.
#include "vyre/inspection/slots.hpp"
#include "inspection_fixture.hpp"
#include "vyre/inspection/ring_map.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::inspection {
namespace {

constexpr std::uint32_t kCustom = 0x4000'0001;

TEST(SlotText, Operations) {
  EXPECT_EQ(operation_text(slot_of(Status::kDone, protocol::kOpStoreU32, {42, 163})),
            "store_u32 value=42 to=observable(3)");
  EXPECT_EQ(operation_text(slot_of(Status::kDone, protocol::kOpStoreU32, {1, 128})),
            "store_u32 value=1 to=epoch");
  EXPECT_EQ(operation_text(slot_of(Status::kDone, kCustom, {7, 0, 9})), "opcode 0x40000001 7 0 9");
  EXPECT_EQ(operation_text(slot_of(Status::kDone, protocol::kOpPackedSlot, {0xFF})),
            "packed_slot malformed: 255 operations");
}

TEST(SlotText, PackedSlotsAreUnfolded) {
  Slot slot = slot_of(Status::kPublished, protocol::kOpPackedSlot, {});
  // 2 operations, 2 words of arguments; nop with arguments from 0, atomic_add from 0.
  slot.args[0] = 2 | 2 << 8 | protocol::kOpNop << 16 | 0U << 24;
  slot.args[1] = protocol::kOpAtomicAdd;
  slot.args[2] = 5;
  slot.args[3] = 161;
  EXPECT_EQ(operation_text(slot), "packed_slot: nop; atomic_add value=5 to=observable(1)");
}

TEST(SlotText, HandlersAndTenantsByName) {
  const Names names{
      .handlers = {{kCustom, "sum_range"}, {9, "nine"}, {protocol::kOpNop, "not this"}, {99, ""}},
      .tenants = {{2, "guest"}}};
  EXPECT_EQ(opcode_text(kCustom, names), "sum_range");
  EXPECT_EQ(opcode_text(protocol::kOpNop, names), "nop") << "no handler hides a built-in";
  EXPECT_EQ(opcode_text(99, names), "opcode 0x63") << "an empty name is none";
  EXPECT_EQ(opcode_text(kCustom + 1, names), "opcode 0x40000002");
  EXPECT_EQ(operation_text(slot_of(Status::kDone, kCustom, {160, 3, 8}), names), "sum_range 160 3 8");
  Slot packed = slot_of(Status::kDone, protocol::kOpPackedSlot, {});
  packed.args[0] = 1 | 1 << 8 | 9 << 16;
  packed.args[1] = 7;
  EXPECT_EQ(operation_text(packed, names), "packed_slot: nine 7");
  EXPECT_EQ(tenant_text(2, names), "2 (guest)");
  EXPECT_EQ(tenant_text(3, names), "3");
  EXPECT_EQ(fault_text(protocol::FaultCode::kUnknownOpcode, kCustom, names),
            "no handler for opcode 0x40000001 (sum_range)");
  EXPECT_EQ(fault_text(protocol::FaultCode::kWordOutOfRange, kCustom, names), "no control word 1073741825");
  EXPECT_EQ(reason_text({.code = protocol::FaultCode::kUnknownOpcode, .detail = 9}, names),
            "no handler for opcode 0x9 (nine)");
}

TEST(SlotText, WordsPrioritiesFaults) {
  EXPECT_EQ(word_text(0), "shutdown");
  EXPECT_EQ(word_text(98), "metrics(2)");
  EXPECT_EQ(word_text(159), "reserved(18)");
  EXPECT_EQ(word_text(160), "observable(0)");
  EXPECT_EQ(priority_text(0), "critical");
  EXPECT_EQ(priority_text(5), "5");
  EXPECT_EQ(fault_text(protocol::FaultCode::kWordOutOfRange, 300), "no control word 300");
  EXPECT_EQ(fault_text(protocol::FaultCode::kUnknownOpcode, 0xF101), "no handler for opcode 0xf101");
  EXPECT_EQ(fault_text(static_cast<protocol::FaultCode>(200), 1), "fault code 200, detail 1");
}

TEST(SlotFilter, LeavesOutEmptySlotsUnlessAsked) {
  SlotFilter filter;
  EXPECT_FALSE(filter.matches(0, slot_of(Status::kEmpty, 0, {})));
  EXPECT_TRUE(filter.matches(0, slot_of(Status::kDone, 0, {})));
  filter.empty_too = true;
  EXPECT_TRUE(filter.matches(0, slot_of(Status::kEmpty, 0, {})));
}

TEST(SlotFilter, EachListNarrows) {
  const Slot slot = slot_of(Status::kDone, kCustom, {77, 1}, 3);
  EXPECT_TRUE((SlotFilter{.first = 5, .last = 5}.matches(5, slot)));
  EXPECT_FALSE((SlotFilter{.first = 5, .last = 5}.matches(6, slot)));
  EXPECT_FALSE((SlotFilter{.first = 6}.matches(5, slot)));
  EXPECT_TRUE((SlotFilter{.statuses = {1, 3}}.matches(0, slot)));
  EXPECT_FALSE((SlotFilter{.statuses = {1}}.matches(0, slot)));
  EXPECT_TRUE((SlotFilter{.tenants = {3}}.matches(0, slot)));
  EXPECT_FALSE((SlotFilter{.tenants = {2}}.matches(0, slot)));
  EXPECT_TRUE((SlotFilter{.opcodes = {kCustom}}.matches(0, slot)));
  EXPECT_FALSE((SlotFilter{.opcodes = {1}}.matches(0, slot)));
  EXPECT_TRUE((SlotFilter{.tickets = {77}}.matches(0, slot)));
  EXPECT_FALSE((SlotFilter{.tickets = {76}}.matches(0, slot)));
  EXPECT_FALSE((SlotFilter{.tickets = {77}, .window_opcodes = {8}}.matches(0, slot)));
}

TEST(SlotFilter, UnknownStatusAndTicketsOfBuiltIns) {
  Slot slot = slot_of(Status::kDone, protocol::kOpStoreU32, {77, 160});
  EXPECT_FALSE((SlotFilter{.tickets = {77}}.matches(0, slot))) << "a value is no ticket";
  EXPECT_TRUE((SlotFilter{.tickets = {77}, .window_opcodes = {protocol::kOpStoreU32}}.matches(0, slot)));
  slot.status = 1000;
  EXPECT_TRUE((SlotFilter{.statuses = {protocol::kStatusCount}}.matches(0, slot)));
}

TEST(SlotFilter, OpcodesInsidePackedSlots) {
  Slot slot = slot_of(Status::kPublished, protocol::kOpPackedSlot, {});
  slot.args[0] = 2 | 2 << 8 | protocol::kOpNop << 16;
  slot.args[1] = protocol::kOpAtomicAdd;
  EXPECT_TRUE((SlotFilter{.opcodes = {protocol::kOpAtomicAdd}}.matches(0, slot)));
  EXPECT_TRUE((SlotFilter{.opcodes = {protocol::kOpPackedSlot}}.matches(0, slot)));
  EXPECT_FALSE((SlotFilter{.opcodes = {protocol::kOpMemcpy}}.matches(0, slot)));
  slot.args[0] = 0xFF;  // 255 operations: read no further than the slot
  EXPECT_FALSE((SlotFilter{.opcodes = {protocol::kOpMemcpy}}.matches(0, slot)));
}

TEST(Windows, ProgressOfBothClasses) {
  const auto inspection = inspection_of(
      {slot_of(Status::kDone, kCustom, {7, 0}, 2), slot_of(Status::kPublished, kCustom, {7, 0}, 2),
       slot_of(Status::kDone, kCustom, {7, 1}, 2), slot_of(Status::kDone, kCustom, {8, 0}),
       slot_of(Status::kPublished, kCustom, {8, 1})});
  EXPECT_EQ(guess_window_opcodes(inspection), std::vector<std::uint32_t>{kCustom});
  const auto found = windows(inspection, std::vector<std::uint32_t>{kCustom});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  const auto& first = found->front();
  EXPECT_EQ(first.window.ticket, 7U);
  EXPECT_EQ(first.window.tenant_id, 2U);
  EXPECT_EQ(first.window.required_slots, 2U);
  EXPECT_EQ(first.window.required_done, 1U);
  EXPECT_FALSE(first.window.usable());
  EXPECT_EQ(first.lookahead_done, 1U);
  EXPECT_TRUE(found->back().window.usable());
  EXPECT_EQ(found->back().lookahead_done, 0U);
}

TEST(Windows, AnOpcodeWithOtherClassesIsNoGuess) {
  const auto inspection =
      inspection_of({slot_of(Status::kDone, kCustom, {7, 0}), slot_of(Status::kDone, kCustom, {7, 2}),
                     slot_of(Status::kDone, 9, {7, 1}), slot_of(Status::kDone, protocol::kOpNop, {7, 1})});
  EXPECT_EQ(guess_window_opcodes(inspection), std::vector<std::uint32_t>{9});
}

TEST(Faults, ByCompletionAndByStatus) {
  auto inspection = inspection_of(
      {slot_of(Status::kFault, 99, {}, 1), slot_of(Status::kDone, 0, {}), slot_of(Status::kFault, 5, {})});
  inspection.buffers.completions = {7 | 1 << 8, 99, 3, 0, 0, 0};
  const auto found = faults(inspection);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].slot, 0U);
  EXPECT_EQ(found[0].tenant, 1U);
  EXPECT_EQ(reason_text(found[0]), "no handler for opcode 0x63");
  EXPECT_EQ(found[1].slot, 2U);
  EXPECT_EQ(reason_text(found[1]), "the reason is not known: no completion tells it");
}

TEST(DebugLine, ByTheFormatsOfTheFile) {
  auto inspection = inspection_of({});
  inspection.buffers.formats = {{4, "sum {a} at {slot}"}};
  EXPECT_EQ(debug_line(inspection, {.format = 4, .args = {10, 0, 32}}), "sum 10 at 2");
  EXPECT_EQ(debug_line(inspection, {.format = 5, .args = {10, 1, 32}}), "format 5: a=10 b=1 slot=2");
}

TEST(RingMap, OneCellASlot) {
  Slot odd = slot_of(Status::kDone, 0, {});
  odd.status = 4000;
  const auto map =
      map_ring(ring_of({slot_of(Status::kDone, 0, {}), slot_of(Status::kFault, 0, {}), odd}), 100);
  EXPECT_EQ(map.slot_count, 3U);
  EXPECT_EQ(map.slots_per_cell, 1U);
  EXPECT_EQ(map.cells, (std::vector<std::uint8_t>{3, 7, protocol::kStatusCount}));
}

TEST(RingMap, ACellOfSeveralShowsTheMostAndMarksFaults) {
  std::vector<Slot> slots(10, slot_of(Status::kDone, 0, {}));
  slots[1] = slot_of(Status::kFault, 0, {});
  slots[9] = slot_of(Status::kEmpty, 0, {});
  const auto map = map_ring(ring_of(slots), 3);
  EXPECT_EQ(map.slots_per_cell, 4U);
  EXPECT_EQ(map.cells, (std::vector<std::uint8_t>{3, 3, 0}));
  EXPECT_EQ(map.faulted, (std::vector<bool>{true, false, false}));
}

}  // namespace
}  // namespace vyre::inspection
