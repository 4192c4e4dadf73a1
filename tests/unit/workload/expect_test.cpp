// `expect:` as it is read; check_test.cpp is about what is done with it.
#include "support.hpp"

namespace vyre::workload {
namespace {

using namespace std::chrono_literals;

std::vector<Expectation> read(const std::string& expect) {
  return test::load_good("vyre: 1\nparameters: {n: 5}\nexpect: " + expect + "\n").expectations;
}
std::vector<std::string> texts(const std::string& expect) {
  std::vector<std::string> result;
  for (const auto& expectation : read(expect)) result.push_back(expectation.text);
  return result;
}
using Texts = std::vector<std::string>;

TEST(Expect, WordsInEveryForm) {
  EXPECT_EQ(texts("{observables: {0: 42, observable(1): 0x10, n * 2: n, 3: {min: 1, max: 9}}}"),
            (Texts{"observable(0) == 42", "observable(1) == 16", "observable(10) == 5", "observable(3) >= 1",
                   "observable(3) <= 9"}));
  EXPECT_EQ(texts("{observables: [7, '> 1', '< n', '<= 3', '!= 0', '>=4', '==5', '6']}"),
            (Texts{"observable(0) == 7", "observable(1) > 1", "observable(2) < 5", "observable(3) <= 3",
                   "observable(4) != 0", "observable(5) >= 4", "observable(6) == 5", "observable(7) == 6"}));
  EXPECT_EQ(texts("{epoch: 3, done_count: '>= 2', metrics: {atomic_add: n, 31: 0}}"),
            (Texts{"epoch == 3", "done_count >= 2", "metrics(atomic_add) == 5", "metrics(31) == 0"}));
  EXPECT_EQ(texts("{words: {shutdown: 1, tenant_fairness(2): 3, priority_fairness(low): 4, 162: 5, "
                  "observable(n): 6}}"),
            (Texts{"shutdown == 1", "tenant_fairness(2) == 3", "priority_fairness(low) == 4",
                   "observable(2) == 5", "observable(5) == 6"}));
}

TEST(Expect, RelationsToOtherWords) {
  const auto expectations = read(
      "{observables: {0: '== observable(1)', 1: '> observable(n) + n', 2: '<= metrics(nop) - 2 * 3', 3: "
      "'epoch'}}");
  ASSERT_EQ(expectations.size(), 4U);
  EXPECT_EQ(expectations[0].text, "observable(0) == observable(1)");
  EXPECT_EQ(expectations[1].text, "observable(1) > observable(5) + 5");
  EXPECT_EQ(expectations[2].text, "observable(2) <= metrics(nop) - 6");
  EXPECT_EQ(expectations[3].text, "observable(3) == epoch");
  const auto& word = std::get<WordExpectation>(expectations[2].condition);
  EXPECT_EQ(word.word, 162U);
  EXPECT_EQ(word.relation, Relation::kLessEqual);
  EXPECT_EQ(word.value, -6);
  EXPECT_EQ(word.other, 96U);
}

TEST(Expect, DebugLog) {
  const auto expectations =
      read("{debug_log: {lines: [one, {at: 2, line: 'a: b'}], count: {min: 1, max: 3}}}");
  ASSERT_EQ(expectations.size(), 4U);
  EXPECT_EQ(expectations[0].text, "debug line 'one'");
  EXPECT_EQ(expectations[1].text, "debug line 2 is 'a: b'");
  EXPECT_EQ(std::get<DebugLineExpectation>(expectations[1].condition).index, 2U);
  EXPECT_EQ(expectations[2].text, "debug lines >= 1");
  EXPECT_EQ(std::get<DebugCountExpectation>(expectations[3].condition).count, 3U);
}

TEST(Expect, Faults) {
  const auto expectations =
      read("{faults: [{slot: 3}, {reason: protected_word, detail: epoch}, {count: 2}, {}]}");
  ASSERT_EQ(expectations.size(), 4U);
  EXPECT_EQ(expectations[0].text, "fault in slot 3");
  EXPECT_EQ(expectations[1].text, "fault protected_word with detail 128");
  EXPECT_EQ(expectations[2].text, "2 faults");
  EXPECT_EQ(expectations[3].text, "fault");
  EXPECT_EQ(std::get<FaultExpectation>(expectations[1].condition).reason,
            protocol::FaultCode::kProtectedWord);
  for (const char* const none : {"{faults: none}", "{faults: []}"}) {
    const auto fault = std::get<FaultExpectation>(read(none).at(0).condition);
    EXPECT_EQ(fault.count, 0U);
    EXPECT_FALSE(fault.slot || fault.reason || fault.detail);
  }
}

TEST(Expect, WindowsAndTime) {
  const auto expectations = read("{windows: {usable: [7, n], unusable: [8]}, within: 1.5s}");
  ASSERT_EQ(expectations.size(), 4U);
  EXPECT_EQ(expectations[1].text, "window 5 is usable");
  EXPECT_EQ(expectations[2].text, "window 8 is not usable");
  EXPECT_EQ(expectations[3].text, "done within 1500ms");
  EXPECT_EQ(std::get<TimeExpectation>(expectations[3].condition).at_most, 1500ms);
}

TEST(Expect, EachKnowsItsPlace) {
  const auto workload = test::load_good("vyre: 1\nexpect:\n  epoch: 1\n  observables:\n    0: 2\n");
  ASSERT_EQ(workload.expectations.size(), 2U);
  EXPECT_EQ(workload.expectations[0].position.line, 5U);
  EXPECT_EQ(workload.expectations[0].position.column, 8U);
  EXPECT_EQ(workload.expectations[1].position.line, 3U);
}

}  // namespace
}  // namespace vyre::workload
