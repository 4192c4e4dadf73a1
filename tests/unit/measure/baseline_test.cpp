#include "vyre/measure/baseline.hpp"

#include <gtest/gtest.h>

namespace vyre::measure {
namespace {

const Figure kTime{.name = "time", .better = Better::kLower, .ours = 4, .ratio = 10};
const Figure kRate{.name = "rate", .better = Better::kHigher, .ours = 1000, .ratio = 10};

Figure with(Figure figure, double ours, double ratio) {
  figure.ours = ours;
  figure.ratio = ratio;
  return figure;
}

TEST(Baseline, WhatIsWithinTheToleranceIsWell) {
  const std::vector<Figure> before{kTime, kRate};
  const std::vector<Figure> now{with(kTime, 5, 8), with(kRate, 800, 8)};  // each 1.25 times worse
  EXPECT_TRUE(compare(now, before, 1.25).regressions.empty());
  EXPECT_TRUE(compare(before, before, 1).regressions.empty());
}

TEST(Baseline, ALongerTimeIsARegression) {
  const auto report = compare(std::vector{with(kTime, 6, 10)}, std::vector{kTime}, 1.25);
  ASSERT_EQ(report.regressions.size(), 1U);
  EXPECT_EQ(report.regressions[0].name, "time");
  EXPECT_FALSE(report.regressions[0].is_ratio);
  EXPECT_EQ(report.regressions[0].before, 4);
  EXPECT_EQ(report.regressions[0].now, 6);
  EXPECT_EQ(report.regressions[0].factor, 1.5);
}

TEST(Baseline, ALowerRateIsARegressionAndAHigherOneNone) {
  const auto report = compare(std::vector{with(kRate, 500, 10)}, std::vector{kRate}, 1.25);
  ASSERT_EQ(report.regressions.size(), 1U);
  EXPECT_EQ(report.regressions[0].factor, 2);
  EXPECT_TRUE(compare(std::vector{with(kRate, 5000, 10)}, std::vector{kRate}, 1.25).regressions.empty());
  EXPECT_TRUE(compare(std::vector{with(kTime, 1, 10)}, std::vector{kTime}, 1.25).regressions.empty());
}

TEST(Baseline, ALowerRatioIsARegressionOfItsOwn) {
  const auto report = compare(std::vector{with(kTime, 4, 5)}, std::vector{kTime}, 1.25);
  ASSERT_EQ(report.regressions.size(), 1U);
  EXPECT_TRUE(report.regressions[0].is_ratio);
  EXPECT_EQ(report.regressions[0].factor, 2);
  EXPECT_EQ(compare(std::vector{with(kTime, 8, 5)}, std::vector{kTime}, 1.25).regressions.size(), 2U);
}

TEST(Baseline, NamesThatOneSideLacksAreTold) {
  const auto report = compare(std::vector{kTime}, std::vector{kRate}, 1.25);
  EXPECT_TRUE(report.regressions.empty());
  EXPECT_EQ(report.not_before, std::vector<std::string>{"time"});
  EXPECT_EQ(report.not_now, std::vector<std::string>{"rate"});
}

}  // namespace
}  // namespace vyre::measure
