// Slots that no publisher writes - reserved opcodes, LOAD_MISS, malformed packed words, any tenant - put
// into the ring by hand: the kernel must end each as the reference does.
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "oracle_device.hpp"
#include "ring/doorbell.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::test {
namespace {

using protocol::Slot;

constexpr std::uint32_t kPublished = static_cast<std::uint32_t>(protocol::Status::kPublished);

std::vector<Slot> raw_slots() {
  const std::uint32_t word = protocol::kObservableWord + 3;
  return {
      {kPublished, protocol::kOpLoadMiss, 0, 2, {17, 1}},
      {kPublished, 0x8000'0000, 0, 2, {}},
      {kPublished, 0x8000'0002, 1, 9, {}},
      {kPublished, 0xFFF0, 1, 2, {}},
      {kPublished, 0xFFFF, 0, 2, {}},
      {kPublished, 0xFFFF'FFFE, 1, 2, {}},
      {kPublished, protocol::kOpStoreU32, 28, 0xFFFF'FFFF, {7, word}},
      {kPublished, protocol::kOpStoreU32, 0xFFFF'FFFF, 2, {7, word}},
      {kPublished, protocol::kOpStoreU32, 61, 2, {7, word}},
      // Packed: too many operations; LOAD_MISS's low byte and others that are no inner opcodes; an offset
      // past the slot's end, whose arguments are 0.
      {kPublished, protocol::kOpPackedSlot, 1, 2, {0xFF}},
      {kPublished, protocol::kOpPackedSlot, 1, 2, {0x00FD'0001}},
      {kPublished, protocol::kOpPackedSlot, 1, 2, {0xFF01'0001}},
      {kPublished, protocol::kOpPackedSlot, 1, 2, {0xFF07'0001}},
      // Two stores that share an argument word, which no encoder makes: 9 to word 162, then word 162's
      // number.
      {kPublished, protocol::kOpPackedSlot, 1, 2, {0x0001'0002, 0x0101, 9, word - 1, word + 1}},
      {kPublished, protocol::kOpBatchFence, 1, 2, {0xFFFF'FFFF, 5}},
      {kPublished, protocol::kOpBatchFence, 1, 2, {0x8000'0000, 5}},
  };
}

ring::BackendConfig config_for(std::size_t slots) {
  ring::BackendConfig config;
  config.slot_count = static_cast<std::uint32_t>(slots);
  config.observable_count = 16;
  config.tenant_count = 29;
  return config;
}

struct Ended {
  std::vector<std::uint32_t> control;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> completions;  ///< details only where there is a fault
};

/// Bodies, statuses, entries, doorbell, then waits for every completion.
Result<Ended> run_raw(ring::Backend& backend, const std::vector<Slot>& slots) {
  const ring::RingMemory memory = backend.ring_memory();
  ring::Doorbell doorbell(memory, 0);
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    const auto words = memory.ring.words.subspan(16UL * i, 16);
    words[1] = slots[i].opcode;
    words[2] = slots[i].tenant;
    words[3] = slots[i].priority;
    for (std::uint32_t k = 0; k < 12; ++k) words[4 + k] = slots[i].args[k];
    ring::store_fence(memory.ring.kind);
    std::atomic_ref(words[0]).store(kPublished, std::memory_order_release);
    doorbell.announce(i, 1);
  }
  doorbell.ring();
  backend.notify();

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Ended ended;
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    std::uint32_t word = 0;
    while ((word = std::atomic_ref(memory.completions[i]).load(std::memory_order_acquire)) == 0) {
      VYRE_CHECK(backend.health());
      if (std::chrono::steady_clock::now() > deadline)
        return fail(ErrorCode::kTimeout, "slot " + std::to_string(i) + " does not end", "run_raw",
                    "see the kernel");
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    const bool faulted = protocol::completion_fault(word) != protocol::FaultCode::kNone;
    ended.completions.emplace_back(word, faulted ? memory.fault_details[i] : 0);
  }
  VYRE_CHECK(backend.stop());
  ended.control.resize(backend.control_words());
  VYRE_CHECK(backend.read_control(0, ended.control));
  return ended;
}

TEST(OracleGpuRaw, SlotsThatNoPublisherWritesEndAlike) {
  const auto slots = raw_slots();
  const auto reference = session::make_reference_backend(config_for(slots.size()));
  ASSERT_TRUE(reference) << to_text(reference.error());
  const auto expected = run_raw(**reference, slots);
  ASSERT_TRUE(expected) << to_text(expected.error());
  EXPECT_EQ(expected->completions[0].first, protocol::make_completion(7, protocol::FaultCode::kNoIoService));
  EXPECT_EQ(expected->control[162], 9U);
  EXPECT_EQ(expected->control[164], 162U)
      << "the second store takes its value from the first one's last word";

  gpu::MegakernelOptions options;
  options.device = oracle_device();
  options.probe = false;
  const auto device = gpu::open_megakernel(config_for(slots.size()), options);
  if (!device && may_skip(device.error())) GTEST_SKIP() << to_text(device.error());
  ASSERT_TRUE(device) << to_text(device.error());
  const auto got = run_raw(**device, slots);
  ASSERT_TRUE(got) << to_text(got.error());
  for (std::size_t i = 0; i < slots.size(); ++i)
    EXPECT_EQ(got->completions[i], expected->completions[i]) << "slot " << i;
  for (std::size_t i = 0; i < got->control.size(); ++i)
    EXPECT_EQ(got->control[i], expected->control[i]) << "control word " << i;
}

}  // namespace
}  // namespace vyre::test
