// The times that the kernel keeps, on a real device.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <vector>

#include "support/device.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using descriptor::Single;

ring::Clock::time_point patience() { return ring::Clock::now() + 60s; }

std::int64_t nanoseconds(ring::Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

std::uint64_t clock_at(std::span<const std::uint32_t> words, std::uint32_t slot, std::uint32_t word) {
  const std::size_t at = std::size_t{protocol::kTraceWords} * slot + word;
  return words[at] | std::uint64_t{words[at + 1]} << 32;
}

struct SliceLog final : ring::SliceListener {
  void on_slice(const ring::Slice& slice) noexcept override { slices.push_back(slice); }
  std::vector<ring::Slice> slices;
};

TEST(KernelTrace, IsNotThereUnlessAskedFor) {
  const ring::BackendConfig config;
  VYRE_OPEN_OR_SKIP(backend, config, {});
  EXPECT_EQ(backend.device_trace(), nullptr);
}

TEST(KernelTrace, ClaimsFollowPublicationAndEndsFollowClaims) {
  constexpr std::uint32_t kSlots = 64;
  const ring::BackendConfig config{.slot_count = kSlots, .dfa_table = {}, .trace = true};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::DeviceTrace& trace = *backend.device_trace();
  if (trace.slots().empty()) GTEST_SKIP() << trace.note();
  EXPECT_EQ(trace.note(), "");
  for (const std::uint32_t word : trace.slots()) ASSERT_EQ(word, 0U) << "the probe left something";
  SliceLog log;
  trace.listen(&log);

  struct Times {
    std::int64_t published, seen;
  };
  std::vector<Times> times;
  ring::Publisher publisher(backend.ring_memory(), backend);
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    const std::int64_t published = nanoseconds(ring::Clock::now());
    const auto ticket = publisher.publish(Single{});
    ASSERT_TRUE(ticket && publisher.wait(*ticket, patience()));
    times.push_back({published, nanoseconds(ring::Clock::now())});
  }
  EXPECT_FALSE(trace.clock_map()) << "before it has stopped";
  ASSERT_TRUE(backend.stop());
  trace.listen(nullptr);

  const auto map = trace.clock_map();
  ASSERT_TRUE(map) << to_text(map.error());
  const auto error = static_cast<std::int64_t>(map->error_ns);
  RecordProperty("clock_error_ns", static_cast<int>(error));
  RecordProperty("clock_source", static_cast<int>(map->source));
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    const std::uint64_t claim = clock_at(trace.slots(), slot, protocol::kTraceClaimWord);
    const std::uint64_t end = clock_at(trace.slots(), slot, protocol::kTraceEndWord);
    const std::int64_t claimed_ns = map->to_host_ns(claim, times[slot].published);
    const std::int64_t ended_ns = map->to_host_ns(end, times[slot].published);
    EXPECT_LE(times[slot].published, claimed_ns + error) << "slot " << slot;
    EXPECT_LE(claimed_ns, ended_ns) << "slot " << slot;
    EXPECT_LE(ended_ns, times[slot].seen + error) << "slot " << slot;
    const std::size_t at = std::size_t{protocol::kTraceWords} * slot;
    if (claim < end) {  // else the clock has begun anew
      EXPECT_EQ(trace.slots()[at + protocol::kTraceLastPassWord], end - claim) << "it was never parked";
    }
    EXPECT_GE(trace.slots()[at + protocol::kTraceClaimSliceWord], 1U);
    EXPECT_LE(trace.slots()[at + protocol::kTraceEndSliceWord], log.slices.size());
    EXPECT_EQ(trace.slots()[at + protocol::kTraceFinisherWord],
              trace.slots()[at + protocol::kTraceClaimerWord]);
  }
  ASSERT_FALSE(log.slices.empty());
  for (const auto& slice : log.slices) EXPECT_LT(slice.submitted, slice.ended);
}

TEST(KernelTrace, TellsTheLastPassOfAParkedSlot) {
  // A fence before its batch is finished parks; a long copy too.
  const ring::BackendConfig config{.slot_count = 4, .observable_count = 4096, .dfa_table = {}, .trace = true};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  ring::DeviceTrace& trace = *backend.device_trace();
  if (trace.slots().empty()) GTEST_SKIP() << trace.note();
  ring::Publisher publisher(backend.ring_memory(), backend);
  const std::array<std::uint32_t, 3> args{160, 2'160, 2'000};
  const auto ticket = publisher.publish(Single{.opcode = protocol::kOpMemcpy, .args = args});
  ASSERT_TRUE(ticket && publisher.wait(*ticket, patience()));
  const std::uint64_t claim = clock_at(trace.slots(), 0, protocol::kTraceClaimWord);
  const std::uint64_t end = clock_at(trace.slots(), 0, protocol::kTraceEndWord);
  EXPECT_LT(trace.slots()[protocol::kTraceLastPassWord], static_cast<std::uint32_t>(end - claim));
  EXPECT_GT(trace.slots()[protocol::kTraceLastPassWord], 0U);
}

TEST(KernelTrace, IsKeptByKernelsWithHandlersToo) {
  const ring::BackendConfig config{.slot_count = 4, .dfa_table = {}, .trace = true};
  gpu::MegakernelOptions options;
  options.handlers.push_back({.opcode = 0x4000'0000,
                              .name = "mark",
                              .file = "mark.glsl",
                              .glsl = "void mark() { vyre_observable_store(0u, 7u); }\n"});
  VYRE_OPEN_OR_SKIP(backend, config, options);
  ring::DeviceTrace& trace = *backend.device_trace();
  if (trace.slots().empty()) GTEST_SKIP() << trace.note();
  ring::Publisher publisher(backend.ring_memory(), backend);
  const auto ticket = publisher.publish(Single{.opcode = 0x4000'0000});
  ASSERT_TRUE(ticket && publisher.wait(*ticket, patience()));
  EXPECT_NE(clock_at(trace.slots(), 0, protocol::kTraceClaimWord), 0U);
  EXPECT_NE(clock_at(trace.slots(), 0, protocol::kTraceEndWord), 0U);
}

}  // namespace
