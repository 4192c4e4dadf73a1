// The choice among a regular expression's matches while the text arrives in pieces: the same as from the
// whole text, whatever the cuts; what is held for it; and what is cut.
#include <fmt/format.h>

#include <sys/mman.h>

#include <chrono>
#include <cstring>

#include "scan_fixture.hpp"
#include "vyre/scan/regex_selection.hpp"

namespace vyre::scan {
namespace {

using Matches = std::vector<RegexSelection::Match>;

/// A file on its way through scan() into a selection.
class Feed {
 public:
  Feed(const RegexTables& rule, RegexSelection& selection)
      : rule_(rule), selection_(selection), row_(rule.scan.start) {}

  void add(std::string_view piece, Matches& out) {
    std::vector<std::uint64_t> ends;
    row_ = scan(rule_.scan, row_, bytes_of(piece), base_,
                [&](std::uint32_t, std::uint64_t end) { ends.push_back(end); });
    // A copy that is gone behind the call, so that the sanitizers see whoever keeps a view of it.
    const std::string copy(piece);
    selection_.add(bytes_of(copy), base_, ends, row_ == rule_.scan.start, out);
    base_ += piece.size();
  }

 private:
  const RegexTables& rule_;
  RegexSelection& selection_;
  std::uint32_t row_;
  std::uint64_t base_ = 0;
};

Matches matches_of(const RegexTables& rule, RegexSelection& selection, std::string_view text,
                   std::size_t piece) {
  Matches out;
  Feed feed(rule, selection);
  for (std::size_t at = 0; at < text.size(); at += piece) feed.add(text.substr(at, piece), out);
  selection.finish(out);
  return out;
}

Matches whole(const RegexTables& rule, std::string_view text) {
  Matches matches;
  for (const Found& one : select_regex(rule, bytes_of(text)))
    matches.push_back({one.start, one.end, std::string(text.substr(one.start, one.end - one.start))});
  return matches;
}

std::string random_rule(test::RandomSource& random, std::uint32_t depth) {
  std::string rule;
  const std::uint32_t atoms = random.between(1, 3);
  for (std::uint32_t i = 0; i < atoms; ++i) {
    constexpr std::string_view kAtoms[] = {"a", "b", "ab", ".", "[ab]", "[^a]", "\\n", "(.|\\n)"};
    if (depth > 0 && random.percent(40))
      rule += "(" + random_rule(random, depth - 1) + "|" + random_rule(random, depth - 1) + ")";
    else
      rule += kAtoms[random.below(8)];
    constexpr std::string_view kRepeats[] = {"*", "+", "?", "{2}", "{1,3}", "{2,}"};
    if (random.percent(35)) rule += kRepeats[random.below(6)];
  }
  return rule;
}

TEST(RegexSelection, IsThatOfTheWholeTextForRandomRulesAndCuts) {
  std::uint32_t compared = 0, bounded = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    test::RandomSource random(seed);
    const std::string pattern = random_rule(random, 2);
    SCOPED_TRACE(fmt::format("seed {}, rule '{}'", seed, pattern));
    const auto rule = build_regex(pattern, {.max_transition_bytes = 1 << 20});
    if (!rule) continue;
    ++compared;
    bounded += rule->scan.max_length > 0 ? 1 : 0;
    RegexSelection selection(rule->scan, rule->reverse);
    for (int file = 0; file < 2; ++file) {
      const std::string text = random_text(random, "aaabbbc\n", random.below(500));
      Matches seen;
      Feed feed(*rule, selection);
      const std::uint32_t longest = 1U << random.below(9);
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = random.below(longest + 1);
        feed.add(std::string_view(text).substr(at, size), seen);
        at += std::min(size, text.size() - at);
      }
      selection.finish(seen);
      ASSERT_EQ(seen, whole(*rule, text)) << text;
      ASSERT_EQ(selection.held_bytes(), 0U);
    }
    ASSERT_EQ(selection.cut(), 0U);
  }
  EXPECT_GT(compared, 250U);
  EXPECT_GT(bounded, 30U);
}

TEST(RegexSelection, RestMeansThatNoMatchIsInProgress) {
  // What may follow an a is what may follow anything, but a match has begun.
  const RegexTables rule = regex("a+b|b");
  RegexSelection selection(rule.scan, rule.reverse);
  EXPECT_EQ(matches_of(rule, selection, "xaab", 3), (Matches{{1, 4, "aab"}}));
}

TEST(RegexSelection, HoldsTheLineAlone) {
  const RegexTables rule = regex("a+b");
  RegexSelection selection(rule.scan, rule.reverse);
  Matches out;
  Feed feed(rule, selection);
  feed.add("ab\nxxaab aa", out);
  EXPECT_EQ(out, (Matches{{0, 2, "ab"}}));
  EXPECT_EQ(selection.held_bytes(), 8U);
  feed.add("bx", out);  // no match is in progress
  EXPECT_EQ(out, (Matches{{0, 2, "ab"}, {5, 8, "aab"}, {9, 12, "aab"}}));
  EXPECT_EQ(selection.held_bytes(), 0U);
}

TEST(RegexSelection, HoldsNoMoreThanTheLongestMatch) {
  const RegexTables rule = regex("a[ab]{2,6}");
  ASSERT_EQ(rule.scan.max_length, 7U);
  RegexSelection selection(rule.scan, rule.reverse);
  Matches out;
  Feed feed(rule, selection);
  const std::string text(1000, 'a');
  for (std::size_t at = 0; at < text.size(); at += 10) {
    feed.add(text.substr(at, 10), out);
    EXPECT_LE(selection.held_bytes(), 6U);
  }
  EXPECT_GE(out.size(), 141U);
  selection.finish(out);
  EXPECT_EQ(out, whole(rule, text));
}

/// Pages that fault when they are read, but for those that the test opens.
class Pages {
 public:
  static constexpr std::size_t kCount = 16, kBytes = 4096;
  explicit Pages(char fill)
      : data_(static_cast<char*>(
            ::mmap(nullptr, kCount * kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    std::memset(data_, fill, kCount * kBytes);
  }
  ~Pages() { ::munmap(data_, kCount * kBytes); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  void put(std::size_t at, std::string_view text) { std::memcpy(data_ + at, text.data(), text.size()); }
  void close_but(std::size_t page) {
    ::mprotect(data_, kCount * kBytes, PROT_NONE);
    ::mprotect(data_ + page * kBytes, kBytes, PROT_READ);
  }
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {reinterpret_cast<std::byte*>(data_), kCount * kBytes};
  }

 private:
  char* data_;
};

TEST(RegexSelection, ReadsOnlyWhereMatchesEnd) {
  for (const char* pattern : {"ab{1,3}", "ab+"}) {
    SCOPED_TRACE(pattern);
    const RegexTables rule = regex(pattern);
    Pages pages('x');
    pages.put(5 * Pages::kBytes + 100, "abb");
    pages.close_but(5);
    RegexSelection selection(rule.scan, rule.reverse);
    Matches out;
    const std::uint64_t ends[] = {5 * Pages::kBytes + 102, 5 * Pages::kBytes + 103};
    selection.add(pages.bytes(), 0, ends, /*at_rest=*/true, out);
    EXPECT_EQ(out, (Matches{{5 * Pages::kBytes + 100, 5 * Pages::kBytes + 103, "abb"}}));
  }
}

TEST(RegexSelection, ReadsTheTailOfALineFromTheBack) {
  const RegexTables rule = regex("ab+");
  Pages pages('x');
  pages.put(Pages::kCount * Pages::kBytes - 10, "\nxxxxxxabb");
  pages.close_but(Pages::kCount - 1);
  RegexSelection selection(rule.scan, rule.reverse);
  Matches out;
  const std::uint64_t ends[] = {Pages::kCount * Pages::kBytes - 1, Pages::kCount * Pages::kBytes};
  selection.add(pages.bytes(), 0, ends, /*at_rest=*/false, out);
  EXPECT_EQ(out, Matches{});
  EXPECT_EQ(selection.held_bytes(), 9U);
  selection.finish(out);
  EXPECT_EQ(out, (Matches{{Pages::kCount * Pages::kBytes - 3, Pages::kCount * Pages::kBytes, "abb"}}));
}

TEST(RegexSelection, CutsWhatIsTooLongAndSaysSo) {
  const RegexTables rule = regex("a.*b");
  const std::string line = "a" + std::string(3 << 20, 'x') + "b";
  RegexSelection selection(rule.scan, rule.reverse);
  EXPECT_EQ(matches_of(rule, selection, line, 100'000), Matches{});
  EXPECT_EQ(selection.cut(), 1U);  // none of it is told, which is to be known all the more
  const std::string with_another = line + "a" + std::string(10, 'x') + "b\nab";
  EXPECT_EQ(matches_of(rule, selection, with_another, 100'000),
            (Matches{{line.size(), line.size() + 12, "axxxxxxxxxxb"},
                     {with_another.size() - 2, with_another.size(), "ab"}}));
  EXPECT_EQ(selection.cut(), 2U);
}

TEST(RegexSelection, CutsMatchesThatGoOn) {
  const RegexTables rule = regex("a+");
  RegexSelection selection(rule.scan, rule.reverse);
  const std::string text = "b" + std::string(5 << 19, 'a') + "b";
  const Matches seen = matches_of(rule, selection, text, 1 << 16);
  ASSERT_GT(seen.size(), 1U);
  EXPECT_EQ(seen.front().start, 1U);
  for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_EQ(seen[i].start, seen[i - 1].end);
  EXPECT_EQ(seen.back().end, text.size() - 1);
  EXPECT_EQ(selection.cut(), seen.size() - 1);
}

TEST(RegexSelection, CutsNothingThatIsWholeInALongLine) {
  const RegexTables rule = regex("[a-z]+");
  RegexSelection selection(rule.scan, rule.reverse);
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += fmt::format("{}abc", i);
  for (const std::size_t piece : {std::size_t{1} << 16, text.size()}) {
    const Matches seen = matches_of(rule, selection, text, piece);
    EXPECT_EQ(seen.size(), 300'000U);
    EXPECT_EQ(selection.cut(), 0U);
  }
}

TEST(RegexSelection, ALineOfManyMatchesIsQuick) {
  test::RandomSource random(7);
  for (const char* pattern : {"[a-d]+", "a.*b", "a[^c]*c", "(a|b)+c|d", "a.{12}b", "((a|b)(c|d))+|.*aaaaa"}) {
    SCOPED_TRACE(pattern);
    const RegexTables rule = regex(pattern);
    const std::string text = random_text(random, "abcd        ", 1 << 20);
    const auto start = std::chrono::steady_clock::now();
    RegexSelection selection(rule.scan, rule.reverse);
    const Matches seen = matches_of(rule, selection, text, 1 << 20);
    EXPECT_FALSE(seen.empty());
    // The square of the number of matches would take many times as long.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  }
}

}  // namespace
}  // namespace vyre::scan
