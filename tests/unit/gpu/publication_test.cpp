// Publication as the running kernel meets it: whole slots, each once, whatever way entries are dealt out.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/device.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;

ring::Clock::time_point patience() { return ring::Clock::now() + 120s; }

std::vector<std::uint32_t> observables(ring::Backend& backend, std::uint32_t count) {
  std::vector<std::uint32_t> words(count);
  EXPECT_TRUE(backend.read_control(protocol::kObservableWord, words));
  return words;
}

/// Slots published by the test below; more by hand: VYRE_TORN_SLOTS=1000000000.
std::uint64_t torn_slots() {
  const char* asked = std::getenv("VYRE_TORN_SLOTS");
  return asked != nullptr ? std::stoull(asked) : 200'000;
}

constexpr std::uint32_t kWhole = 0x4000'0000;

gpu::MegakernelOptions with_whole() {
  gpu::MegakernelOptions options;
  options.handlers.push_back({.opcode = kWhole, .name = "whole", .file = "whole.glsl", .glsl = R"(
void whole() {
  uint number = vyre_arg(0u);
  bool same = vyre_arg(1u) == number && vyre_arg(2u) == number && vyre_arg(3u) == number &&
              vyre_arg(4u) == number && vyre_arg(5u) == number && vyre_arg(6u) == number &&
              vyre_arg(7u) == number && vyre_arg(8u) == number && vyre_arg(9u) == number &&
              vyre_arg(10u) == number && vyre_arg(11u) == number;
  if (!same) vyre_observable_atomic_add(0u, 1u);
}
)"});
  return options;
}

// STATUS goes out with the body; what keeps a kernel from reading half a slot is the doorbell alone. Every
// argument of a slot carries the same number, another one each time the slot is used again.
TEST(Publication, NoSlotIsReadInPart) {
  constexpr std::uint32_t kBatch = 256;
  ring::BackendConfig config{.slot_count = 1024, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, with_whole());
  ring::Publisher publisher(backend.ring_memory(), backend);
  std::array<std::uint32_t, protocol::kArgWords> args{};
  const std::vector<descriptor::SlotDescriptor> items(
      kBatch, descriptor::Single{.tenant = 0, .opcode = kWhole, .args = args});
  const descriptor::Descriptor batch = descriptor::Batch{items};
  const std::uint64_t laps = std::max<std::uint64_t>(1, torn_slots() / kBatch);
  for (std::uint64_t lap = 0; lap < laps; ++lap) {
    args.fill(static_cast<std::uint32_t>(lap * 2'654'435'761U));
    ASSERT_TRUE(publisher.publish(batch, {.priority = {}, .at_slot = {}, .deadline = patience()}));
  }
  ASSERT_TRUE(publisher.wait_all(patience()));
  EXPECT_EQ(publisher.counts().done, laps * kBatch);
  EXPECT_EQ(publisher.counts().faulted, 0U);
  EXPECT_EQ(observables(backend, 1)[0], 0U) << "slots were read while they were written";
}

// What the configuration leaves out is not in the kernel, and says so.
TEST(Publication, OperationsThatWereNotToComeFault) {
  ring::BackendConfig config{.slot_count = 8, .operations = ring::OperationSet::none(), .dfa_table = {}};
  config.operations.add(protocol::kOpAtomicAdd);
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  const std::array<std::uint32_t, 2> args{5, protocol::kObservableWord};
  for (const std::uint32_t opcode : {protocol::kOpAtomicAdd, protocol::kOpStoreU32, protocol::kOpNop})
    ASSERT_TRUE(publisher.publish(descriptor::Single{.tenant = 0, .opcode = opcode, .args = args}));
  ASSERT_TRUE(publisher.wait_all(patience()));
  const auto faults = publisher.faults();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].code, protocol::FaultCode::kUnknownOpcode);
  EXPECT_EQ(faults[0].detail, protocol::kOpStoreU32);
  EXPECT_EQ(observables(backend, 1)[0], 5U);
}

struct Dealing {
  std::uint32_t lanes, workgroups, stripes, shards, first_entry, slots;
};

class DealtPublication : public testing::TestWithParam<Dealing> {};

// Additions of all sizes of publication, from as many threads as there are shards. Every slot adds once.
TEST_P(DealtPublication, EverySlotRunsOnce) {
  const Dealing& dealing = GetParam();
  ring::BackendConfig config{.slot_count = dealing.slots,
                             .shards = dealing.shards,
                             .first_entry = dealing.first_entry,
                             .dfa_table = {}};
  gpu::MegakernelOptions options;
  options.lanes = dealing.lanes;
  options.workgroups = dealing.workgroups;
  options.stripes = dealing.stripes;
  VYRE_OPEN_OR_SKIP(backend, config, options);
  ring::Publisher publisher(backend.ring_memory(), backend);
  const std::uint32_t most = std::min(dealing.slots / dealing.shards, 150U);
  std::array<std::uint64_t, ring::kMaxQueues> added{};
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < dealing.shards; ++thread)
    threads.emplace_back([&, thread] {
      const std::array<std::uint32_t, 2> args{1, protocol::kObservableWord + thread};
      const descriptor::Single add{.tenant = 0, .opcode = protocol::kOpAtomicAdd, .args = args};
      for (std::uint32_t lap = 0; lap < 400; ++lap) {
        const std::uint32_t size = 1 + (lap * 37 + thread) % most;
        const std::vector<descriptor::SlotDescriptor> items(size, add);
        const auto published = publisher.publish(descriptor::Batch{items},
                                                 {.priority = {}, .at_slot = {}, .deadline = patience()});
        ASSERT_TRUE(published) << to_text(published.error());
        added[thread] += size;
      }
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(publisher.wait_all(patience()));
  const auto sums = observables(backend, dealing.shards);
  std::uint64_t all = 0;
  for (std::uint32_t thread = 0; thread < dealing.shards; ++thread) {
    EXPECT_EQ(sums[thread], added[thread]) << "thread " << thread;
    all += added[thread];
  }
  EXPECT_EQ(publisher.counts().done, all);
}

INSTANTIATE_TEST_SUITE_P(Ways, DealtPublication,
                         testing::Values(Dealing{0, 0, 0, 1, 0, 1024},          // as the device has it
                                         Dealing{0, 0, 0, 1, 0xFFFF'FFFD, 64},  // past 2^32
                                         Dealing{8, 2, 8, 1, 0xFFFF'FFFD,
                                                 100},                   // more stripes than subgroups
                                         Dealing{64, 4, 16, 1, 0, 333},  //
                                         Dealing{0, 0, 0, 4, 0, 1000},   // four publishers
                                         Dealing{64, 2, 2, 8, 0xFFFF'FF00, 1024},  //
                                         Dealing{12, 3, 4, 2, 0, 64}),  // lanes that fill no subgroup
                         [](const auto& way) {
                           const Dealing& d = way.param;
                           return "Lanes" + std::to_string(d.lanes) + "Groups" +
                                  std::to_string(d.workgroups) + "Stripes" + std::to_string(d.stripes) +
                                  "Shards" + std::to_string(d.shards) + "From" +
                                  std::to_string(d.first_entry) + "Slots" + std::to_string(d.slots);
                         });

}  // namespace
