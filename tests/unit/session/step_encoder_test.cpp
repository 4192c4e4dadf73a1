#include "session/step_encoder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "vyre/workload/workload.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

// Counts what the encoder allocates in steady state, which has to be nothing.
// Not inlined: GCC would see malloc meet delete and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace vyre::session {
namespace {

using workload::Step;

std::vector<Step> steps_of(const std::string& yaml) {
  const auto workload = workload::load_text("vyre: 1\nsteps:\n" + yaml, "w.yaml");
  EXPECT_TRUE(workload.has_value()) << (workload ? "" : to_text(workload.error().errors.front()));
  std::vector<Step> steps;
  if (!workload) return steps;
  const auto reader = workload::open_steps(*workload);
  EXPECT_TRUE(reader.has_value());
  for (Step step; reader && (*reader)->next(step).value_or(false);) steps.push_back(step);
  return steps;
}

std::vector<protocol::Slot> slots_of(StepEncoder& encoder, const Step& step,
                                     workload::LoopValues loops = {}) {
  const auto encoded = encoder.encode(step.action, loops);
  EXPECT_TRUE(encoded.has_value()) << (encoded ? "" : to_text(encoded.error()));
  std::vector<protocol::Slot> slots;
  if (!encoded) return slots;
  EXPECT_TRUE(descriptor::validate(**encoded).has_value());
  for (std::uint64_t i = 0; i < descriptor::slot_count(**encoded); ++i)
    slots.push_back(descriptor::encode_slot(**encoded, i));
  return slots;
}

constexpr const char* kForms = R"(
  - store_u32: {value: 42, to: observable(3)}
  - packed: [{atomic_add: {value: 1, to: 161}}, {memcpy: {from: 160, to: 170, words: 4}}]
  - batch: [{store_u32: {value: 1, to: 160}}, {packed: [nop: [], store_u32: {value: 9, to: 163}]}, {nop: []}]
  - fenced_batch: {tag: 9, items: [{atomic_add: {value: 5, to: 160}}, {nop: []}]}
  - work_items: [{opcode: store_u32, input: 6, output: 166, param: 7}]
  - window: {opcode: nop, ticket: 77, required: [[1, 2], []], lookahead: [[4]]}
)";

TEST(StepEncoder, EncodesEveryForm) {
  const auto steps = steps_of(kForms);
  ASSERT_EQ(steps.size(), 6U);
  StepEncoder encoder;

  const auto single = slots_of(encoder, steps[0]);
  ASSERT_EQ(single.size(), 1U);
  EXPECT_EQ(single[0].opcode, protocol::kOpStoreU32);
  EXPECT_EQ(single[0].args[0], 42U);
  EXPECT_EQ(single[0].args[1], 163U);

  const auto packed = slots_of(encoder, steps[1]);
  ASSERT_EQ(packed.size(), 1U);
  EXPECT_EQ(packed[0].opcode, protocol::kOpPackedSlot);
  EXPECT_EQ(packed[0].args[0], 0x00'02'05'02U) << "2 operations, 5 words, atomic_add from word 0";

  const auto batch = slots_of(encoder, steps[2]);
  ASSERT_EQ(batch.size(), 3U);
  EXPECT_EQ(batch[0].args[1], 160U);
  EXPECT_EQ(batch[1].opcode, protocol::kOpPackedSlot);
  EXPECT_EQ(batch[2].opcode, protocol::kOpNop);

  const auto fenced = slots_of(encoder, steps[3]);
  ASSERT_EQ(fenced.size(), 3U);
  EXPECT_EQ(fenced[2].opcode, protocol::kOpBatchFence);
  EXPECT_EQ(fenced[2].args[0], 2U);
  EXPECT_EQ(fenced[2].args[1], 9U);

  const auto items = slots_of(encoder, steps[4]);
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].args[2], 7U);

  const auto window = slots_of(encoder, steps[5]);
  ASSERT_EQ(window.size(), 3U);
  EXPECT_EQ(window[0].args[3], 2U);
  EXPECT_EQ(window[2].args[1], protocol::kWindowLookahead);
  EXPECT_EQ(window[2].args[2], 4U);
}

TEST(StepEncoder, EvaluatesLoopVariables) {
  const auto steps =
      steps_of("  - repeat: {count: 9, var: i, steps: [store_u32: {value: i * 3, to: observable(i)}]}\n");
  ASSERT_EQ(steps.size(), 1U);
  const auto& inner = std::get<workload::RepeatStep>(steps[0].action).steps[0];
  StepEncoder encoder;
  const std::vector<std::int64_t> loops{5};
  const auto slots = slots_of(encoder, inner, loops);
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].args[0], 15U);
  EXPECT_EQ(slots[0].args[1], 165U);
}

TEST(StepEncoder, AllocatesNothingOnceItHasSeenTheLargestStep) {
  const auto steps = steps_of(kForms);
  StepEncoder encoder;
  for (const Step& step : steps) ASSERT_TRUE(encoder.encode(step.action).has_value());
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i)
    for (const Step& step : steps) ASSERT_TRUE(encoder.encode(step.action).has_value());
  EXPECT_EQ(allocations - before, 0U);
}

TEST(StepEncoder, RefusesWhatPublishesNothing) {
  StepEncoder encoder;
  const Step::Action sleep = workload::SleepStep{};
  EXPECT_FALSE(StepEncoder::publishes(sleep));
  const auto refused = encoder.encode(sleep);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(refused.error().what, "this step publishes no slots");
  EXPECT_EQ(refused.error().where, "StepEncoder::encode");
  EXPECT_EQ(refused.error().fix, "encode only steps that StepEncoder::publishes accepts");
}

TEST(StepEncoder, RefusesPackedOpcodesThatNeedMoreThanAByte) {
  StepEncoder encoder;
  workload::PackedStep step;
  step.operations.push_back({.opcode = 0x100, .args = {}, .position = {}});
  const auto refused = encoder.encode(step);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kReservedOpcode);
  EXPECT_EQ(refused.error().what,
            "packed operation 0 has opcode 0x100, packed slots hold opcodes below 0x100");
}

}  // namespace
}  // namespace vyre::session
