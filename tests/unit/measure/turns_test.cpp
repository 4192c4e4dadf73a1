#include "vyre/measure/turns.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace vyre::measure {
namespace {

/// Notes its turns in `order` and measures their number.
Contender counting(char name, std::string& order) {
  return {std::string(1, name),
          [name, &order, count = 0.0](std::vector<double>& samples) mutable -> Result<void> {
            order += name;
            samples.push_back(++count);
            return {};
          }};
}

TEST(Turns, RunInTurnAndAnotherOneBeginsEachTime) {
  std::string order;
  const std::vector<Contender> contenders{counting('a', order), counting('b', order), counting('c', order)};
  const auto samples = take_turns({.rounds = 1, .blocks = 2}, contenders, {});
  ASSERT_TRUE(samples.has_value());
  EXPECT_EQ(order,
            "abcbca"
            "cababc");
}

TEST(Turns, TheFirstRoundDoesNotCount) {
  std::string order;
  const std::vector<Contender> contenders{counting('a', order), counting('b', order)};
  const auto samples = take_turns({.rounds = 2, .blocks = 2}, contenders, {});
  ASSERT_TRUE(samples.has_value());
  ASSERT_EQ(samples->size(), 2U);
  const std::vector<std::vector<double>> expected{{3, 4}, {5, 6}};
  EXPECT_EQ((*samples)[0], expected);
  EXPECT_EQ((*samples)[1], expected);
}

TEST(Turns, CanDoWithoutAWarmUp) {
  std::string order;
  const std::vector<Contender> contenders{counting('a', order)};
  const auto samples = take_turns({.rounds = 3, .warm_up = false}, contenders, {});
  ASSERT_TRUE(samples.has_value());
  EXPECT_EQ(order, "aaa");
  EXPECT_EQ((*samples)[0].size(), 3U);
}

TEST(Turns, EndWhenToldTo) {
  std::string order;
  const std::vector<Contender> contenders{counting('a', order), counting('b', order)};
  const auto samples = take_turns({.rounds = 5}, contenders, [&] { return order.size() == 3; });
  ASSERT_FALSE(samples.has_value());
  EXPECT_EQ(samples.error().code, ErrorCode::kInterrupted);
  EXPECT_EQ(order.size(), 3U);
}

TEST(Turns, AnErrorNamesItsContender) {
  std::string order;
  const std::vector<Contender> contenders{
      counting('a', order), {"broken", [](std::vector<double>&) -> Result<void> {
                               return fail(ErrorCode::kDeviceLost, "the device was lost", "here", "mend it");
                             }}};
  const auto samples = take_turns({}, contenders, {});
  ASSERT_FALSE(samples.has_value());
  EXPECT_EQ(samples.error().code, ErrorCode::kDeviceLost);
  EXPECT_EQ(samples.error().what, "broken: the device was lost");
  EXPECT_EQ(samples.error().where, "here");
  EXPECT_EQ(samples.error().fix, "mend it");
}

TEST(Turns, WhoMeasuresNothingIsAnError) {
  const std::vector<Contender> contenders{{"idle", [](std::vector<double>&) -> Result<void> { return {}; }}};
  const auto samples = take_turns({}, contenders, {});
  ASSERT_FALSE(samples.has_value());
  EXPECT_EQ(samples.error().what, "idle: nothing was measured");
}

TEST(NextCount, FillsTheTime) {
  EXPECT_EQ(next_count(1000, 0.1, 0.2, 1'000'000), 2000U);
  EXPECT_EQ(next_count(1000, 0.4, 0.2, 1'000'000), 500U);
}

TEST(NextCount, HasBounds) {
  EXPECT_EQ(next_count(1000, 1e-9, 1, 1'000'000), 16'000U);
  EXPECT_EQ(next_count(1000, 0, 1, 1'000'000), 16'000U);
  EXPECT_EQ(next_count(900'000, 0.01, 0.1, 1'000'000), 1'000'000U);
  EXPECT_EQ(next_count(10, 100, 0.001, 1'000'000), 1U);
}

}  // namespace
}  // namespace vyre::measure
