// Aho-Corasick tables: every match, against looking at every place; their shape; their limits.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "scan_fixture.hpp"

namespace vyre::scan {
namespace {

using support::expect_error;

char folded(char c, bool ignore_case) {
  return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same by looking for every pattern at every place.
Ends plain_ends(const std::vector<std::string>& patterns, std::string_view text, bool ignore_case) {
  Ends ends;
  for (std::size_t end = 1; end <= text.size(); ++end)
    for (std::uint32_t id = 0; id < patterns.size(); ++id) {
      const std::string& pattern = patterns[id];
      if (pattern.size() > end) continue;
      const auto here = text.substr(end - pattern.size(), pattern.size());
      if (std::ranges::equal(
              here, pattern, {}, [&](char c) { return folded(c, ignore_case); },
              [&](char c) { return folded(c, ignore_case); }))
        ends.emplace_back(id, end);
    }
  return ends;
}

TEST(Literals, EveryMatchAndItsSuffixes) {
  const Table table = literals({"he", "she", "his", "hers", "e"});
  EXPECT_EQ(ends_in(table, "ushers"), (Ends{{0, 4}, {1, 4}, {4, 4}, {3, 6}}));
  EXPECT_EQ(table.state_count(), 11U);
  EXPECT_EQ(table.class_count, 6U);  // e h i r s, and all others
  EXPECT_EQ(table.max_length, 4U);
  EXPECT_EQ(table.start, 0U);
  EXPECT_EQ(table.dead, kNoRow);
  EXPECT_EQ(table.pattern_length, (std::vector<std::uint32_t>{2, 3, 3, 4, 1}));
  EXPECT_EQ(table.kind, TableKind::kLiterals);
}

TEST(Literals, EqualOnesAreBothReported) {
  EXPECT_EQ(ends_in(literals({"ab", "b", "ab"}), "ab"), (Ends{{0, 2}, {1, 2}, {2, 2}}));
}

TEST(Literals, AnyByte) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  const Table table = literals({every, std::string("\0", 1)});
  EXPECT_EQ(table.class_count, 256U);
  EXPECT_EQ(ends_in(table, every + every), (Ends{{1, 1}, {0, 256}, {1, 257}, {0, 512}}));
}

TEST(Literals, BothCasesAreOneClass) {
  const Table table = literals({"aB", "Z1"}, {.ignore_case = true});
  EXPECT_EQ(table.class_count, 5U);
  EXPECT_EQ(table.class_of['a'], table.class_of['A']);
  EXPECT_EQ(ends_in(table, "ABabz1@{"), (Ends{{0, 2}, {0, 4}, {1, 6}}));
}

TEST(Literals, AsLookingAtEveryPlace) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::RandomSource random(seed);
    const std::string_view alphabet = std::string_view("abABc").substr(0, 1 + random.below(5));
    std::vector<std::string> patterns(1 + random.below(12));
    for (auto& pattern : patterns) pattern = random_text(random, alphabet, 1 + random.below(6));
    const std::string text = random_text(random, alphabet, random.below(200));
    const bool ignore_case = random.percent(30);
    const Table table = literals(patterns, {.ignore_case = ignore_case});
    const Ends expected = plain_ends(patterns, text, ignore_case);
    ASSERT_EQ(ends_in(table, text), expected);

    Ends cut;
    std::uint32_t row = table.start;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min<std::size_t>(text.size() - at, 1 + random.below(9));
      row = scan(table, row, bytes_of(text).subspan(at, size), at,
                 [&](std::uint32_t pattern, std::uint64_t end) { cut.emplace_back(pattern, end); });
      at += size;
    }
    ASSERT_EQ(cut, expected);
  }
}

TEST(Literals, TenThousandInLessThanASecond) {
  test::RandomSource random(7);
  std::vector<std::string> patterns(10'000);
  for (auto& pattern : patterns)
    pattern = random_text(random, "abcdefghijklmnopqrstuvwxyz0123456789", random.between(6, 14));
  const auto begin = std::chrono::steady_clock::now();
  const Table table = literals(patterns);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << fmt::format("{} states of {} classes in {:.3f} s\n", table.state_count(), table.class_count,
                           took.count());
  EXPECT_LT(took.count(), 10.0);  // on machines that do much else, and under sanitizers
  for (const std::uint32_t id : {0U, 5'000U, 9'999U}) {
    const Ends ends = ends_in(table, patterns[id]);
    EXPECT_NE(std::ranges::find(ends, std::pair<std::uint32_t, std::uint64_t>{id, patterns[id].size()}),
              ends.end());
  }
}

TEST(Literals, Refuses) {
  expect_error(build_literals({}), ErrorCode::kBadInput, "no pattern to look for", "", "give at least one");
  expect_error(build_literals(std::vector<std::string>{"a", ""}), ErrorCode::kBadInput,
               "an empty pattern, which every place would match", "pattern 1", "remove it");
  const std::vector<std::string> words{"abc", "abd"};
  expect_error(build_literals(words, {.max_transition_bytes = 99}), ErrorCode::kTooMany,
               "the literals come to 5 states of 5 byte classes: 100 bytes of transitions, at most 99 are "
               "allowed",
               "", "split the patterns over several tables, or allow a larger one");
  EXPECT_TRUE(build_literals(words, {.max_transition_bytes = 100}));
}

TEST(Literals, RefusesListsThatGrowWithTheSquare) {
  std::vector<std::string> patterns;
  for (std::size_t length = 1; length <= 400; ++length) patterns.emplace_back(length, 'a');
  expect_error(build_literals(patterns, {.max_transition_bytes = 40'000}), ErrorCode::kTooMany,
               "the literals end in each other so often that the lists of matches pass 40000 bytes at state "
               "141 of 401",
               "", "split the patterns over several tables, or allow a larger one");
}

TEST(Literals, ExpandedRowsLeadTheSameWay) {
  const Table table = literals({"ab", "cab"}, {.ignore_case = true});
  const auto words = must(expand(table));
  ASSERT_EQ(words.size(), std::size_t{table.state_count()} * 256);
  for (std::uint32_t state = 0; state < table.state_count(); ++state)
    for (std::uint32_t byte = 0; byte < 256; ++byte)
      ASSERT_EQ(words[state * 256 + byte] * table.class_count,
                table.transitions[state * table.class_count + table.class_of[byte]] & ~kAcceptBit);
}

TEST(Literals, ExpandRefusesMoreThanAWorkloadHolds) {
  const Table table = literals({std::string(65'536, 'a')});
  expect_error(expand(table), ErrorCode::kTooMany, "a table of 65537 states, DFA_STEP takes at most 65536",
               "", "build it from fewer patterns");
}

}  // namespace
}  // namespace vyre::scan
