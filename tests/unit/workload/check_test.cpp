// check(): each kind of expectation, met and not met.
#include "support.hpp"

namespace vyre::workload {
namespace {

using namespace std::chrono_literals;

/// Control with a few words set: observables 0, 1, 2 are 10, 20, 30, the epoch is 4.
const std::vector<std::uint32_t>& control() {
  static const std::vector<std::uint32_t> words = [] {
    std::vector<std::uint32_t> made(164, 0);
    made[160] = 10;
    made[161] = 20;
    made[162] = 30;
    made[128] = 4;
    return made;
  }();
  return words;
}

Outcome outcome() {
  Outcome made;
  made.control = control();
  return made;
}

/// "ok", or what was found.
template <class Kind>
std::string one(Kind condition, const Outcome& found = outcome()) {
  const std::vector<Expectation> expectations{{condition, {3, 4}, "it"}};
  const auto results = check(expectations, found);
  EXPECT_GE(results.size(), 1U);
  EXPECT_EQ(results[0].text, "it");
  EXPECT_EQ(results[0].position.line, 3U);
  return results[0].passed ? "ok" + results[0].detail : results[0].detail;
}

TEST(Check, Words) {
  EXPECT_EQ(one(WordExpectation{160, Relation::kEqual, 10, {}}), "ok");
  EXPECT_EQ(one(WordExpectation{160, Relation::kEqual, 11, {}}), "observable(0) is 10");
  EXPECT_EQ(one(WordExpectation{160, Relation::kNotEqual, 10, {}}), "observable(0) is 10");
  EXPECT_EQ(one(WordExpectation{160, Relation::kNotEqual, 11, {}}), "ok");
  EXPECT_EQ(one(WordExpectation{160, Relation::kLess, 10, {}}), "observable(0) is 10");
  EXPECT_EQ(one(WordExpectation{160, Relation::kLess, 11, {}}), "ok");
  EXPECT_EQ(one(WordExpectation{160, Relation::kLessEqual, 9, {}}), "observable(0) is 10");
  EXPECT_EQ(one(WordExpectation{160, Relation::kLessEqual, 10, {}}), "ok");
  EXPECT_EQ(one(WordExpectation{160, Relation::kGreater, 10, {}}), "observable(0) is 10");
  EXPECT_EQ(one(WordExpectation{160, Relation::kGreater, 9, {}}), "ok");
  EXPECT_EQ(one(WordExpectation{160, Relation::kGreaterEqual, 11, {}}), "observable(0) is 10");
  EXPECT_EQ(one(WordExpectation{160, Relation::kGreaterEqual, 10, {}}), "ok");
  EXPECT_EQ(one(WordExpectation{128, Relation::kEqual, 5, {}}), "epoch is 4");
}

TEST(Check, WordsAgainstWords) {
  EXPECT_EQ(one(WordExpectation{162, Relation::kEqual, 10, 161}), "ok");
  EXPECT_EQ(one(WordExpectation{162, Relation::kEqual, 0, 161}), "observable(2) is 30, observable(1) is 20");
  EXPECT_EQ(one(WordExpectation{160, Relation::kGreater, -11, 161}), "ok");
  EXPECT_EQ(one(WordExpectation{163, Relation::kGreaterEqual, -1, 163}), "ok");  // 0 >= -1, without wrapping
}

TEST(Check, WordsThatAreNotThere) {
  EXPECT_EQ(one(WordExpectation{164, Relation::kEqual, 0, {}}),
            "there is no observable(4), control has 164 words");
  EXPECT_EQ(one(WordExpectation{160, Relation::kEqual, 0, 200}),
            "there is no observable(40), control has 164 words");
}

TEST(Check, DebugLines) {
  Outcome found = outcome();
  EXPECT_EQ(one(DebugLineExpectation{"a", {}}, found), "the debug log is empty");
  found.debug_lines = {"a", "b"};
  found.debug_lost = 3;
  EXPECT_EQ(one(DebugLineExpectation{"b", {}}, found), "ok");
  EXPECT_EQ(one(DebugLineExpectation{"c", {}}, found),
            "no such line among 2, the first is 'a', 3 more were lost");
  EXPECT_EQ(one(DebugLineExpectation{"b", 1}, found), "ok");
  EXPECT_EQ(one(DebugLineExpectation{"b", 0}, found), "line 0 is 'a'");
  EXPECT_EQ(one(DebugLineExpectation{"b", 2}, found), "the debug log has 2 lines, 3 more were lost");
  EXPECT_EQ(one(DebugCountExpectation{Relation::kEqual, 2}, found), "ok");
  EXPECT_EQ(one(DebugCountExpectation{Relation::kLess, 2}, found),
            "the debug log has 2 lines, 3 more were lost");
}

Outcome with_faults() {
  Outcome found = outcome();
  found.faults = {
      {.slot = 1, .code = protocol::FaultCode::kProtectedWord, .detail = 7, .opcode = 1, .tenant = 2},
      {5, protocol::FaultCode::kUnknownOpcode, 9, 9, 0}};
  found.fault_count = 2;
  return found;
}

TEST(Check, Faults) {
  const Outcome found = with_faults();
  const std::string both = "2 faults: slot 1: protected_word (detail 7); slot 5: unknown_opcode (detail 9)";
  EXPECT_EQ(one(FaultExpectation{}, found), "ok");
  EXPECT_EQ(one(FaultExpectation{1, protocol::FaultCode::kProtectedWord, 7, {}}, found), "ok");
  EXPECT_EQ(one(FaultExpectation{2, {}, {}, {}}, found), both);
  EXPECT_EQ(one(FaultExpectation{1, protocol::FaultCode::kUnknownOpcode, {}, {}}, found), both);
  EXPECT_EQ(one(FaultExpectation{{}, {}, 8, {}}, found), both);
  EXPECT_EQ(one(FaultExpectation{{}, {}, {}, 2}, found), "ok");
  EXPECT_EQ(one(FaultExpectation{{}, {}, {}, 0}, found), both);
  EXPECT_EQ(one(FaultExpectation{1, {}, {}, 2}, found), both + " (1 like this)");
  EXPECT_EQ(one(FaultExpectation{}), "no slot faulted");
  EXPECT_EQ(one(FaultExpectation{{}, {}, {}, 0}), "ok");
}

TEST(Check, AFaultThatNobodyNamesFailsTheRun) {
  const Outcome found = with_faults();
  const auto unnamed = [&](std::vector<Expectation> expectations) {
    const std::size_t count = expectations.size();
    const auto results = check(expectations, found);
    if (results.size() == count) return std::string("none");
    EXPECT_EQ(results.back().text, "no fault that the workload does not expect");
    EXPECT_FALSE(results.back().passed);
    return results.back().detail;
  };
  EXPECT_EQ(unnamed({}), "2 faults: slot 1: protected_word (detail 7); slot 5: unknown_opcode (detail 9)");
  EXPECT_EQ(unnamed({{FaultExpectation{1, {}, {}, {}}, {}, ""}}),
            "1 fault: slot 5: unknown_opcode (detail 9)");
  EXPECT_EQ(unnamed({{FaultExpectation{1, {}, {}, {}}, {}, ""}, {FaultExpectation{5, {}, {}, {}}, {}, ""}}),
            "none");
  EXPECT_EQ(unnamed({{FaultExpectation{}, {}, ""}}), "none");
  EXPECT_EQ(check({}, outcome()).size(), 0U);
}

TEST(Check, FaultsBeyondThoseKeptCountWhenAllKeptOnesMatch) {
  Outcome found = outcome();
  for (std::uint32_t i = 0; i < ring::kMaxKeptFaults; ++i)
    found.faults.push_back(
        {.slot = i, .code = protocol::FaultCode::kUnknownOpcode, .detail = 9, .opcode = 9});
  found.fault_count = 10'000;
  EXPECT_EQ(one(FaultExpectation{{}, protocol::FaultCode::kUnknownOpcode, {}, 10'000}, found), "ok");
  const auto results = check({}, found);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_TRUE(results[0].detail.starts_with("10000 faults: slot 0: unknown_opcode (detail 9); "))
      << results[0].detail;
  EXPECT_TRUE(results[0].detail.ends_with("; ...")) << results[0].detail;
}

TEST(Check, Windows) {
  Outcome found = outcome();
  found.windows = {{.ticket = 7, .required = 2, .required_done = 2},
                   {.ticket = 8, .required = 3, .required_done = 1, .faulted = 2}};
  EXPECT_EQ(one(WindowExpectation{7, true}, found), "ok");
  EXPECT_EQ(one(WindowExpectation{7, false}, found), "2 of 2 required slots are done");
  EXPECT_EQ(one(WindowExpectation{8, true}, found), "1 of 3 required slots are done, 2 faulted");
  EXPECT_EQ(one(WindowExpectation{8, false}, found), "ok");
  EXPECT_EQ(one(WindowExpectation{9, true}, found), "no window has ticket 9");
  EXPECT_EQ(one(WindowExpectation{9, false}, found), "no window has ticket 9");
}

TEST(Check, Time) {
  Outcome found = outcome();
  found.elapsed = 20ms;
  EXPECT_EQ(one(TimeExpectation{20ms}, found), "ok");
  EXPECT_EQ(one(TimeExpectation{19ms}, found), "it took 20ms");
}

}  // namespace
}  // namespace vyre::workload
