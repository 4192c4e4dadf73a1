#include "bench/tune_choice.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using vyre::cli::bench::best_shape;
using vyre::cli::bench::enough_slots;
using vyre::cli::bench::ShapeFigures;
using Shapes = std::vector<ShapeFigures>;

TEST(BestShape, HasTheMostSlotsASecond) {
  EXPECT_EQ(best_shape(Shapes{{4.0, 1e6}, {4.1, 3e6}, {4.2, 2e6}}, 0), 1U);
}

TEST(BestShape, IsAmongTheQuickOnes) {
  // 4.6 is just 1.15 times 4.0; 4.7 is beyond.
  EXPECT_EQ(best_shape(Shapes{{4.0, 1e6}, {4.7, 9e6}, {4.6, 2e6}}, 0), 2U);
}

TEST(BestShape, IsTheDefaultWhereOthersGainLittle) {
  EXPECT_EQ(best_shape(Shapes{{4.0, 1.04e6}, {4.0, 1.0e6}}, 1), 1U);
  EXPECT_EQ(best_shape(Shapes{{4.0, 1.06e6}, {4.0, 1.0e6}}, 1), 0U);
}

TEST(BestShape, IsNotTheDefaultWhereThatIsSlow) {
  EXPECT_EQ(best_shape(Shapes{{9.0, 9e6}, {4.0, 1e6}}, 0), 1U);
}

TEST(BestShape, OfOne) { EXPECT_EQ(best_shape(Shapes{{4.0, 1e6}}, 0), 0U); }

TEST(EnoughSlots, IsTheSmallestRingThatIsNearlyAsGoodAsTheBest) {
  EXPECT_EQ(enough_slots(std::vector<double>{1e6, 1.97e6, 2.0e6}), 1U);
  EXPECT_EQ(enough_slots(std::vector<double>{1e6, 1.5e6, 2.0e6}), 2U);
  EXPECT_EQ(enough_slots(std::vector<double>{3e6, 1.5e6, 2.0e6}), 0U);
}

}  // namespace
