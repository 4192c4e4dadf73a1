// Each form of step, as the runner gets it.
#include "support.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::workload {
namespace {

using namespace std::chrono_literals;
using test::load_good;
using test::only_step;
using test::values;
using Words = std::vector<std::uint32_t>;

const std::string kTenants = "control: {tenants: [{id: 3, name: alice}, {id: 4}]}\n";

template <class Kind>
const Kind& get(const Step& step) {
  EXPECT_TRUE(std::holds_alternative<Kind>(step.action));
  return std::get<Kind>(step.action);
}

OperationSpec single(const std::string& step, const std::string& before = {}) {
  const Step parsed = only_step(step, before);
  return get<SingleStep>(parsed).operation;
}

TEST(Steps, NamedArguments) {
  const OperationSpec store = single("store_u32: {value: 42, to: observable(3)}");
  EXPECT_EQ(store.opcode, protocol::kOpStoreU32);
  EXPECT_EQ(values(store.args), (Words{42, 163}));
  EXPECT_EQ(store.position.line, 3U);
  EXPECT_EQ(store.position.column, 5U);
  EXPECT_EQ(values(single("load_u32: {to: observable(2), from: epoch}").args), (Words{128, 2}));
  EXPECT_EQ(values(single("load_u32: {to: 2, from: 161}").args), (Words{161, 2}));
  EXPECT_EQ(values(single("compare_swap: {at: 160, expected: 1, desired: 2}").args), (Words{160, 1, 2}));
  EXPECT_EQ(values(single("memcpy: {from: 160, to: observable(4), words: 4}").args), (Words{160, 164, 4}));
  EXPECT_EQ(values(single("dfa_step: {state: 1, byte: 97, to: 5}").args), (Words{1, 97, 5}));
  EXPECT_EQ(values(single("batch_fence: {slots: 0}").args), (Words{0, 0}));
  EXPECT_EQ(values(single("printf: {format: 1, a: 5}", "formats: {1: x}\n").args), (Words{1, 5, 0}));
}

TEST(Steps, RawArguments) {
  EXPECT_EQ(values(single("store_u32: {args: [42, 0xA3]}").args), (Words{42, 0xA3}));
  EXPECT_EQ(values(single("store_u32: [42, observable(3)]").args), (Words{42, 163}));
  EXPECT_EQ(values(single("load_u32: [epoch, observable(3)]").args), (Words{128, 3}));
  EXPECT_EQ(values(single("{opcode: 2, args: [1, observable(0)]}").args), (Words{1, 160}));
  EXPECT_EQ(single("{opcode: atomic_add, args: [1, 160]}").opcode, protocol::kOpAtomicAdd);
  EXPECT_EQ(values(single("{store_u32: [1, 2, 3, 4], unchecked: true}").args), (Words{1, 2, 3, 4}));
  EXPECT_EQ(values(single("{opcode: 0x80000001, args: [1, 2], unchecked: true}").args), (Words{1, 2}));
}

TEST(Steps, WithoutArguments) {
  for (const char* const form : {"nop", "nop: {}", "nop: []", "nop:", "nop: {args: []}", "{opcode: 0}"}) {
    const OperationSpec nop = single(form);
    EXPECT_EQ(nop.opcode, protocol::kOpNop) << form;
    EXPECT_TRUE(nop.args.empty()) << form;
  }
  EXPECT_EQ(single("shutdown").opcode, protocol::kOpShutdown);
}

TEST(Steps, Options) {
  const Step plain = only_step("nop");
  EXPECT_FALSE(plain.async);
  EXPECT_FALSE(plain.priority);
  EXPECT_FALSE(plain.at_slot);
  EXPECT_EQ(*get<SingleStep>(plain).tenant.evaluate(), 0);
  const Step full =
      only_step("{nop: {}, async: true, priority: low, slot: 40, tenant: alice, x-why: no}", kTenants);
  EXPECT_TRUE(full.async);
  EXPECT_EQ(full.priority, protocol::Priority::kLow);
  EXPECT_EQ(*full.at_slot->evaluate(), 40);
  EXPECT_EQ(*get<SingleStep>(full).tenant.evaluate(), 3);
  EXPECT_EQ(only_step("{nop: {}, priority: 0}").priority, protocol::Priority::kCritical);
  EXPECT_EQ(*get<SingleStep>(only_step("{nop: {}, tenant: 4}", kTenants)).tenant.evaluate(), 4);
  EXPECT_EQ(*get<SingleStep>(only_step("{nop: {}, tenant: 77, unchecked: true}")).tenant.evaluate(), 77);
}

TEST(Steps, Packed) {
  const Step step = only_step(
      "{packed: [nop, atomic_add: {value: 1, to: 160}, {store_u32: [2, 3]}], tenant: alice}", kTenants);
  const auto& packed = get<PackedStep>(step);
  EXPECT_EQ(*packed.tenant.evaluate(), 3);
  ASSERT_EQ(packed.operations.size(), 3U);
  EXPECT_EQ(packed.operations[0].opcode, 0U);
  EXPECT_EQ(values(packed.operations[1].args), (Words{1, 160}));
  EXPECT_EQ(values(packed.operations[2].args), (Words{2, 3}));
}

TEST(Steps, PackedFitsToTheLastWord) {
  // 4 operations take 10 bytes of metadata, 3 words: 9 words are left for arguments.
  EXPECT_EQ(
      get<PackedStep>(only_step("packed: [memcpy: [1, 2, 3], memcpy: [1, 2, 3], memcpy: [1, 2, 3], nop]"))
          .operations.size(),
      4U);
  std::string all = "nop";
  for (int i = 1; i < 23; ++i) all += ", nop";
  EXPECT_EQ(get<PackedStep>(only_step("packed: [" + all + "]")).operations.size(), 23U);
}

TEST(Steps, Batch) {
  const Step step = only_step(
      "{batch: [nop, {nop: {}, tenant: 4}, {packed: [nop]}, {opcode: 9, args: [1], unchecked: true}], "
      "tenant: alice}",
      kTenants);
  const auto& batch = get<BatchStep>(step);
  ASSERT_EQ(batch.items.size(), 4U);
  EXPECT_EQ(*std::get<SingleStep>(batch.items[0]).tenant.evaluate(), 3);
  EXPECT_EQ(*std::get<SingleStep>(batch.items[1]).tenant.evaluate(), 4);
  EXPECT_EQ(*std::get<PackedStep>(batch.items[2]).tenant.evaluate(), 3);
  EXPECT_EQ(std::get<SingleStep>(batch.items[3]).operation.opcode, 9U);
}

TEST(Steps, FencedBatch) {
  const Step step =
      only_step("{fenced_batch: {tag: 7, items: [nop, atomic_add: [1, 160]]}, tenant: 4}", kTenants);
  const auto& fenced = get<FencedBatchStep>(step);
  EXPECT_EQ(*fenced.tag.evaluate(), 7);
  EXPECT_EQ(*fenced.tenant.evaluate(), 4);
  EXPECT_EQ(fenced.items.size(), 2U);
  EXPECT_TRUE(get<FencedBatchStep>(only_step("fenced_batch: {items: []}")).items.empty());
}

TEST(Steps, WorkItems) {
  const Step step = only_step(
      "work_items: [{opcode: memcpy, input: observable(0), output: observable(1), param: 2}, {opcode: 3, "
      "input: epoch, output: observable(9)}]");
  const auto& items = get<WorkItemsStep>(step).items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].opcode, protocol::kOpMemcpy);
  EXPECT_EQ(values({items[0].input, items[0].output, items[0].param}), (Words{160, 161, 2}));
  EXPECT_EQ(values({items[1].input, items[1].output, items[1].param}), (Words{128, 9, 0}));
}

TEST(Steps, Window) {
  const Step step =
      only_step("window: {opcode: nop, ticket: 7, required: [[1, 2], []], lookahead: [[observable(0)]]}");
  const auto& window = get<WindowStep>(step);
  EXPECT_EQ(*window.ticket.evaluate(), 7);
  ASSERT_EQ(window.required.size(), 2U);
  EXPECT_EQ(values(window.required[0]), (Words{1, 2}));
  ASSERT_EQ(window.lookahead.size(), 1U);
  EXPECT_EQ(values(window.lookahead[0]), (Words{160}));
  EXPECT_EQ(get<WindowStep>(only_step("window: {opcode: nop, ticket: 1, required: [[1,2,3,4,5,6,7,8,9,10]]}"))
                .required[0]
                .size(),
            10U);
}

TEST(Steps, RepeatNestsAndNamesItsVariables) {
  const Step step = only_step(
      "repeat: {count: 3, var: i, steps: [repeat: {count: i + 1, steps: [repeat: {count: 2, var: k, steps: "
      "[{atomic_add: {value: i * 10 + k, to: observable(k)}, async: true}]}]}]}");
  const auto& outer = get<RepeatStep>(step);
  EXPECT_EQ(*outer.count.evaluate(), 3);
  const auto& middle = get<RepeatStep>(outer.steps.at(0));
  EXPECT_EQ(*middle.count.evaluate(std::array<std::int64_t, 1>{2}), 3);
  const auto& inner = get<RepeatStep>(middle.steps.at(0));
  ASSERT_EQ(inner.steps.size(), 1U);
  EXPECT_TRUE(inner.steps[0].async);
  EXPECT_EQ(values(get<SingleStep>(inner.steps[0]).operation.args, std::array<std::int64_t, 3>{2, 1, 1}),
            (Words{21, 161}));
}

TEST(Steps, ALoopThatNeverRunsIsNotTried) {
  const Step step = only_step("repeat: {count: 0, var: i, steps: [{store_u32: {value: 1 / i, to: i - 5}}]}");
  EXPECT_EQ(get<RepeatStep>(step).steps.size(), 1U);
  EXPECT_TRUE(get<RepeatStep>(only_step("repeat: {count: 5, steps: []}")).steps.empty());
}

TEST(Steps, Waits) {
  EXPECT_TRUE(std::holds_alternative<WaitStep::All>(get<WaitStep>(only_step("wait: all")).condition));
  const auto bounded = get<WaitStep>(only_step("wait: {all: true, timeout: 2s}"));
  EXPECT_TRUE(std::holds_alternative<WaitStep::All>(bounded.condition));
  EXPECT_EQ(bounded.timeout, 2s);
  const auto epoch = get<WaitStep>(only_step("wait: {epoch: 3, timeout: 10ms}"));
  EXPECT_EQ(*std::get<WaitStep::Epoch>(epoch.condition).at_least.evaluate(), 3);
  EXPECT_EQ(epoch.timeout, 10ms);
  const auto window = get<WaitStep>(only_step("wait: {window: 8}"));
  EXPECT_EQ(*std::get<WaitStep::WindowUsable>(window.condition).ticket.evaluate(), 8);
  EXPECT_FALSE(window.timeout);
}

TEST(Steps, HostActions) {
  EXPECT_EQ(get<SleepStep>(only_step("sleep: 10ms")).duration, 10ms);
  EXPECT_EQ(get<SnapshotStep>(only_step("snapshot: out/a.safetensors")).path, "out/a.safetensors");
  const auto enabled = get<SetTenantEnabledStep>(only_step("enable_tenant: alice", kTenants));
  EXPECT_TRUE(enabled.enabled);
  EXPECT_EQ(*enabled.tenant.evaluate(), 3);
  EXPECT_FALSE(get<SetTenantEnabledStep>(only_step("disable_tenant: 4", kTenants)).enabled);
  const auto quota = get<SetTenantQuotaStep>(only_step("set_quota: {tenant: alice, quota: 2}", kTenants));
  EXPECT_EQ(*quota.quota.evaluate(), 2);
  const auto observable =
      get<SetObservableStep>(only_step("set_observable: {index: observable(4), value: 9}"));
  EXPECT_EQ(*observable.index.evaluate(), 4);
  EXPECT_EQ(*observable.value.evaluate(), 9);
}

TEST(Steps, PlacementReachesTheLastSlot) {
  EXPECT_EQ(*only_step("{nop: {}, slot: 63}").at_slot->evaluate(), 63);
  EXPECT_EQ(*only_step("{batch: [nop, nop], slot: 62}").at_slot->evaluate(), 62);
  // 64 slots: the partitions begin at 0, 12, 24, 40 and 52.
  EXPECT_EQ(*only_step("{batch: [nop, nop], slot: 50, priority: low}").at_slot->evaluate(), 50);
}

// A kernel is made without the others.
TEST(Steps, TellWhichOperationsTheyUse) {
  const auto uses = [](const std::string& steps) {
    return load_good("vyre: 1\nsteps:\n" + steps).operations;
  };
  const ring::OperationSet packed =
      uses("  - repeat: {count: 2, steps: [{packed: [{store_u32: [1, 160]}, {atomic_add: [1, 160]}]}]}\n");
  for (const std::uint32_t opcode : {protocol::kOpPackedSlot, protocol::kOpStoreU32, protocol::kOpAtomicAdd})
    EXPECT_TRUE(packed.contains(opcode)) << opcode;
  for (const std::uint32_t opcode : {protocol::kOpMemcpy, protocol::kOpBatchFence, protocol::kOpPrintf})
    EXPECT_FALSE(packed.contains(opcode)) << opcode;
  EXPECT_TRUE(packed.contains(0x4000'0000)) << "custom operations do not count";

  const ring::OperationSet fenced = uses("  - fenced_batch: {items: [{load_u32: [160, 1]}]}\n");
  EXPECT_TRUE(fenced.contains(protocol::kOpBatchFence) && fenced.contains(protocol::kOpLoadU32));
  EXPECT_FALSE(fenced.contains(protocol::kOpPackedSlot));
  EXPECT_TRUE(uses("  - window: {opcode: memcpy, ticket: 1, required: [[160, 161]]}\n")
                  .contains(protocol::kOpMemcpy));
  EXPECT_TRUE(
      uses("  - {opcode: 0x80000001, args: [1, 2], unchecked: true}\n").contains(protocol::kOpDfaStep))
      << "words of a raw packed slot may be anything";
}

}  // namespace
}  // namespace vyre::workload
