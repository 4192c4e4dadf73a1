// The interpreter behind the Backend interface, with a Publisher in front.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <numeric>
#include <thread>

#include "vyre/ring/publisher.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::session {
namespace {

using protocol::kObservableWord;

struct Sizes {
  std::uint32_t slot_count = 64;
  std::uint32_t observable_count = 64;
  std::uint32_t tenant_count = 1;
  std::uint32_t debug_records = 4;
};

BackendConfig config_of(const Sizes& sizes) {
  BackendConfig config;
  config.slot_count = sizes.slot_count;
  config.observable_count = sizes.observable_count;
  config.tenant_count = sizes.tenant_count;
  config.debug_records = sizes.debug_records;
  return config;
}

std::unique_ptr<Backend> make(const Sizes& sizes) {
  auto made = make_reference_backend(config_of(sizes));
  EXPECT_TRUE(made) << (made ? "" : to_text(made.error()));
  return std::move(*made);
}

ring::Clock::time_point soon() { return ring::Clock::now() + std::chrono::seconds(20); }

std::uint32_t word(Backend& backend, std::uint32_t index) {
  std::uint32_t value = 0;
  EXPECT_TRUE(backend.read_control(index, {&value, 1}));
  return value;
}

TEST(ReferenceBackend, StartsAsEncodersDo) {
  auto backend = make({.slot_count = 12, .observable_count = 5, .tenant_count = 2, .debug_records = 3});
  EXPECT_EQ(backend->name(), "reference");
  EXPECT_EQ(backend->control_words(), 165U);
  EXPECT_EQ(backend->debug_log_words(), 13U);
  std::vector<std::uint32_t> control(165), expected(165);
  ASSERT_TRUE(backend->read_control(0, control));
  expected[2] = 3;
  expected[3] = expected[4] = 0xFFFF'FFFF;
  expected[32] = expected[33] = 1'000'000;
  const std::array<std::uint32_t, 6> offsets{0, 2, 4, 8, 10, 12};
  std::ranges::copy(offsets, expected.begin() + 129);
  EXPECT_EQ(control, expected);
}

TEST(ReferenceBackend, MoreTenantsThanThereAreFillOnlyTheirTables) {
  auto backend = make({.tenant_count = 1000});
  EXPECT_EQ(word(*backend, 31), 0xFFFF'FFFF);
  EXPECT_EQ(word(*backend, 63), 1'000'000U);
  EXPECT_EQ(word(*backend, 64), 0U);
}

TEST(ReferenceBackend, RunsWhatAPublisherPublishes) {
  auto backend = make({.slot_count = 8});
  ring::Publisher publisher(backend->ring_memory(), *backend);
  const std::array<std::uint32_t, 2> args{3, kObservableWord};
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = args}));
  ASSERT_TRUE(publisher.wait_all(soon()));
  EXPECT_EQ(word(*backend, kObservableWord), 300U);
  EXPECT_EQ(publisher.counts().done, 100U);
}

TEST(ReferenceBackend, SeveralThreadsMayPublish) {
  auto backend = make({.slot_count = 16});
  ring::Publisher publisher(backend->ring_memory(), *backend);
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const std::array<std::uint32_t, 2> args{1, kObservableWord + t};
      ring::PublishOptions options;
      options.deadline = soon();
      for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(
            publisher.publish(descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = args}, options));
        if (i % 100 == 0) publisher.ring_again();
      }
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(publisher.wait_all(soon()));
  for (std::uint32_t t = 0; t < 4; ++t) EXPECT_EQ(word(*backend, kObservableWord + t), 500U);
}

TEST(ReferenceBackend, ATenantEnabledLaterRunsAfterTheHintIsRepeated) {
  auto backend = make({.slot_count = 8, .tenant_count = 1});
  ring::Publisher publisher(backend->ring_memory(), *backend);
  const std::array<std::uint32_t, 2> args{9, kObservableWord};
  ASSERT_TRUE(
      publisher.publish(descriptor::Single{.tenant = 5, .opcode = protocol::kOpStoreU32, .args = args}));
  EXPECT_EQ(word(*backend, kObservableWord), 0U);
  ASSERT_TRUE(backend->write_control(protocol::kTenantMaskWord + 5, 1));
  ASSERT_TRUE(backend->write_control(protocol::kTenantQuotaWord + 5, 1));
  publisher.ring_again();
  EXPECT_EQ(word(*backend, kObservableWord), 9U);
}

TEST(ReferenceBackend, StopEndsItAndLeavesTheMemoryReadable) {
  auto backend = make({.slot_count = 2});
  EXPECT_FALSE(backend->has_shut_down());
  ASSERT_TRUE(backend->stop());
  EXPECT_TRUE(backend->has_shut_down());
  ASSERT_TRUE(backend->stop());
  EXPECT_EQ(word(*backend, 0), 1U);
  std::vector<std::uint32_t> ring(32), log(backend->debug_log_words());
  EXPECT_TRUE(backend->read_ring(ring));
  EXPECT_TRUE(backend->read_debug_log(log));
}

TEST(ReferenceBackend, RefusesAccessBeyondItsBuffers) {
  auto backend = make({.slot_count = 1, .observable_count = 0, .debug_records = 0});
  std::array<std::uint32_t, 200> out{};
  const auto expect = [](const Result<void>& result, std::string_view what, std::string_view fix) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kOutOfRange);
    EXPECT_EQ(result.error().what, what);
    EXPECT_EQ(result.error().where, "reference backend");
    EXPECT_EQ(result.error().fix, fix);
  };
  expect(backend->write_control(160, 1), "1 control words from 160 leave a buffer of 160", "stay below 160");
  expect(backend->read_control(159, std::span(out).first(2)),
         "2 control words from 159 leave a buffer of 160", "stay below 160");
  expect(backend->read_control(0xFFFF'FFFF, std::span(out).first(1)),
         "1 control words from 4294967295 leave a buffer of 160", "stay below 160");
  expect(backend->read_ring(std::span(out).first(17)), "17 ring words from 0 leave a buffer of 16",
         "stay below 16");
  expect(backend->read_debug_log(std::span(out).first(2)), "2 debug log words from 0 leave a buffer of 1",
         "stay below 1");
}

TEST(ReferenceBackend, RefusesSizesBeyondTheProtocol) {
  const auto expect = [](const BackendConfig& config, ErrorCode code, std::string_view what,
                         std::string_view fix) {
    const auto made = make_reference_backend(config);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, code);
    EXPECT_EQ(made.error().what, what);
    EXPECT_EQ(made.error().where, "make_reference_backend");
    EXPECT_EQ(made.error().fix, fix);
  };
  expect(config_of({.slot_count = 0}), ErrorCode::kOutOfRange, "0 slots, 1 to 1048576 are possible",
         "ask for 1 to 1048576");
  expect(config_of({.slot_count = 0xFFFF'FFFF}), ErrorCode::kOutOfRange,
         "4294967295 slots, 1 to 1048576 are possible", "ask for 1 to 1048576");
  expect(config_of({.observable_count = 1'048'577}), ErrorCode::kOutOfRange,
         "1048577 observables, 0 to 1048576 are possible", "ask for 0 to 1048576");
  expect(config_of({.debug_records = 1'048'577}), ErrorCode::kOutOfRange,
         "1048577 debug records, 0 to 1048576 are possible", "ask for 0 to 1048576");
  const std::array<std::uint32_t, 300> table{};
  BackendConfig half_state;
  half_state.dfa_table = table;
  expect(half_state, ErrorCode::kBadInput, "a DFA table of 300 words is no whole number of states",
         "give 256 words a state");
}

TEST(ReferenceBackend, WorkloadsWithHandlersAreUnsupported) {
  workload::Workload workload;
  workload.file = "w.yaml";
  workload.handlers.push_back({.opcode = 0x4000'0001, .name = "sum", .path = "sum.glsl", .position = {4, 7}});
  const auto made = make_reference_backend(workload);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(made.error().what,
            "handler 'sum' for opcode 0x40000001 is GLSL, which the reference interpreter cannot run");
  EXPECT_EQ(made.error().where, "w.yaml:4:7");
  EXPECT_EQ(made.error().fix, "run the workload with --backend vulkan");
}

}  // namespace
}  // namespace vyre::session
