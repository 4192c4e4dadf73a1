// Tables of regular expressions: what they match, in both directions, and what is refused.
#include <fmt/format.h>

#include "scan_fixture.hpp"

namespace vyre::scan {
namespace {

using support::expect_error;

/// The ends of matches of one rule.
std::vector<std::uint64_t> ends_of(std::string_view pattern, std::string_view text,
                                   bool ignore_case = false) {
  std::vector<std::uint64_t> ends;
  for (const auto& [id, end] : ends_in(regex(pattern, ignore_case).scan, text)) ends.push_back(end);
  return ends;
}
/// The texts chosen, as `grep -o` prints them.
std::vector<std::string> texts(std::string_view pattern, std::string_view text, bool ignore_case = false) {
  std::vector<std::string> found;
  for (const Found& one : select_regex(regex(pattern, ignore_case), bytes_of(text)))
    found.emplace_back(text.substr(one.start, one.end - one.start));
  return found;
}
using Texts = std::vector<std::string>;

TEST(Regex, EndsOfMatchesWhereverTheyBegin) {
  EXPECT_EQ(ends_of("ab+", "xabbbab"), (std::vector<std::uint64_t>{3, 4, 5, 7}));
  EXPECT_EQ(ends_of("a.c|b", "abcabc"), (std::vector<std::uint64_t>{2, 3, 5, 6}));
}

TEST(Regex, Syntax) {
  EXPECT_EQ(texts("(foo|ba[rz])+", "xfoobarbaz bar"), (Texts{"foobarbaz", "bar"}));
  EXPECT_EQ(texts("a{2}", "aaaaa"), (Texts{"aa", "aa"}));
  EXPECT_EQ(texts("a{2,3}", "aaaaa"), (Texts{"aaa", "aa"}));
  EXPECT_EQ(texts("xa{,2}", "xaaax"), (Texts{"xaa", "x"}));
  EXPECT_EQ(texts("xa{2,}", "xaaaxa"), (Texts{"xaaa"}));
  EXPECT_EQ(texts("x(|a)b()", "xabxb"), (Texts{"xab", "xb"}));
  EXPECT_EQ(texts("[[:digit:]]+[^[:space:]a]", "12a 34b 5"), (Texts{"12", "34b"}));
  EXPECT_EQ(texts("[]a^-]+", "x]-^a["), (Texts{"]-^a"}));
  EXPECT_EQ(texts("[^]]", "]a"), (Texts{"a"}));
  EXPECT_EQ(texts("[^-]", "-^"), (Texts{"^"}));
  EXPECT_EQ(texts("[-^]+", "a-^b"), (Texts{"-^"}));
  EXPECT_EQ(texts("[\\n]+", "n\\\n"), (Texts{"n\\"}));
  EXPECT_EQ(texts("[+--]+", "a+,-b"), (Texts{"+,-"}));
  EXPECT_EQ(texts("[--/]+", "a-./b"), (Texts{"-./"}));
  EXPECT_EQ(texts("a\\.b\\\\\\[\\^\\$\\{", "a.b\\[^${"), (Texts{"a.b\\[^${"}));
  EXPECT_EQ(texts("]}", "]}"), (Texts{"]}"}));
  EXPECT_EQ(texts("a.", "a\nab"), (Texts{"ab"}));
  EXPECT_EQ(texts("a[^b]", "a\nab"), (Texts{"a\n"}));
}

TEST(Regex, EveryByte) {
  EXPECT_EQ(texts("\\x00\\xfF\\n\\t", std::string_view("\0\xFF\n\t", 4)),
            (Texts{std::string("\0\xFF\n\t", 4)}));
  EXPECT_EQ(texts("[a-\xFF]+", "Za\x80\xFF!"), (Texts{"a\x80\xFF"}));
  EXPECT_EQ(texts("[\x90-\xA0]", "\x8F\x90\xA0\xA1"), (Texts{"\x90", "\xA0"}));
  for (int byte = 0; byte < 256; ++byte) {
    SCOPED_TRACE(byte);
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(texts(fmt::format("\\x{:02x}", byte), text), (Texts{text}));
    EXPECT_EQ(texts(".", text).size(), byte == '\n' ? 0U : 1U);
    EXPECT_EQ(texts(fmt::format("[^{}]", byte == '^' ? "a^" : text), "b").size(), byte == 'b' ? 0U : 1U);
  }
}

TEST(Regex, IgnoresCase) {
  EXPECT_EQ(texts("ab[c-d]", "ABCabDAbe", true), (Texts{"ABC", "abD"}));
  EXPECT_EQ(texts("[^a]+", "xAay", true), (Texts{"x", "y"}));
  EXPECT_EQ(texts("\\x41", "aA", true), (Texts{"a", "A"}));
}

TEST(Regex, LeftmostOverAllEnds) {
  // The first end belongs to "bc", but "abcd" begins before it.
  EXPECT_EQ(texts("bc|abcd", "abcd"), (Texts{"abcd"}));
  EXPECT_EQ(texts("a|ab|bcd", "abcd"), (Texts{"ab"}));
  const RegexTables rule = regex("bc|abcd|(xx)*c");
  EXPECT_EQ(leftmost_start(rule.reverse, bytes_of("xxxxc"), 5), 0U);
  EXPECT_EQ(leftmost_start(rule.reverse, bytes_of("xxxxc"), 5, 1), 2U);
  EXPECT_EQ(leftmost_start(rule.reverse, bytes_of("xxxxc"), 4), std::nullopt);
  EXPECT_EQ(leftmost_start(rule.reverse, bytes_of("xxxxc"), 5, 5), std::nullopt);
}

TEST(Regex, TablesAreTheSmallest) {
  const RegexTables rule = regex("(ab|cb)+");
  EXPECT_EQ(rule.scan.state_count(), 3U);
  EXPECT_EQ(rule.scan.class_count, 3U);  // a and c, b, all others
  EXPECT_EQ(rule.scan.dead, kNoRow);
  EXPECT_EQ(rule.reverse.state_count(), 4U);  // with the one it does not come out of
  EXPECT_NE(rule.reverse.dead, kNoRow);
  EXPECT_EQ(rule.scan.kind, TableKind::kRegex);
  EXPECT_EQ(rule.reverse.kind, TableKind::kRegexReverse);
  EXPECT_EQ(rule.scan.patterns, (Texts{"(ab|cb)+"}));
  EXPECT_EQ(rule.scan.max_length, 0U);
  EXPECT_EQ(regex("a|b|c|d").scan.state_count(), 2U);
  EXPECT_EQ(regex("(aaaa|bbaa|abaa|baaa)x").scan.state_count(), 6U);
}

TEST(Regex, ScansAreInTheirStartWhereNoMatchIsInProgress) {
  const auto at_start = [](const RegexTables& rule, std::string_view text) {
    return scan(rule.scan, rule.scan.start, bytes_of(text), 0, [](auto, auto) {}) == rule.scan.start;
  };
  // By what may follow, the state behind an a could be the start.
  const RegexTables rule = regex("a+b|b");
  EXPECT_FALSE(at_start(rule, "xa"));
  EXPECT_TRUE(at_start(rule, "xax"));
  EXPECT_FALSE(at_start(regex("(ab)+c"), "ab"));
  EXPECT_TRUE(at_start(regex("(ab)+c"), "abb"));
  EXPECT_TRUE(at_start(regex("ab|a[^\n]*c"), "abc\n"));
}

struct Refusal {
  const char *pattern, *what, *place, *fix;
};
void PrintTo(const Refusal& one, std::ostream* out) { *out << one.pattern; }

class RegexRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(RegexRefuses, WithItsPlace) {
  const Refusal& due = GetParam();
  expect_error(build_regex(due.pattern), ErrorCode::kBadInput, due.what,
               *due.pattern == '\0' ? "" : fmt::format("{}'{}'", due.place, due.pattern), due.fix);
}

INSTANTIATE_TEST_SUITE_P(
    Regex, RegexRefuses,
    testing::Values(
        Refusal{"", "an empty regular expression", "", "write what to look for"},
        Refusal{"a(b", "this '(' is never closed", "byte 1 of ",
                "close it with ), or write \\( for the character"},
        Refusal{"ab)c", "this ')' closes nothing", "byte 2 of ",
                "open it with (, or write \\) for the character"},
        Refusal{"a[b", "this '[' is never closed", "byte 1 of ",
                "close it with ], or write \\[ for the character"},
        Refusal{"[]", "this '[' is never closed", "byte 0 of ",
                "close it with ], or write \\[ for the character"},
        Refusal{"[^]", "this '[' is never closed", "byte 0 of ",
                "close it with ], or write \\[ for the character"},
        Refusal{"[a-", "this '[' is never closed", "byte 0 of ",
                "close it with ], or write \\[ for the character"},
        Refusal{"x[z-a]", "a range that ends before it begins", "byte 2 of ", "swap its ends"},
        Refusal{"[[:digits:]]", "no such class of characters", "byte 1 of ",
                "name one of: alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl, "
                "xdigit, as in [[:alpha:]]"},
        Refusal{"[[:digit", "no such class of characters", "byte 1 of ",
                "name one of: alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl, "
                "xdigit, as in [[:alpha:]]"},
        Refusal{"[[.a.]]", "collating elements ('[.') are not supported", "byte 1 of ",
                "write the bytes themselves"},
        Refusal{"[a-[:digit:]]", "a class of characters ends no range", "byte 3 of ",
                "write the last byte of the range"},
        Refusal{"a\\", "a backslash with nothing behind it", "byte 1 of ", "write \\\\ for the character"},
        Refusal{"a\\d", "'\\d' is not supported", "byte 1 of ",
                "write a set, as [0-9] for \\d, or d for the character"},
        Refusal{"(a)\\1", "'\\1' is not supported", "byte 3 of ",
                "write a set, as [0-9] for \\d, or 1 for the character"},
        Refusal{"\\<a", "'\\<' is not supported", "byte 0 of ", "leave it out, or write < for the character"},
        Refusal{"\\xg0", "\\x without two hexadecimal digits", "byte 0 of ", "write it as \\x0a"},
        Refusal{"\\x0", "\\x without two hexadecimal digits", "byte 0 of ", "write it as \\x0a"},
        Refusal{"^a", "'^' as an anchor is not supported", "byte 0 of ",
                "leave it out, or write \\^ for the character"},
        Refusal{"a$", "'$' as an anchor is not supported", "byte 1 of ",
                "leave it out, or write \\$ for the character"},
        Refusal{"*a", "this '*' repeats nothing", "byte 0 of ", "write \\* for the character"},
        Refusal{"a|+", "this '+' repeats nothing", "byte 2 of ", "write \\+ for the character"},
        Refusal{"({2}a)", "this '{' repeats nothing", "byte 1 of ", "write \\{ for the character"},
        Refusal{"a+?", "this '?' repeats a repetition", "byte 2 of ",
                "put what it repeats in parentheses, or write \\? for the character"},
        Refusal{"a{", "this '{' begins no count", "byte 1 of ",
                "write {3}, {3,}, {,5} or {3,5}, or \\{ for the character"},
        Refusal{"a{x}", "this '{' begins no count", "byte 1 of ",
                "write {3}, {3,}, {,5} or {3,5}, or \\{ for the character"},
        Refusal{"a{,}", "this '{' begins no count", "byte 1 of ",
                "write {3}, {3,}, {,5} or {3,5}, or \\{ for the character"},
        Refusal{"a{2", "this '{' begins no count", "byte 1 of ",
                "write {3}, {3,}, {,5} or {3,5}, or \\{ for the character"},
        Refusal{"a{3,2}", "a count from 3 to 2", "byte 1 of ", "swap the two"},
        Refusal{"a*", "the regular expression matches the empty string, so every place", "",
                "make a part of it due, as a+ in place of a*"}));

TEST(RegexLimits, SayWhatTheyCameTo) {
  expect_error(build_regex(std::string(4097, 'a')), ErrorCode::kTooMany,
               "a regular expression of 4097 bytes, at most 4096 are possible", "", "split it into several");
  expect_error(build_regex(std::string(2001, 'a')), ErrorCode::kTooMany,
               "with its repetitions written out, the rule passes 2000 places by here",
               fmt::format("byte 2001 of '{}'", std::string(2001, 'a')),
               "repeat less, or split it into several");
  expect_error(build_regex("((a{100}){100}){100}"), ErrorCode::kTooMany,
               "with its repetitions written out, the rule passes 2000 places by here",
               "byte 14 of '((a{100}){100}){100}'", "repeat less, or split it into several");
  expect_error(build_regex("a{2001}"), ErrorCode::kTooMany, "a count of 2001, at most 2000 is possible",
               "byte 1 of 'a{2001}'", "repeat less");
  expect_error(build_regex("a{99999999999999999999}"), ErrorCode::kTooMany,
               "a count of 99999999999999999999, at most 2000 is possible",
               "byte 1 of 'a{99999999999999999999}'", "repeat less");
  const std::string nested = std::string(201, '(') + "a" + std::string(201, ')');
  expect_error(build_regex(nested), ErrorCode::kTooMany, "parentheses nest deeper than 200 levels",
               fmt::format("byte 200 of '{}'", nested), "nest less");
  EXPECT_TRUE(build_regex(std::string(2000, 'a')));
  EXPECT_TRUE(build_regex(std::string(200, '(') + "a" + std::string(200, ')')));
}

TEST(RegexLimits, OfStates) {
  expect_error(
      build_regex("(a|b)*a(a|b){20}"), ErrorCode::kTooMany,
      "the regular expression has come to 262146 states and is not done, at most 262144 are possible",
      "'(a|b)*a(a|b){20}'", "repeat less, or fewer bytes in a row that may be anything");
  const auto small = build_regex("a(a|b){8}", {.max_transition_bytes = 1000});
  ASSERT_FALSE(small);
  EXPECT_EQ(small.error().code, ErrorCode::kTooMany);
  EXPECT_EQ(
      small.error().what,
      "the regular expression's sets come to 84 states of 3 byte classes: 1008 bytes of transitions, at "
      "most 1000 are allowed");
}

}  // namespace
}  // namespace vyre::scan
