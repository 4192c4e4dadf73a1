#include "vyre/measure/baseline.hpp"

#include <gtest/gtest.h>

namespace vyre::measure {
namespace {

const Figure a_time{.name = "time", .better = Better::kLower, .ours = 4, .ratio = 10};
const Figure a_rate{.name = "rate", .better = Better::kHigher, .ours = 1000, .ratio = 10};

Figure with(Figure figure, double ours, double ratio) {
  figure.ours = ours;
  figure.ratio = ratio;
  return figure;
}

TEST(Baseline, WhatIsWithinTheToleranceIsWell) {
  const std::vector<Figure> before{a_time, a_rate};
  const std::vector<Figure> now{with(a_time, 5, 8), with(a_rate, 800, 8)};  // each 1.25 times worse
  EXPECT_TRUE(compare(now, before, 1.25).regressions.empty());
  EXPECT_TRUE(compare(before, before, 1).regressions.empty());
}

TEST(Baseline, ALongerTimeIsARegression) {
  const auto report = compare(std::vector{with(a_time, 6, 10)}, std::vector{a_time}, 1.25);
  ASSERT_EQ(report.regressions.size(), 1U);
  EXPECT_EQ(report.regressions[0].name, "time");
  EXPECT_FALSE(report.regressions[0].is_ratio);
  EXPECT_EQ(report.regressions[0].before, 4);
  EXPECT_EQ(report.regressions[0].now, 6);
  EXPECT_EQ(report.regressions[0].factor, 1.5);
}

TEST(Baseline, ALowerRateIsARegressionAndAHigherOneNone) {
  const auto report = compare(std::vector{with(a_rate, 500, 10)}, std::vector{a_rate}, 1.25);
  ASSERT_EQ(report.regressions.size(), 1U);
  EXPECT_EQ(report.regressions[0].factor, 2);
  EXPECT_TRUE(compare(std::vector{with(a_rate, 5000, 10)}, std::vector{a_rate}, 1.25).regressions.empty());
  EXPECT_TRUE(compare(std::vector{with(a_time, 1, 10)}, std::vector{a_time}, 1.25).regressions.empty());
}

TEST(Baseline, ALowerRatioIsARegressionOfItsOwn) {
  const auto report = compare(std::vector{with(a_time, 4, 5)}, std::vector{a_time}, 1.25);
  ASSERT_EQ(report.regressions.size(), 1U);
  EXPECT_TRUE(report.regressions[0].is_ratio);
  EXPECT_EQ(report.regressions[0].factor, 2);
  EXPECT_EQ(compare(std::vector{with(a_time, 8, 5)}, std::vector{a_time}, 1.25).regressions.size(), 2U);
}

TEST(Baseline, NamesThatOneSideLacksAreTold) {
  const auto report = compare(std::vector{a_time}, std::vector{a_rate}, 1.25);
  EXPECT_TRUE(report.regressions.empty());
  EXPECT_EQ(report.not_before, std::vector<std::string>{"time"});
  EXPECT_EQ(report.not_now, std::vector<std::string>{"rate"});
}

}  // namespace
}  // namespace vyre::measure
