// Which of many matches are chosen, and how much is held back for it.
#include <fmt/format.h>

#include <algorithm>

#include "scan_fixture.hpp"

namespace vyre::scan {
namespace {

std::vector<Found> chosen_in(const Table& table, std::string_view text) {
  Selection selection(table);
  std::vector<Found> found;
  for (const auto& [pattern, end] : ends_in(table, text)) selection.add(pattern, end, found);
  selection.finish(found);
  return found;
}

TEST(Selection, LeftmostThenLongest) {
  EXPECT_EQ(chosen_in(literals({"bc", "abcd", "ab"}), "xabcdbc"), (std::vector<Found>{{1, 5, 1}, {5, 7, 0}}));
  EXPECT_EQ(chosen_in(literals({"bc", "abcd"}), "abcbc"), (std::vector<Found>{{1, 3, 0}, {3, 5, 0}}));
  EXPECT_EQ(chosen_in(literals({"aa"}), "aaaaa"), (std::vector<Found>{{0, 2, 0}, {2, 4, 0}}));
}

TEST(Selection, EqualLiteralsAreTheFirst) {
  EXPECT_EQ(chosen_in(literals({"xy", "ab", "ab"}), "ab"), (std::vector<Found>{{0, 2, 1}}));
}

TEST(Selection, WhatLiesUnderNoChosenMatchStays) {
  // "abc" lies over "bcd", which would have lain over "d".
  EXPECT_EQ(chosen_in(literals({"abc", "bcd", "d"}), "abcd"), (std::vector<Found>{{0, 3, 0}, {3, 4, 2}}));
}

TEST(Selection, IsCertainOnceNothingLongerCanFollow) {
  const Table table = literals({"a", "abcd"});
  Selection selection(table);
  std::vector<Found> found;
  selection.add(0, 1, found);
  selection.settle(3, found);
  EXPECT_TRUE(found.empty());
  selection.settle(4, found);
  EXPECT_EQ(found, (std::vector<Found>{{0, 1, 0}}));
  EXPECT_EQ(selection.held(), 0U);
}

TEST(Selection, HoldsNoMoreThanTheLongestLiteral) {
  std::vector<std::string> patterns;
  for (std::size_t length = 1; length <= 16; ++length) patterns.emplace_back(length, 'a');
  const Table table = literals(patterns);
  Selection selection(table);
  std::vector<Found> found;
  std::size_t most = 0;
  for (const auto& [pattern, end] : ends_in(table, std::string(1000, 'a'))) {
    selection.add(pattern, end, found);
    most = std::max(most, selection.held());
  }
  EXPECT_LE(most, 17U);
  selection.finish(found);
  ASSERT_EQ(found.size(), 63U);
  EXPECT_EQ(found.front(), (Found{0, 16, 15}));
  EXPECT_EQ(found.back(), (Found{992, 1000, 7}));
}

}  // namespace
}  // namespace vyre::scan
