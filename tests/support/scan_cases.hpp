/// What scans are tried with: tables of every kind, texts in which they match, cuts anywhere.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/random_source.hpp"
#include "support/scan_trial.hpp"

namespace vyre::support {

inline scan::Table literals_table(const std::vector<std::string>& patterns) {
  auto table = scan::build_literals(patterns);
  EXPECT_TRUE(table) << to_text(table.error());
  return std::move(*table);
}
inline scan::Table regex_table(std::string_view pattern) {
  auto tables = scan::build_regex(pattern);
  EXPECT_TRUE(tables) << to_text(tables.error());
  return std::move(tables->scan);
}

inline std::string random_letters(test::RandomSource& random, std::string_view alphabet, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))];
  return text;
}

/// Literals that are suffixes of each other, one that is longer than a lane's segment of a GPU, one without
/// match; rules with a bound, with a newline to forget at, and one whose state hangs on the first byte for
/// ever.
inline std::vector<scan::Table> tables_of_every_kind(test::RandomSource& random) {
  std::vector<std::string> words{"a", "ba", "aba", "caba", "zzzz"};
  for (int i = 0; i < 20; ++i) words.push_back(random_letters(random, "abc", 2 + random.below(12)));
  return {literals_table(words), literals_table({"abcabcabcabcabcabcabcabcabc", "b"}),
          regex_table("a(b|c){2,5}a"), regex_table("a.*b"), regex_table("c[^a]*(ab|ba)+c")};
}

/// Up to `most` chunks; sizes from 0 bytes on.
inline std::vector<std::size_t> random_cuts(test::RandomSource& random, std::size_t size,
                                            std::uint32_t most) {
  std::vector<std::size_t> cuts;
  for (std::uint32_t i = random.below(most); i > 0; --i)
    cuts.push_back(random.below(static_cast<std::uint32_t>(size + 1)));
  std::ranges::sort(cuts);
  return cuts;
}

inline ScanTrial random_scan_trial(std::uint64_t seed, std::size_t size, std::uint32_t chunks,
                                   std::uint32_t most = 4096) {
  test::RandomSource random(seed);
  auto tables = tables_of_every_kind(random);
  auto text = random_letters(random, seed % 2 == 0 ? "abc" : "abcd\n", size);
  auto cuts = random_cuts(random, size, chunks);
  return {std::move(tables), std::move(text), std::move(cuts), most};
}

}  // namespace vyre::support
