#include "trace/tracer.hpp"

#include <nlohmann/json.hpp>

#include "support/memory_ring.hpp"
#include "trace_fixture.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using nlohmann::json;

/// A backend whose slots finish when a test says so, at times that the test makes up.
class FakeBackend final : public ring::Backend, public ring::DeviceTrace {
 public:
  explicit FakeBackend(std::uint32_t slots) : ring(slots), words(protocol::kTraceWords * slots) {}

  std::string name() const override { return "fake"; }
  std::string device_name() const override { return "a fake device"; }
  ring::RingMemory ring_memory() noexcept override { return ring.memory(); }
  std::string residency_text() override { return ""; }
  Result<void> read_control(std::uint32_t, std::span<std::uint32_t>) override { return {}; }
  Result<void> write_control(std::uint32_t, std::uint32_t) override { return {}; }
  std::uint32_t control_words() const noexcept override { return 0; }
  Result<void> read_ring(std::span<std::uint32_t>) override { return {}; }
  ring::PayloadMemory payload_memory() noexcept override { return {}; }
  Result<void> read_arena(std::uint32_t, std::span<std::uint32_t>) override { return {}; }
  std::span<std::uint32_t> result_memory() noexcept override { return {}; }
  Result<std::unique_ptr<ring::PayloadCopier>> open_copier(std::uint64_t) override {
    return fail(ErrorCode::kUnsupported, "no copies", "", "");
  }
  Result<void> read_debug_log(std::span<std::uint32_t>) override { return {}; }
  std::uint32_t debug_log_words() const noexcept override { return 0; }
  Result<void> stop() override { return {}; }
  void notify() noexcept override {}
  Result<void> health() override { return {}; }
  bool has_shut_down() noexcept override { return false; }
  ring::DeviceTrace* device_trace() noexcept override { return this; }

  std::span<std::uint32_t> slots() noexcept override {
    return has_clock ? std::span(words) : std::span<std::uint32_t>();
  }
  std::string note() const override { return has_clock ? "" : "no clock here"; }
  std::uint32_t lanes() const noexcept override { return 4; }
  void listen(ring::SliceListener* listener) noexcept override { listener_ = listener; }
  Result<ring::ClockMap> clock_map() override { return map; }

  /// The kernel ran the slot from `claim_ns` to `end_ns` by the host's clock, its last pass from `pass_ns`.
  void run(std::uint32_t slot, std::int64_t claim_ns, std::int64_t pass_ns, std::int64_t end_ns,
           std::uint32_t invocation) {
    std::uint32_t* at = &words[std::size_t{protocol::kTraceWords} * slot];
    const auto put = [&](std::uint32_t word, std::int64_t time) {
      at[word] = static_cast<std::uint32_t>(time);
      at[word + 1] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(time) >> 32);
    };
    put(protocol::kTraceClaimWord, claim_ns);
    put(protocol::kTraceEndWord, end_ns);
    at[protocol::kTraceClaimerWord] = at[protocol::kTraceFinisherWord] = invocation;
    at[protocol::kTraceLastPassWord] = static_cast<std::uint32_t>(end_ns - pass_ns);
    ring.finish(slot);
  }

  test::MemoryRing ring;
  std::vector<std::uint32_t> words;
  ring::ClockMap map{.source = ring::ClockMap::Source::kHandshake, .error_ns = 1'000};
  bool has_clock = true;
  ring::SliceListener* listener_ = nullptr;
};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(ring::Clock::now().time_since_epoch()).count();
}

class TracerTest : public test::TraceFile {
 protected:
  std::unique_ptr<trace::Tracer> open(std::map<std::uint32_t, std::string> names = {}) {
    auto tracer = trace::Tracer::open({.path = path("run.json"), .opcode_names = std::move(names)},
                                      {{"workload", "w.yaml"}}, backend);
    EXPECT_TRUE(tracer) << to_text(tracer.error());
    return std::move(*tracer);
  }
  trace::TraceSummary finish(trace::Tracer& tracer) {
    auto summary = tracer.finish();
    EXPECT_TRUE(summary) << to_text(summary.error());
    trace = json::parse(read(path("run.json")));
    return *summary;
  }
  std::vector<json> events(const std::string& phase, const std::string& category) {
    std::vector<json> found;
    for (const auto& event : trace["traceEvents"])
      if (event["ph"] == phase && event.value("cat", "") == category) found.push_back(event);
    return found;
  }
  std::string track_of(const json& event) {
    for (const auto& named : trace["traceEvents"])
      if (named["name"] == "thread_name" && named["tid"] == event["tid"]) return named["args"]["name"];
    return "";
  }

  FakeBackend backend{4};
  json trace;
};

TEST_F(TracerTest, ShowsASlotFromPublicationToItsEnd) {
  const auto tracer = open({{0x4000'0000, "mine"}});
  ring::Publisher publisher(backend.ring_memory(), backend,
                            {.listeners = {tracer.get()}, .schedule_seed = {}});
  ASSERT_TRUE(publisher.publish(descriptor::Single{.tenant = 2, .opcode = 0x4000'0000}));
  const std::int64_t claim_ns = now_ns() + 5'000;
  backend.run(0, claim_ns, claim_ns, claim_ns + 2'000, 6);
  while (now_ns() <= claim_ns + 2'000) {}
  publisher.reap();
  const auto summary = finish(*tracer);
  EXPECT_EQ(summary.publications, 1U);
  EXPECT_EQ(summary.slots, 1U);
  EXPECT_EQ(summary.unfinished, 0U);
  EXPECT_EQ(summary.clock, "handshake");
  EXPECT_EQ(summary.moved + summary.moved_beyond, 0U);

  const auto slots = events("X", "slot");
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0]["name"], "mine");
  EXPECT_EQ(slots[0]["dur"], 2.0);
  EXPECT_EQ(track_of(slots[0]), "workgroup 1 lane 2");
  EXPECT_EQ(slots[0]["args"]["status"], "done");
  EXPECT_EQ(slots[0]["args"]["tenant"], 2);
  ASSERT_EQ(events("s", "slot").size(), 1U);
  ASSERT_EQ(events("f", "slot").size(), 1U);
  EXPECT_EQ(events("s", "slot")[0]["id"], events("f", "slot")[0]["id"]);
  EXPECT_EQ(trace["otherData"]["workload"], "w.yaml");
  EXPECT_EQ(trace["otherData"]["device_clock_error_ns"], 1'000);
}

TEST_F(TracerTest, ShowsAParkedSlotTwice) {
  const auto tracer = open();
  ring::Publisher publisher(backend.ring_memory(), backend,
                            {.listeners = {tracer.get()}, .schedule_seed = {}});
  ASSERT_TRUE(publisher.publish(descriptor::Single{}));
  const std::int64_t claim_ns = now_ns();
  backend.run(0, claim_ns, claim_ns + 8'000, claim_ns + 9'000, 1);
  while (now_ns() <= claim_ns + 9'000) {}
  publisher.reap();
  static_cast<void>(finish(*tracer));
  ASSERT_EQ(events("X", "parked").size(), 1U);
  EXPECT_EQ(events("X", "parked")[0]["dur"], 9.0);
  EXPECT_EQ(track_of(events("X", "parked")[0]), "parked: slot 0");
  ASSERT_EQ(events("X", "slot").size(), 1U);
  EXPECT_EQ(events("X", "slot")[0]["dur"], 1.0);
  EXPECT_EQ(events("f", "slot").size(), 1U) << "the arrow leads to the claim alone";
}

TEST_F(TracerTest, MovesWhatContradictsTheHostAndCountsIt) {
  const auto tracer = open();
  ring::Publisher publisher(backend.ring_memory(), backend,
                            {.listeners = {tracer.get()}, .schedule_seed = {}});
  const std::int64_t before_ns = now_ns();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(publisher.publish(descriptor::Single{}));
  const std::int64_t after_ns = now_ns();
  backend.map.error_ns = static_cast<std::uint64_t>(after_ns - before_ns) + 500;
  backend.run(0, before_ns - 400, before_ns - 400, after_ns, 0);                // within the error
  backend.run(1, before_ns - 10'000'000, before_ns - 10'000'000, after_ns, 1);  // far beyond
  backend.run(2, after_ns, after_ns, after_ns + 60'000'000'000, 2);             // ends a minute from now
  publisher.reap();
  const auto summary = finish(*tracer);
  EXPECT_EQ(summary.moved, 1U);
  EXPECT_EQ(summary.moved_beyond, 2U);
  EXPECT_EQ(trace["otherData"]["times_moved"], 1);
  EXPECT_EQ(trace["otherData"]["times_moved_beyond_error"], 2);
  std::map<std::uint64_t, double> published;
  for (const auto& event : events("s", "slot")) published[event["id"]] = event["ts"];
  for (const auto& event : events("f", "slot")) EXPECT_LE(published.at(event["id"]), event["ts"]);
  for (const auto& event : events("X", "slot")) EXPECT_GE(event["dur"], 0.0);
}

TEST_F(TracerTest, MarksWhatIsNeverFinished) {
  const auto tracer = open();
  {
    ring::Publisher publisher(backend.ring_memory(), backend,
                              {.listeners = {tracer.get()}, .schedule_seed = {}});
    ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = protocol::kOpAtomicAdd}));
  }
  EXPECT_EQ(finish(*tracer).unfinished, 1U);
  ASSERT_EQ(events("i", "slot").size(), 1U);
  EXPECT_EQ(events("i", "slot")[0]["name"], "atomic_add");
}

TEST_F(TracerTest, WithoutAClockShowsTheHostAndSaysWhy) {
  backend.has_clock = false;
  const auto tracer = open();
  ring::Publisher publisher(backend.ring_memory(), backend,
                            {.listeners = {tracer.get()}, .schedule_seed = {}});
  ASSERT_TRUE(publisher.publish(descriptor::Single{}));
  backend.ring.finish(0);
  publisher.reap();
  const auto summary = finish(*tracer);
  EXPECT_EQ(summary.note, "no clock here");
  EXPECT_EQ(summary.clock, "");
  EXPECT_EQ(events("X", "publication").size(), 1U);
  EXPECT_EQ(events("X", "slot").size(), 0U);
  EXPECT_EQ(events("s", "slot").size(), 0U) << "an arrow to nowhere";
  EXPECT_EQ(trace["otherData"]["note"], "no clock here");
}

TEST_F(TracerTest, SlicesDoNotOverlapThoughTwoAreQueued) {
  const auto tracer = open();
  const auto start = ring::Clock::now();
  using std::chrono::microseconds;
  backend.listener_->on_slice({1, start, start + microseconds(10)});
  backend.listener_->on_slice({2, start + microseconds(1), start + microseconds(25)});
  static_cast<void>(finish(*tracer));
  EXPECT_EQ(backend.listener_, nullptr) << "nobody listens any more";
  const auto slices = events("X", "slice");
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[1]["dur"], 15.0);
  EXPECT_EQ(slices[1]["args"]["queued_ns"], 9'000);
}

TEST_F(TracerTest, HasRoomForSpansOfOthers) {
  const auto tracer = open();
  const auto begin = ring::Clock::now();
  const auto track = tracer->add_host_track("stream reads");
  tracer->add_host_span(track, "read", begin, begin + std::chrono::microseconds(3));
  { const trace::WaitSpan span(tracer.get(), "epoch", 4); }
  { const trace::WaitSpan nothing(nullptr, "epoch", 4); }
  static_cast<void>(finish(*tracer));
  const auto waits = events("X", "wait");
  ASSERT_EQ(waits.size(), 2U);
  EXPECT_EQ(track_of(waits[0]), "stream reads");
  EXPECT_EQ(waits[1]["name"], "epoch");
  EXPECT_EQ(waits[1]["args"]["for"], 4);
}

}  // namespace
