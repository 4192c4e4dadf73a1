// Durations; numbers are tested as expressions.
#include "workload/number.hpp"
#include "support.hpp"

namespace vyre::workload {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(*parse_duration("80ns"), 80ns);
  EXPECT_EQ(*parse_duration("250us"), 250us);
  EXPECT_EQ(*parse_duration("10ms"), 10ms);
  EXPECT_EQ(*parse_duration("2s"), 2s);
  EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(*parse_duration("0.000000001s"), 1ns);
  EXPECT_EQ(*parse_duration("3 s"), 3s);
  EXPECT_EQ(*parse_duration("0ms"), 0ns);
}

TEST(Duration, RefusesWithFactAndRemedy) {
  const std::vector<std::array<std::string, 3>> cases{
      {"10", "the duration '10' has no unit", "add one: 10ms"},
      {"1.5", "the duration '1.5' has no unit", "add one: 1.5ms"},
      {"ms", "'ms' is not a duration", "durations look like 10ms, 1.5s, 250us or 80ns"},
      {"", "'' is not a duration", "durations look like 10ms, 1.5s, 250us or 80ns"},
      {"-1s", "'-1s' is not a duration", "durations look like 10ms, 1.5s, 250us or 80ns"},
      {"1.2.3s", "'1.2.3s' is not a duration", "durations look like 10ms, 1.5s, 250us or 80ns"},
      {".5s", "'.5s' is not a duration", "durations look like 10ms, 1.5s, 250us or 80ns"},
      {"5 minutes", "'5 minutes' is not a duration", "durations look like 10ms, 1.5s, 250us or 80ns"},
      {"0.5ns", "'0.5ns' is finer than a nanosecond", "round it"},
      {"99999999999s", "'99999999999s' is longer than 292 years", "write a shorter duration"},
  };
  for (const auto& [text, what, fix] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().what, what);
    EXPECT_EQ(parsed.error().fix, fix) << text;
  }
}

TEST(Duration, PrintsTheShortestForm) {
  EXPECT_EQ(format_duration(0ns), "0s");
  EXPECT_EQ(format_duration(10ms), "10ms");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(3s), "3s");
  EXPECT_EQ(format_duration(1001ns), "1001ns");
}

}  // namespace
}  // namespace vyre::workload
