#include "vyre/scan/kernel_tables.hpp"

#include <algorithm>

#include "unit/scan/scan_fixture.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::scan {
namespace {

using namespace protocol;
using support::expect_error;

using Words = std::vector<std::uint32_t>;

Words encoded(std::vector<Table> tables) { return must(encode_for_kernel(tables)); }

std::uint32_t head_word(const Words& words, std::uint32_t table, std::uint32_t word) {
  return words.at(kScanTablesHeadWord + std::size_t{kScanHeadWords} * table + word);
}

Words part(const Words& words, std::uint32_t table, std::uint32_t word, std::size_t size) {
  const auto first = words.begin() + head_word(words, table, word);
  EXPECT_LE(head_word(words, table, word) + size, words.size());
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

/// What SCAN reads of one table, held against the table.
void expect_laid_out(const Words& words, std::uint32_t number, const Table& table) {
  SCOPED_TRACE(number);
  EXPECT_EQ(head_word(words, number, kScanClassesWord), table.class_count);
  EXPECT_EQ(head_word(words, number, kScanStartWord), table.start);
  EXPECT_EQ(head_word(words, number, kScanStatesWord), table.state_count());
  EXPECT_EQ(head_word(words, number, kScanTransitionWordsWord), table.transitions.size());
  EXPECT_EQ(part(words, number, kScanTransitionsWord, table.transitions.size()), table.transitions);
  EXPECT_EQ(part(words, number, kScanOutputBeginWord, table.output_begin.size()), table.output_begin);
  EXPECT_EQ(part(words, number, kScanOutputsWord, table.outputs.size()), table.outputs);
  const Words classes = part(words, number, kScanClassOfWord, 64);
  for (std::uint32_t byte = 0; byte < 256; ++byte)
    EXPECT_EQ(classes[byte / 4] >> (8 * (byte % 4)) & 0xFF, table.class_of[byte]) << byte;
  // The backend's to fill in.
  EXPECT_EQ(head_word(words, number, kScanSegmentWord), 0U);
  EXPECT_EQ(head_word(words, number, kScanSharedWord), kNotShared);
  EXPECT_EQ(head_word(words, number, kScanSharedClassesWord), kNotShared);
  EXPECT_EQ(head_word(words, number, 14), 0U);
  EXPECT_EQ(head_word(words, number, 15), 0U);
}

TEST(KernelTables, EveryPartStandsWhereItsHeadSays) {
  const std::vector tables{literals({"a", "ba", "\xFF"}), regex("x[0-9]+").scan,
                           literals({"needle"}, {.ignore_case = true})};
  const Words words = encoded(tables);
  EXPECT_EQ(words[0], 3U);
  EXPECT_EQ(std::count(words.begin() + 1, words.begin() + kScanTablesHeadWord, 0U), 15);
  std::size_t size = kScanTablesHeadWord;
  for (std::uint32_t number = 0; number < tables.size(); ++number) {
    expect_laid_out(words, number, tables[number]);
    size += kScanHeadWords + 64 + tables[number].transitions.size() + tables[number].output_begin.size() +
            tables[number].outputs.size();
  }
  EXPECT_EQ(words.size(), size);
}

TEST(KernelTables, NoTablesAreAHeadAlone) { EXPECT_EQ(encoded({}), Words(kScanTablesHeadWord)); }

struct Ahead {
  std::string what;
  Table table;
  std::uint32_t bytes;
  std::uint32_t flags;
};

// All but the last byte of the longest match, in multiples of 16; where that is more than 4096, or there is
// no longest, enough to guess the state.
TEST(KernelTables, LanesReadAheadAsFarAsTheLongestMatchAsks) {
  for (const auto& [what, table, bytes, flags] :
       {Ahead{"one byte", literals({"a"}), 0, 0}, Ahead{"two", literals({"ab"}), 16, 0},
        Ahead{"17", literals({"a", std::string(17, 'x')}), 16, 0},
        Ahead{"18", literals({std::string(18, 'x')}), 32, 0},
        Ahead{"4096", literals({std::string(4096, 'x')}), 4096, 0},
        Ahead{"4097", literals({std::string(4097, 'x')}), 256, kScanUnbounded},
        Ahead{"a bounded rule", regex("a(b|c){2,40}a").scan, 48, 0},
        Ahead{"a rule without bound", regex("ab*c").scan, 256, kScanUnbounded}}) {
    SCOPED_TRACE(what);
    const Words words = encoded({table});
    EXPECT_EQ(head_word(words, 0, kScanReadAheadWord), bytes);
    EXPECT_EQ(head_word(words, 0, kScanFlagsWord), flags);
  }
}

TEST(KernelTables, TellTheMostMatchesThatEndAtOneByte) {
  const Words words = encoded({literals({"a", "ba", "cba", "x"}), literals({"ab", "ab"}), regex("a|b").scan});
  EXPECT_EQ(head_word(words, 0, kScanMostOutputsWord), 3U);
  EXPECT_EQ(head_word(words, 1, kScanMostOutputsWord), 2U);
  EXPECT_EQ(head_word(words, 2, kScanMostOutputsWord), 1U);
}

TEST(KernelTables, RefuseReverseTables) {
  const auto rule = regex("ab+");
  expect_error(encode_for_kernel(std::vector{rule.scan, rule.reverse}), ErrorCode::kBadInput,
               "table 1 is a reverse one", "encode_for_kernel", "give the table that goes with it");
}

TEST(KernelTables, RefuseMoreWordsThanAKernelTakes) {
  const std::vector tables{literals({"ab"}), literals({"ab"})};
  const std::size_t size = encoded(tables).size();
  EXPECT_TRUE(encode_for_kernel(tables, size));
  expect_error(
      encode_for_kernel(tables, size - 1), ErrorCode::kTooMany,
      "the tables have " + std::to_string(size) + " words, a kernel takes " + std::to_string(size - 1),
      "encode_for_kernel", "look for less at a time");
}

}  // namespace
}  // namespace vyre::scan
