// Differences: which, in which order, in which words; and what may be ignored.
#include "inspection_fixture.hpp"
#include "vyre/inspection/difference.hpp"

namespace vyre::inspection {
namespace {

Inspection sample() {
  auto inspection = inspection_of({slot_of(Status::kDone, protocol::kOpStoreU32, {1, 160}),
                                   slot_of(Status::kPublished, protocol::kOpNop, {})});
  inspection.buffers.completions = {3, 0, 0, 0};
  inspection.buffers.formats = {{1, "x {a}"}};
  return inspection;
}

std::vector<std::string> texts(const Inspection& a, const Inspection& b,
                               const std::vector<std::string>& ignore = {}) {
  const auto ignored = parse_ignored(ignore);
  if (!ignored) return {to_text(ignored.error())};
  const auto found = compare(a, b, *ignored, 100);
  if (!found) return {to_text(found.error())};
  EXPECT_EQ(found->count, found->first.size());
  std::vector<std::string> texts;
  for (const auto& difference : found->first) texts.push_back(to_text(difference));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Compare, Same) { EXPECT_EQ(texts(sample(), sample()), Texts{}); }

TEST(Compare, EachPartInOrder) {
  const auto a = sample();
  auto b = a;
  b.buffers.control[protocol::kEpochWord] = 2;
  b.buffers.control[protocol::kObservableWord + 3] = 42;
  b.buffers.ring[protocol::kStatusWord] = static_cast<std::uint32_t>(Status::kFault);
  b.buffers.ring[protocol::kArgsWord] = 9;
  b.buffers.ring[protocol::kSlotWords + protocol::kTenantWord] = 1;
  b.buffers.completions[0] = protocol::make_completion(7, protocol::FaultCode::kWordOutOfRange);
  b.buffers.completions[1] = 300;
  b.buffers.formats = {{2, "y"}};
  EXPECT_EQ(texts(a, b), (Texts{"epoch: 0 in A, 2 in B", "observable(3): 0 in A, 42 in B",
                                "slot 0 status: `done` in A, `fault` in B",
                                "slot 0 operation: `store_u32 value=1 to=observable(0)` in A, `store_u32 "
                                "value=9 to=observable(0)` in B",
                                "slot 1 tenant: 0 in A, 1 in B",
                                "completion of slot 0: `done` in A, `fault: no control word 300` in B",
                                "format 1: `x {a}` in A, absent in B", "format 2: absent in A, `y` in B"}));
}

TEST(Compare, EachSideByItsNames) {
  auto a = inspection_of({slot_of(Status::kDone, 9, {1}, 1)});
  auto b = inspection_of({slot_of(Status::kDone, 9, {2}, 2)});
  a.buffers.completions = {3, 0};
  b.buffers.completions = {protocol::make_completion(7, protocol::FaultCode::kUnknownOpcode), 9};
  a.names.tenants = {{1, "guest"}};
  b.names.handlers = {{9, "nine"}};
  EXPECT_EQ(
      texts(a, b),
      (Texts{"slot 0 operation: `opcode 0x9 1` in A, `nine 2` in B", "slot 0 tenant: 1 (guest) in A, 2 in B",
             "completion of slot 0: `done` in A, `fault: no handler for opcode 0x9 (nine)` in B"}));
  b.buffers = a.buffers;
  EXPECT_EQ(texts(a, b), Texts{}) << "names alone are no difference";
}

TEST(Compare, DifferentLengths) {
  const auto a = sample();
  auto b = a;
  b.buffers.ring.resize(b.buffers.ring.size() + protocol::kSlotWords);
  b.buffers.completions.clear();
  EXPECT_EQ(texts(a, b),
            (Texts{"number of ring slots: 2 in A, 3 in B", "number of completions: 2 in A, absent in B"}));
}

TEST(Compare, DebugLogAndIoQueueByRecord) {
  auto a = sample();
  a.buffers.debug_log = {4, 1, 2, 3, 0};
  a.buffers.io_queue.assign(8, 0);
  auto b = a;
  b.buffers.debug_log[0] = 8;
  b.buffers.debug_log[2] = 7;
  b.buffers.io_queue[6] = 1;
  EXPECT_EQ(texts(a, b),
            (Texts{"debug_log cursor: 4 in A, 8 in B", "debug_log record 0 word 1: 2 in A, 7 in B",
                   "io_queue slot 0 word 6: 0 in A, 1 in B"}));
}

TEST(Compare, ArenaByWord) {
  auto a = sample();
  a.buffers.arena.assign(20, 5);
  auto b = a;
  b.buffers.arena[17] = 6;
  b.buffers.arena[19] = 0;
  EXPECT_EQ(texts(a, b), (Texts{"arena(17): 5 in A, 6 in B", "arena(19): 5 in A, 0 in B"}));
  EXPECT_EQ(texts(a, b, {"arena"}), Texts{});
  b.buffers.arena.clear();
  EXPECT_EQ(texts(a, b), Texts{"number of arena words: 20 in A, absent in B"});
}

TEST(Compare, Ignoring) {
  const auto a = sample();
  auto b = a;
  b.buffers.control[protocol::kEpochWord] = 2;
  b.buffers.control[protocol::kMetricsWord + 1] = 2;
  b.buffers.control[protocol::kMetricsWord + 2] = 2;
  b.buffers.control[protocol::kObservableWord + 3] = 42;
  b.buffers.ring[protocol::kStatusWord] = 0;
  b.buffers.formats.clear();
  EXPECT_EQ(texts(a, b).size(), 6U);
  EXPECT_EQ(texts(a, b, {"slots", "formats", "epoch", "metrics", "observable"}), Texts{});
  EXPECT_EQ(texts(a, b, {"status", "formats", "epoch", "metrics(1)", "observable(3)"}),
            (Texts{"metrics(2): 0 in A, 2 in B"}));
  EXPECT_EQ(texts(a, b, {"control", "ring"}), (Texts{"format 1: `x {a}` in A, absent in B"}));
}

TEST(Compare, UnknownNameToIgnore) {
  for (const std::string name : {"epcoh", "metrics(99)", "metrics(", "epoch(0)", "observable(x)"})
    expect_error(parse_ignored(std::vector{name}), ErrorCode::kBadInput,
                 "nothing to compare is called '" + name + "'", name,
                 "name a buffer, a field of slots, a kind of record, or control words such as metrics(2)");
  EXPECT_TRUE(parse_ignored(ignorable_names())) << "every name that is offered is taken";
}

TEST(Compare, CountsBeyondTheLimit) {
  const auto a = sample();
  auto b = a;
  for (std::uint32_t n = 0; n < 5; ++n) b.buffers.control[protocol::kObservableWord + n] = 1;
  const auto found = compare(a, b, {}, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count, 5U);
  ASSERT_EQ(found->first.size(), 2U);
  EXPECT_EQ(found->first[1].name, "observable(1)");
}

TEST(Compare, ALogAgainstASnapshot) {
  auto log = sample();
  log.content = Content::kLog;
  log.file = "l";
  expect_error(compare(sample(), log, {}, 1), ErrorCode::kBadInput, "test is a snapshot, l is a log", "l",
               "compare two snapshots, or two logs");
}

}  // namespace
}  // namespace vyre::inspection
