// `stream` as a step, and what is expected of its matches.
#include <array>
#include <numeric>

#include "support.hpp"

namespace vyre::workload {
namespace {

using test::load_bad;
using test::load_good;

constexpr const char* kRules = "scan: [literals: [a]]\n";

StreamStep stream_of(const std::string& map, const std::string& before = kRules) {
  const Step step = test::only_step("stream: " + map, before);
  const auto* stream = std::get_if<StreamStep>(&step.action);
  EXPECT_NE(stream, nullptr);
  return stream == nullptr ? StreamStep{} : *stream;
}

TEST(Stream, HasItsWaysUnlessTheFileSaysOthers) {
  const auto stream = stream_of("{files: [a.txt, \"-\", ./-]}");
  EXPECT_EQ(stream.files, (std::vector<std::string>{"a.txt", "-", "./-"}));
  EXPECT_EQ(stream.opcode, protocol::kOpScan);
  EXPECT_TRUE(stream.args.empty());
  EXPECT_EQ(stream.chunk_bytes, 1U << 20);
  EXPECT_EQ(stream.depth, 8U);
  EXPECT_EQ(stream.jobs, 1U);
  EXPECT_EQ(stream.road, ring::PayloadRoad::kAuto);
  EXPECT_FALSE(stream.direct);
  EXPECT_TRUE(stream.in_order);
  EXPECT_EQ(stream.max_matches, 65'536U);
}

TEST(Stream, TakesEverythingFromTheFile) {
  const auto stream = stream_of(
      "{files: [d], chunk: 32MiB, handler: sum, depth: 256, jobs: 64, road: staged, direct: true, "
      "in_order: false, args: [1, 2, 3, 4], max_matches: 16}",
      "handlers: [{opcode: 0x40000001, name: sum, file: /etc/passwd}]\n");
  EXPECT_EQ(stream.opcode, 0x4000'0001U);
  EXPECT_EQ(test::values(stream.args), (std::vector<std::uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(stream.chunk_bytes, 32U << 20);
  EXPECT_EQ(stream.depth, 256U);
  EXPECT_EQ(stream.jobs, 64U);
  EXPECT_EQ(stream.road, ring::PayloadRoad::kStaged);
  EXPECT_TRUE(stream.direct);
  EXPECT_FALSE(stream.in_order);
  EXPECT_EQ(stream.max_matches, 16U);
  const std::array roads{ring::PayloadRoad::kAuto, ring::PayloadRoad::kArena, ring::PayloadRoad::kMapped};
  const std::array names{"auto", "arena", "mapped"};
  for (std::size_t i = 0; i < roads.size(); ++i)
    EXPECT_EQ(stream_of(std::string("{files: [d], road: ") + names[i] + "}").road, roads[i]);
  EXPECT_EQ(stream_of("{files: [d], handler: nop}", "").opcode, protocol::kOpNop);
}

TEST(Stream, FilesAreNamedFromTheWorkloadsFolder) {
  const auto loaded = load_text(
      std::string("vyre: 1\n") + kRules + "steps: [stream: {files: [a, /b, \"-\"]}]\n", "some/where/w.yaml");
  ASSERT_TRUE(loaded);
  const auto steps = test::steps_of(*loaded);
  EXPECT_EQ(std::get<StreamStep>(steps.at(0).action).files,
            (std::vector<std::string>{"some/where/a", "/b", "-"}));
}

TEST(Stream, IsKnownOfTheWorkloadAtAnyDepth) {
  const std::string head = std::string("vyre: 1\n") + kRules;
  EXPECT_FALSE(load_good(head + "steps: [nop]\n").has_streams);
  EXPECT_TRUE(load_good(head + "steps: [stream: {files: [a]}]\n").has_streams);
  EXPECT_TRUE(load_good(head + "steps: [repeat: {count: 2, steps: [stream: {files: [a]}]}]\n").has_streams);
  // So many steps that they are not kept.
  std::string many = R"({"vyre": 1, "scan": [{"literals": ["a"]}], "steps": [)";
  for (int i = 0; i < 70'000; ++i) many += "\"nop\",";
  EXPECT_TRUE(load_good(many + R"({"stream": {"files": ["a"]}}]})").has_streams);
}

TEST(Stream, MatchesAreExpectedAsOtherNumbers) {
  const Workload workload = load_good("vyre: 1\nexpect: {matches: 3}\n");
  ASSERT_EQ(workload.expectations.size(), 1U);
  EXPECT_EQ(workload.expectations[0].text, "matches == 3");
  const auto range = load_good("vyre: 1\nexpect: {matches: {min: 2, max: 4}}\n").expectations;
  ASSERT_EQ(range.size(), 2U);
  const auto passes = [](std::span<const Expectation> expectations, std::uint64_t matches) {
    Outcome outcome;
    outcome.matches = matches;
    const auto results = check(expectations, outcome);
    return std::all_of(results.begin(), results.end(), [](const auto& result) { return result.passed; });
  };
  EXPECT_TRUE(passes(workload.expectations, 3));
  EXPECT_FALSE(passes(workload.expectations, 4));
  EXPECT_TRUE(passes(range, 2) && passes(range, 4));
  EXPECT_FALSE(passes(range, 1) || passes(range, 5));
  Outcome one;
  one.matches = 1;
  EXPECT_EQ(check(workload.expectations, one).at(0).detail, "the streams told 1 match");
}

struct Bad {
  std::string_view name, text, place, what, fix;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }
class BadStream : public testing::TestWithParam<Bad> {};

/// Each text is a step behind a rule, in line 3.
TEST_P(BadStream, IsRefusedWithPlaceAndRemedy) {
  const auto errors =
      load_bad(std::string("vyre: 1\n") + kRules + "steps: [" + std::string(GetParam().text) + "]\n").errors;
  ASSERT_EQ(errors.size(), 1U) << to_text(errors.back());
  EXPECT_EQ(errors[0].where, "w.yaml:3:" + std::string(GetParam().place));
  EXPECT_EQ(errors[0].what, GetParam().what);
  EXPECT_EQ(errors[0].fix, GetParam().fix);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadStream,
    testing::Values(
        Bad{"NoFiles", "stream: {files: []}", "25", "a stream without files",
            "name files, folders, or - for the standard input"},
        Bad{"InputTwice", "stream: {files: [\"-\", \"-\"]}", "31", "the standard input cannot be read twice",
            "name - once"},
        Bad{"NoName", "stream: {files: [\"\"]}", "26", "a file without a name", "name a file or a folder"},
        Bad{"SmallChunk", "stream: {files: [a], chunk: 100}", "37",
            "'chunk' is 100, not within 4096..33554432", "write a number from 4096 to 33554432"},
        Bad{"OddChunk", "stream: {files: [a], chunk: 5000}", "37",
            "'chunk' is 5000 bytes, no multiple of 4096", "write a size such as 64KiB or 1MiB"},
        Bad{"Depth", "stream: {files: [a], depth: 257}", "37", "'depth' is 257, not within 1..256",
            "write a number from 1 to 256"},
        Bad{"Jobs", "stream: {files: [a], jobs: 0}", "36", "'jobs' is 0, not within 1..64",
            "write a number from 1 to 64"},
        Bad{"Road", "stream: {files: [a], road: stagd}", "36",
            "'road' must be auto, arena, mapped or staged, found the string 'stagd'",
            "did you mean 'staged'?"},
        Bad{"Handler", "stream: {files: [a], handler: scann}", "39", "no handler 'scann'",
            "did you mean 'scan'?"},
        Bad{"ArgsOfScan", "stream: {files: [a], args: [1]}", "36",
            "'args' go with a handler of the workload's own", "leave them out, or name one of 'handlers'"},
        Bad{"OutOfOrder", "stream: {files: [a], in_order: false}", "40", "a scan needs its files in order",
            "leave 'in_order' out: matches may lie across two pieces"},
        Bad{"Async", "{stream: {files: [a]}, async: true}", "39", "'async' has no meaning beside 'stream'",
            "a stream places its own slots, and the next step waits for it"},
        Bad{"Unchecked", "{stream: {files: [a]}, unchecked: true}", "43",
            "'unchecked' has no meaning beside 'stream'", "a stream publishes only what the kernel takes"},
        Bad{"Misspelt", "stream: {fies: [a]}", "18", "unknown key 'fies' in 'stream'",
            "did you mean 'files'?"},
        Bad{"MisspeltStep", "straem: {files: [a]}", "9", "unknown opcode or action 'straem' in a step",
            "did you mean 'stream'?"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Stream, NeedsSomethingToDo) {
  const auto errors = load_bad("vyre: 1\nsteps: [stream: {files: [a]}]\n").errors;
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(
      test::short_text(errors[0]),
      "2:17: a stream with nothing to do | say what to look for under 'scan', or give it a handler: nop, "
      "or one of 'handlers'");
}

TEST(Stream, OfTheStandardInputThatTheWorkloadCameFrom) {
  const auto loaded =
      load_text(std::string("vyre: 1\n") + kRules + "steps: [stream: {files: [\"-\"]}]\n", "-");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().errors[0].what, "the workload itself came from the standard input");
}

}  // namespace
}  // namespace vyre::workload
