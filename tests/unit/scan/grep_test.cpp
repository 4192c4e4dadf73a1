// The same matches as grep prints, for random patterns and texts; a failure names the seed.
#include <fmt/format.h>
#include <sys/wait.h>

#include <charconv>
#include <cstdio>

#include "scan_fixture.hpp"
#include "vyre/scan/regex_selection.hpp"

namespace vyre::scan {
namespace {

/// Offset and text of one match.
using Line = std::pair<std::uint64_t, std::string>;

std::string output_of(const std::string& command) {
  std::string output;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return output;
  }
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, got);
  const int status = ::pclose(pipe);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 1) << command;
  return output;
}

/// What grep prints with -ob, whose matches hold no newline.
std::vector<Line> grep(const std::string& options, const Folder& folder) {
  const std::string output = output_of(
      fmt::format("LC_ALL=C grep -oba {} -f '{}' '{}'", options, folder / "patterns", folder / "text"));
  std::vector<Line> lines;
  for (std::string_view rest = output; !rest.empty();) {
    Line line;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), line.first);
    EXPECT_TRUE(error == std::errc{} && *end == ':');
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    const std::size_t length = rest.find('\n');
    line.second = rest.substr(0, length);
    rest.remove_prefix(length + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The same by a table, with the text cut at random places.
std::vector<Line> chosen(const Table& table, std::string_view text, test::RandomSource& random) {
  Selection selection(table);
  std::vector<Found> found;
  std::uint32_t row = table.start;
  const std::uint32_t longest_chunk = 1U << random.below(12);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::min<std::size_t>(text.size() - at, 1 + random.below(longest_chunk));
    row = scan(table, row, bytes_of(text).subspan(at, size), at,
               [&](std::uint32_t pattern, std::uint64_t end) { selection.add(pattern, end, found); });
    at += size;
    selection.settle(at, found);
    EXPECT_LE(selection.held(), table.max_length);
  }
  selection.finish(found);
  std::vector<Line> lines;
  for (const Found& one : found) lines.emplace_back(one.start, text.substr(one.start, one.end - one.start));
  return lines;
}

/// `size` different bytes, none a newline or NUL: grep splits at the one, and reads no other from a file.
std::string random_alphabet(test::RandomSource& random, std::uint32_t size) {
  std::string bytes;
  for (int byte = 1; byte < 256; ++byte)
    if (byte != '\n') bytes += static_cast<char>(byte);
  for (std::size_t at = 0; at < size; ++at)
    std::swap(bytes[at], bytes[at + random.below(static_cast<std::uint32_t>(bytes.size() - at))]);
  return bytes.substr(0, size);
}

void compare_literals(std::uint64_t seed, std::uint32_t pattern_count) {
  SCOPED_TRACE(fmt::format("seed {}, {} patterns", seed, pattern_count));
  test::RandomSource random(seed);
  constexpr std::uint32_t kSizes[] = {1, 2, 3, 4, 26, 254};
  const std::uint32_t size = kSizes[random.below(6)];
  const std::string alphabet = random.percent(50) && size <= 26
                                   ? std::string("aAbBcCdDeEfghijklmnopqrstu").substr(0, size)
                                   : random_alphabet(random, size);
  const bool ignore_case = random.percent(25);
  std::vector<std::string> patterns(pattern_count);
  const std::uint32_t longest = 1 + random.below(12);
  for (auto& pattern : patterns) pattern = random_text(random, alphabet, random.between(1, longest));
  const std::string text =
      random_text(random, alphabet + (random.percent(70) ? "\n" : "") + '\0', random.below(6000));

  const Folder folder;
  std::string lines;
  for (const auto& pattern : patterns) lines += pattern + "\n";
  write_file(folder / "patterns", lines);
  write_file(folder / "text", text);
  const auto expected = grep(ignore_case ? "-F -i" : "-F", folder);
  const auto seen = chosen(literals(patterns, {.ignore_case = ignore_case}), text, random);
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], expected[i]) << "match " << i;
}

TEST(Grep, OneLiteral) {
  for (std::uint64_t seed = 1; seed <= 60 && !HasFailure(); ++seed) compare_literals(seed, 1);
}
TEST(Grep, TenLiterals) {
  for (std::uint64_t seed = 1001; seed <= 1100 && !HasFailure(); ++seed) compare_literals(seed, 10);
}
TEST(Grep, AThousandLiterals) {
  for (std::uint64_t seed = 2001; seed <= 2025 && !HasFailure(); ++seed) compare_literals(seed, 1000);
}

/// A rule of the syntax that both engines share.
std::string random_rule(test::RandomSource& random, std::uint32_t depth) {
  std::string rule;
  const std::uint32_t atoms = random.between(1, 3);
  for (std::uint32_t i = 0; i < atoms; ++i) {
    constexpr std::string_view kAtoms[] = {"a",    "b",    "c",     "ab",          ".",
                                           "[ab]", "[^a]", "[b-d]", "[[:upper:]]", "\\."};
    if (depth > 0 && random.percent(40)) {
      rule += "(" + random_rule(random, depth - 1);
      if (random.percent(60)) rule += "|" + random_rule(random, depth - 1);
      rule += ")";
    } else {
      rule += kAtoms[random.below(10)];
    }
    constexpr std::string_view kRepeats[] = {"*", "+", "?", "{2}", "{1,3}", "{2,}", "{,2}"};
    if (random.percent(30)) rule += kRepeats[random.below(7)];
  }
  return rule;
}

std::vector<Line> chosen_by_line(const RegexTables& rule, std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    for (const Found& one : select_regex(rule, bytes_of(line)))
      lines.emplace_back(at + one.start, line.substr(one.start, one.end - one.start));
    at += line.size() + 1;
  }
  return lines;
}

std::vector<Line> chosen_in_pieces(const RegexTables& rule, std::string_view text,
                                   test::RandomSource& random) {
  RegexSelection selection(rule.scan, rule.reverse);
  std::vector<RegexSelection::Match> matches;
  std::vector<std::uint64_t> ends;
  std::uint32_t row = rule.scan.start;
  for (std::size_t at = 0; at < text.size();) {
    const auto piece = bytes_of(text).subspan(at, std::min<std::size_t>(text.size() - at, random.below(60)));
    ends.clear();
    row = scan(rule.scan, row, piece, at, [&](std::uint32_t, std::uint64_t end) { ends.push_back(end); });
    selection.add(piece, at, ends, row == rule.scan.start, matches);
    at += piece.size();
  }
  selection.finish(matches);
  std::vector<Line> lines;
  for (const auto& match : matches) lines.emplace_back(match.start, match.text);
  return lines;
}

TEST(Grep, RegularExpressions) {
  std::uint32_t compared = 0;
  for (std::uint64_t seed = 3001; seed <= 3400; ++seed) {
    test::RandomSource random(seed);
    const std::string pattern = random_rule(random, 2);
    const bool ignore_case = random.percent(25);
    SCOPED_TRACE(fmt::format("seed {}, rule '{}', ignore case {}", seed, pattern, ignore_case));
    const auto rule = build_regex(pattern, {.ignore_case = ignore_case, .max_transition_bytes = 1 << 20});
    if (!rule) {
      ASSERT_TRUE(rule.error().code == ErrorCode::kTooMany ||
                  rule.error().what == "the regular expression matches the empty string, so every place");
      continue;
    }
    ++compared;
    const std::string text = random_text(random, "aaabbbccdAB.\n", random.below(400));
    const Folder folder;
    write_file(folder / "patterns", pattern + "\n");
    write_file(folder / "text", text);
    const auto expected = grep(ignore_case ? "-E -i" : "-E", folder);
    // A rule like [^a] may match a newline here, which grep never shows to a pattern.
    const bool by_line = pattern.find("[^") != std::string::npos;
    const auto seen = by_line ? chosen_by_line(*rule, text) : chosen_in_pieces(*rule, text, random);
    ASSERT_EQ(seen.size(), expected.size());
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], expected[i]) << "match " << i;
  }
  EXPECT_GT(compared, 250U);
}

}  // namespace
}  // namespace vyre::scan
