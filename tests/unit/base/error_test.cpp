#include "vyre/base/error.hpp"

#include <gtest/gtest.h>

namespace {

vyre::Result<int> half(int number) {
  if (number % 2 != 0) return vyre::fail(vyre::ErrorCode::kBadInput, "3 is odd", "n.txt:1:1", "use 2");
  return number / 2;
}
vyre::Result<int> quarter(int number) {
  VYRE_TRY(const int first, half(number));
  VYRE_TRY(const int second, half(first));
  return second;
}

TEST(Error, TextNamesPlaceFactAndRemedy) {
  EXPECT_EQ(to_text(half(3).error()), "n.txt:1:1: error: 3 is odd\nfix: use 2");
}

TEST(Error, TextLeavesOutWhatIsEmpty) {
  EXPECT_EQ(to_text(vyre::Error{vyre::ErrorCode::kFile, "gone", "", ""}), "error: gone");
}

TEST(Error, TryReturnsTheFirstFailure) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().what, "3 is odd");
}

}  // namespace
