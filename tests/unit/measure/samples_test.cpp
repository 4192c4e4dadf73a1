#include "vyre/measure/samples.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace vyre::measure {
namespace {

TEST(Spread, TakesTheMiddleOfAnOddNumber) {
  const Spread spread = spread_of({9, 1, 4});
  EXPECT_EQ(spread.median, 4);
  EXPECT_EQ(spread.min, 1);
  EXPECT_EQ(spread.max, 9);
}

TEST(Spread, TakesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber) {
  EXPECT_EQ(spread_of({8, 1, 2, 4}).median, 3);
  EXPECT_EQ(spread_of({5}).median, 5);
}

TEST(Ratio, IsTakenRoundByRound) {
  // Of the medians it would be 10 / 2: rounds belong together, since both sides of one met the same machine.
  const Spread ratio = ratio_of(std::vector<double>{10, 40, 6}, std::vector<double>{2, 4, 1});
  EXPECT_EQ(ratio.median, 6);
  EXPECT_EQ(ratio.min, 5);
  EXPECT_EQ(ratio.max, 10);
}

TEST(Percentile, IsTheNearestRank) {
  std::vector<double> values(100);
  std::iota(values.begin(), values.end(), 1);
  EXPECT_EQ(percentile(values, 0.5), 50);
  EXPECT_EQ(percentile(values, 0.99), 99);
  EXPECT_EQ(percentile(values, 0.991), 100);
  EXPECT_EQ(percentile(values, 1), 100);
  EXPECT_EQ(percentile(values, 0.001), 1);
  const std::vector<double> three{1, 2, 3};
  EXPECT_EQ(percentile(three, 0.5), 2);
  EXPECT_EQ(percentile(three, 0.99), 3);
  EXPECT_EQ(percentile(std::vector<double>{7}, 0.01), 7);
}

TEST(Histogram, HasEdgesAtPowersOfTenAndEveryBinBetween) {
  const auto bins = histogram(std::vector<double>{1, 1.5, 99.9, 100, -3, 0}, 1);
  ASSERT_EQ(bins.size(), 3U);
  EXPECT_DOUBLE_EQ(bins[0].from, 1);
  EXPECT_DOUBLE_EQ(bins[1].from, 10);
  EXPECT_DOUBLE_EQ(bins[2].to, 1000);
  EXPECT_EQ(bins[0].count, 2U);
  EXPECT_EQ(bins[1].count, 1U);
  EXPECT_EQ(bins[2].count, 1U);
}

TEST(Histogram, PutsEveryValueBetweenTheEdgesOfItsBin) {
  std::vector<double> values;
  for (int i = 1; i <= 5000; ++i) values.push_back(0.001 * i);
  std::uint64_t counted = 0;
  for (const Bin& bin : histogram(values, 20)) {
    for (const double value : values)
      if (value >= bin.from && value < bin.to) ++counted;
    EXPECT_LT(bin.from, bin.to);
  }
  EXPECT_EQ(counted, values.size());
}

TEST(Histogram, OfNothingIsEmpty) {
  EXPECT_TRUE(histogram({}, 20).empty());
  EXPECT_TRUE(histogram(std::vector<double>{0, -1}, 20).empty());
}

}  // namespace
}  // namespace vyre::measure
