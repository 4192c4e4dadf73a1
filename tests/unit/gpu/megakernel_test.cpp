// The resident kernel on a real device: what only it can show (tests/conformance compares results).
#include "vyre/gpu/megakernel.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <thread>

#include "support/device.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using descriptor::Single;
using protocol::kObservableWord;

ring::Clock::time_point patience() { return ring::Clock::now() + 60s; }

std::uint32_t read_word(ring::Backend& backend, std::uint32_t word) {
  std::uint32_t value = 0xDEAD;
  EXPECT_TRUE(backend.read_control(word, {&value, 1}));
  return value;
}

Result<void> run_one(ring::Publisher& publisher, std::uint32_t opcode, descriptor::Words args,
                     std::uint32_t tenant = 0) {
  VYRE_TRY(const auto ticket, publisher.publish(Single{.tenant = tenant, .opcode = opcode, .args = args}));
  return publisher.wait(ticket, patience());
}

std::chrono::microseconds cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return std::chrono::duration_cast<std::chrono::microseconds>(micros(usage.ru_utime) +
                                                               micros(usage.ru_stime));
}

TEST(Megakernel, LeavesTheBuffersAsEncodedAfterItsProbe) {
  ring::BackendConfig config{.slot_count = 10, .observable_count = 4, .tenant_count = 2, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  std::vector<std::uint32_t> control(backend.control_words());
  ASSERT_TRUE(backend.read_control(0, control));
  EXPECT_EQ(control[protocol::kDoneCountWord], 0U);
  EXPECT_EQ(control[protocol::kReservedWord], 0U);
  EXPECT_EQ(control[protocol::kTenantMaskWord + 1], protocol::kTenantMaskEnabled);
  EXPECT_EQ(control[protocol::kTenantMaskWord + 2], 0U);
  EXPECT_EQ(control[protocol::kPriorityOffsetsWord + 5], 10U);
  std::vector<std::uint32_t> slots(10 * protocol::kSlotWords, 7);
  ASSERT_TRUE(backend.read_ring(slots));
  EXPECT_EQ(slots, std::vector<std::uint32_t>(slots.size(), 0));
}

TEST(Megakernel, AFailedProbeIsToldAndLeavesTheDeviceUsable) {
  const ring::BackendConfig config{.slot_count = 8, .observable_count = 1, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(before, config, {});
  ASSERT_TRUE(before.health());
  gpu::MegakernelOptions options;
  options.probe_timeout = 0ms;  // no device answers in no time
  const auto opened = gpu::open_megakernel(config, options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(opened.error().what.find("did not answer to slot 0 within 0 ms (kernel "), std::string::npos)
      << opened.error().what;
  VYRE_OPEN_OR_SKIP(after, config, {});
  ring::Publisher publisher(after.ring_memory(), after);
  const std::array<std::uint32_t, 2> args{7, kObservableWord};
  ASSERT_TRUE(run_one(publisher, protocol::kOpAtomicAdd, args));
  EXPECT_EQ(read_word(after, kObservableWord), 7U);
}

TEST(Megakernel, WakesAfterAnIdleTimeAndUsesNoCpuMeanwhile) {
  VYRE_OPEN_OR_SKIP(backend, ring::BackendConfig{}, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  const std::array<std::uint32_t, 2> args{5, kObservableWord};
  ASSERT_TRUE(run_one(publisher, protocol::kOpAtomicAdd, args));
  for (int i = 0; i < 5000 && backend.residency_text().find("asleep") == std::string::npos; ++i)
    std::this_thread::sleep_for(1ms);
  ASSERT_NE(backend.residency_text().find("asleep"), std::string::npos) << backend.residency_text();
  const auto before = cpu_time();
  std::this_thread::sleep_for(1s);
  EXPECT_LT(cpu_time() - before, 50ms) << "something runs while nothing is to be done";
  ASSERT_TRUE(run_one(publisher, protocol::kOpAtomicAdd, args));
  EXPECT_EQ(read_word(backend, kObservableWord), 10U);
}

TEST(Megakernel, CopiesMoreWordsThanAnyLoopMayTurn) {
  constexpr std::uint32_t kWords = 200'000;  // llvmpipe ends a loop after 65,535 turns
  ring::BackendConfig config{.slot_count = 8, .observable_count = 2 * kWords + 1, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  for (std::uint32_t i = 0; i < kWords; i += 997)
    ASSERT_TRUE(backend.write_control(kObservableWord + i, i * 2654435761U + 1));
  ASSERT_TRUE(backend.write_control(kObservableWord + kWords - 1, 4711));
  const std::array<std::uint32_t, 3> args{kObservableWord, kObservableWord + kWords, kWords};
  ASSERT_TRUE(run_one(publisher, protocol::kOpMemcpy, args));
  std::vector<std::uint32_t> control(backend.control_words());
  ASSERT_TRUE(backend.read_control(0, control));
  for (std::uint32_t i = 0; i < kWords; ++i)
    ASSERT_EQ(control[kObservableWord + kWords + i], control[kObservableWord + i])
        << "word " << i << " of " << kWords;
  EXPECT_EQ(publisher.counts().faulted, 0U);
}

TEST(Megakernel, AMaskedTenantsSlotWaitsUntilTheMaskChanges) {
  ring::BackendConfig config{.slot_count = 8, .observable_count = 4, .tenant_count = 3, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  ASSERT_TRUE(backend.write_control(protocol::kTenantMaskWord + 2, 0));
  const std::array<std::uint32_t, 2> args{1, kObservableWord};
  const auto ticket = publisher.publish(Single{.tenant = 2, .opcode = protocol::kOpAtomicAdd, .args = args});
  ASSERT_TRUE(ticket);
  EXPECT_EQ(publisher.wait(*ticket, ring::Clock::now() + 50ms).error().code, ErrorCode::kTimeout);
  std::vector<std::uint32_t> slots(8 * protocol::kSlotWords);
  ASSERT_TRUE(backend.read_ring(slots));
  EXPECT_EQ(slots[protocol::kSlotWords * ticket->first_slot],
            static_cast<std::uint32_t>(protocol::Status::kPublished));
  ASSERT_TRUE(backend.write_control(protocol::kTenantMaskWord + 2, 1));
  publisher.ring_again();
  EXPECT_TRUE(publisher.wait(*ticket, patience()));
  EXPECT_EQ(read_word(backend, kObservableWord), 1U);
}

TEST(Megakernel, AMaskThatTheKernelItselfSetsUnblocksToo) {
  ring::BackendConfig config{.slot_count = 8, .observable_count = 4, .tenant_count = 3, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  ASSERT_TRUE(backend.write_control(protocol::kTenantMaskWord + 2, 0));
  const std::array<std::uint32_t, 2> add{1, kObservableWord};
  const auto blocked = publisher.publish(Single{.tenant = 2, .opcode = protocol::kOpAtomicAdd, .args = add});
  const std::array<std::uint32_t, 2> unmask{1, protocol::kTenantMaskWord + 2};
  ASSERT_TRUE(blocked && run_one(publisher, protocol::kOpStoreU32, unmask));
  EXPECT_TRUE(publisher.wait(*blocked, patience()));
}

TEST(Megakernel, AFenceBehindAMaskedSlotLetsTheDeviceSleep) {
  ring::BackendConfig config{.slot_count = 8, .observable_count = 4, .tenant_count = 3, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  ASSERT_TRUE(backend.write_control(protocol::kTenantMaskWord + 2, 0));
  const std::array<descriptor::Operation, 1> items{};
  const auto batch = publisher.publish(descriptor::FencedBatch{.tenant = 2, .items = items, .tag = 8});
  ASSERT_TRUE(batch);
  for (int i = 0; i < 5000 && backend.residency_text().find("asleep") == std::string::npos; ++i)
    std::this_thread::sleep_for(1ms);
  EXPECT_NE(backend.residency_text().find("asleep"), std::string::npos) << backend.residency_text();
  ASSERT_TRUE(backend.write_control(protocol::kTenantMaskWord + 2, 1));
  publisher.ring_again();
  EXPECT_TRUE(publisher.wait(*batch, patience()));
  EXPECT_EQ(read_word(backend, kObservableWord), 8U);
  EXPECT_EQ(read_word(backend, protocol::kEpochWord), 1U);
}

TEST(Megakernel, AQuotaBoundsTheSlotsClaimedAtATime) {
  constexpr std::uint32_t kWords = 60'000;
  ring::BackendConfig config{
      .slot_count = 16, .observable_count = 2 * kWords, .tenant_count = 2, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  ASSERT_TRUE(backend.write_control(protocol::kTenantQuotaWord + 1, 2));
  const std::array<std::uint32_t, 3> args{kObservableWord, kObservableWord + kWords, kWords};
  for (int i = 0; i < 8; ++i)
    ASSERT_TRUE(publisher.publish(Single{.tenant = 1, .opcode = protocol::kOpMemcpy, .args = args}));
  std::vector<std::uint32_t> slots(16 * protocol::kSlotWords);
  unsigned looks = 0;
  while (publisher.counts().in_flight > 0) {
    ASSERT_TRUE(backend.read_ring(slots));
    unsigned claimed = 0;
    for (std::uint32_t slot = 0; slot < 16; ++slot) {
      const auto status = static_cast<protocol::Status>(slots[protocol::kSlotWords * slot]);
      if (status == protocol::Status::kClaimed || status == protocol::Status::kYield) ++claimed;
    }
    // The picture is not taken at one moment: one slot may end and the next begin while it is.
    EXPECT_LE(claimed, 4U);
    ++looks;
    publisher.reap();
  }
  EXPECT_GT(looks, 0U);
  EXPECT_EQ(publisher.counts().done, 8U);
}

TEST(Megakernel, ShutdownOpcodeEndsTheKernel) {
  VYRE_OPEN_OR_SKIP(backend, ring::BackendConfig{}, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  ASSERT_TRUE(run_one(publisher, protocol::kOpShutdown, {}));
  const auto late = publisher.publish(Single{});
  ASSERT_TRUE(late);
  EXPECT_EQ(publisher.wait(*late, patience()).error().code, ErrorCode::kShutDown);
  EXPECT_TRUE(backend.stop());
  EXPECT_TRUE(backend.stop()) << "stopping twice does nothing";
}

TEST(Megakernel, CountsEveryAdditionInTinySlices) {
  for (const std::uint32_t passes : {1U, 2U, 7U}) {
    ring::BackendConfig config{.slot_count = 32, .observable_count = 4, .dfa_table = {}};
    gpu::MegakernelOptions options;
    options.slice_passes = passes;
    options.workgroups = 2;
    VYRE_OPEN_OR_SKIP(backend, config, options);
    ring::Publisher publisher(backend.ring_memory(), backend);
    const std::array<std::uint32_t, 2> args{3, kObservableWord + 1};
    for (int i = 0; i < 500; ++i)
      ASSERT_TRUE(publisher.publish(Single{.opcode = protocol::kOpAtomicAdd, .args = args}));
    ASSERT_TRUE(publisher.wait_all(patience()));
    EXPECT_EQ(read_word(backend, kObservableWord + 1), 1500U) << "slices of " << passes << " passes";
  }
}

TEST(Megakernel, SequencesMayWrapAround) {
  // Entries run freely as u32; a ring of one slot turns its queue over with every publication.
  ring::BackendConfig config{.slot_count = 1, .observable_count = 1, .dfa_table = {}};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::Publisher publisher(backend.ring_memory(), backend);
  const std::array<std::uint32_t, 2> args{1, kObservableWord};
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(publisher.publish(Single{.opcode = protocol::kOpAtomicAdd, .args = args}));
  ASSERT_TRUE(publisher.wait_all(patience()));
  EXPECT_EQ(read_word(backend, kObservableWord), 1000U);
}

TEST(Megakernel, RefusesWhatTheDeviceCannotHold) {
  const auto devices = gpu::list_devices();
  if (!devices && !test::device_is_required()) GTEST_SKIP() << to_text(devices.error());
  gpu::MegakernelOptions options;
  options.lanes = 1U << 20;
  const auto opened = gpu::open_megakernel(ring::BackendConfig{}, options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(opened.error().what.find("was asked for lanes: 1048576, the most is"), std::string::npos)
      << opened.error().what;
  EXPECT_EQ(opened.error().fix, "give --lanes a smaller number");
}

TEST(Devices, NoneMatchesAnUnknownName) {
  const auto devices = gpu::list_devices();
  if (!devices && !test::device_is_required()) GTEST_SKIP() << to_text(devices.error());
  ASSERT_TRUE(devices) << to_text(devices.error());
  const auto chosen = gpu::choose_device("no-such-device");
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ErrorCode::kNoDevice);
  EXPECT_EQ(chosen.error().what.rfind("no device matches 'no-such-device' among device 0 (", 0), 0U)
      << chosen.error().what;
  const auto first = gpu::choose_device("0");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->uuid, devices->front().uuid);
  EXPECT_EQ(gpu::choose_device(first->uuid)->name, first->name);
}

}  // namespace
