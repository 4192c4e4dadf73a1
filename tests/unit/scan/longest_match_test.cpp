// How long matches can be: what tables say, and what files of tables may say.
#include <fmt/format.h>

#include "scan/longest_match.hpp"
#include "scan_fixture.hpp"
#include "vyre/scan/table_file.hpp"

namespace vyre::scan {
namespace {

std::uint32_t longest(std::string_view pattern) {
  const RegexTables rule = regex(pattern);
  EXPECT_EQ(rule.scan.max_length, rule.reverse.max_length) << pattern;
  const auto read = must(decode_tables(must(encode_tables(std::vector{rule.scan, rule.reverse})), "t"));
  EXPECT_EQ(read, (std::vector{rule.scan, rule.reverse})) << pattern;
  return rule.scan.max_length;
}

TEST(LongestMatch, OfRulesWithAndWithoutABound) {
  EXPECT_EQ(longest("a"), 1U);
  EXPECT_EQ(longest("a|bcd|ef"), 3U);
  EXPECT_EQ(longest("a?b?c{2,5}(de|f)"), 9U);
  EXPECT_EQ(longest("(ab?){1,3}."), 7U);
  EXPECT_EQ(longest("a{2000}"), 2000U);
  EXPECT_EQ(longest("a+"), 0U);
  EXPECT_EQ(longest("a[^b]*c|dddddddd"), 0U);
  EXPECT_EQ(longest("x(ab)*y"), 0U);
}

TEST(LongestMatch, ACycleThatLeadsToNoMatchIsNoWayOn) {
  // Every state of the automaton leads to the dead one, which is a cycle.
  const RegexTables rule = regex("abc");
  EXPECT_NE(rule.reverse.dead, kNoRow);
  EXPECT_EQ(longest_match(rule.reverse), 3U);
}

TEST(LongestMatch, IsThatOfAllWordsTried) {
  // No text of one byte more matches as a whole, and one of that length does.
  for (const std::string pattern : {"a|bab", "(a|bb){1,2}", "a?b?a?b", "(ab|b)(a|)b?"}) {
    SCOPED_TRACE(pattern);
    const RegexTables rule = regex(pattern);
    std::size_t most = 0;
    for (std::size_t length = 1; length <= 8; ++length)
      for (std::uint32_t bits = 0; bits < 1U << length; ++bits) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) text += (bits >> i & 1U) != 0 ? 'b' : 'a';
        if (leftmost_start(rule.reverse, bytes_of(text), length) == 0U) most = length;
      }
    EXPECT_EQ(rule.scan.max_length, most);
  }
}

}  // namespace
}  // namespace vyre::scan
