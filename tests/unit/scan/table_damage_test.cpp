// Table files that are not whole: cut at every byte, every bit flipped, and fields that lie.
#include <fmt/format.h>

#include <functional>

#include "base/crc32c.hpp"
#include "base/little_endian.hpp"
#include "scan/table_format.hpp"
#include "scan_fixture.hpp"
#include "vyre/scan/table_file.hpp"

namespace vyre::scan {
namespace {

using support::expect_error;

constexpr const char* kRebuild = "build it again with `vyre table build`";

std::vector<Table> sample() {
  auto rule = regex("a(b|c)");
  return {literals({"ab", "b", "cb"}), std::move(rule.scan), std::move(rule.reverse)};
}

TEST(TableDamage, CutAtEveryByte) {
  const auto bytes = must(encode_tables(sample()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    const auto tables = decode_tables(std::span(bytes).first(size), "t");
    ASSERT_FALSE(tables);
    EXPECT_EQ(tables.error().code, ErrorCode::kBadInput);
    EXPECT_TRUE(tables.error().what.starts_with("the file ")) << tables.error().what;
    EXPECT_EQ(tables.error().where, fmt::format("t: byte {}", size));
    EXPECT_EQ(tables.error().fix, kRebuild);
  }
}

TEST(TableDamage, EveryBitFlipped) {
  auto bytes = must(encode_tables(sample()));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= std::byte{1} << bit % 8;
    const auto tables = decode_tables(bytes, "t");
    ASSERT_FALSE(tables) << "byte " << bit / 8 << " bit " << bit % 8;
    EXPECT_EQ(tables.error().code, ErrorCode::kBadInput);
    EXPECT_TRUE(tables.error().where.starts_with("t: byte ")) << tables.error().where;
    bytes[bit / 8] ^= std::byte{1} << bit % 8;
  }
}

TEST(TableDamage, BytesBehindTheLast) {
  auto bytes = must(encode_tables(sample()));
  const std::size_t size = bytes.size();
  bytes.resize(size + 3);
  expect_error(decode_tables(bytes, "t"), ErrorCode::kBadInput, "3 bytes behind the last table",
               fmt::format("t: byte {}", size), kRebuild);
}

// --- Heads with right checksums and wrong content ----------------------------------------------------

struct HeadLie {
  std::string name;
  std::size_t at;
  std::uint32_t value;
  std::string what;
  std::size_t where;
};
void PrintTo(const HeadLie& lie, std::ostream* out) { *out << lie.name; }

class LyingHead : public testing::TestWithParam<HeadLie> {};

TEST_P(LyingHead, IsRefused) {
  const HeadLie& lie = GetParam();
  auto bytes = must(encode_tables(sample()));
  const auto head = std::span(bytes).subspan(kHeaderBytes, kHeadBytes);
  base::store_le<std::uint32_t>(head, lie.at, lie.value);
  base::store_le<std::uint32_t>(head, kHeadCrcAt, base::crc32c(head.first(kHeadCrcAt)));
  expect_error(decode_tables(bytes, "t"), ErrorCode::kBadInput, lie.what,
               fmt::format("t: byte {}", kHeaderBytes + lie.where), kRebuild);
}

// The first table: 6 states of 4 classes, 5 outputs, 3 patterns of 5 bytes.
INSTANTIATE_TEST_SUITE_P(
    TableDamage, LyingHead,
    testing::Values(
        HeadLie{"Kind", kKindAt, 3, "a table of kind 3, at most 2 is possible", kKindAt},
        HeadLie{"Flags", kFlagsAt, 2, "flags 0x2, 0x1 is known", kFlagsAt},
        HeadLie{"NoClass", kClassCountAt, 0, "0 byte classes, 1 to 256 are possible", kClassCountAt},
        HeadLie{"Classes", kClassCountAt, 257, "257 byte classes, 1 to 256 are possible", kClassCountAt},
        HeadLie{"NoState", kStateCountAt, 0, "a table without states", kStateCountAt},
        HeadLie{"Reserved", kReservedAt + 8, 1, "a reserved word is 0x1, not 0", kReservedAt + 8},
        HeadLie{"States", kStateCountAt, 0xFFFF'FFFF, "a table of 432 bytes, its counts take 85899346212", 0},
        HeadLie{"Outputs", kOutputCountAt, 0xFFFF'FFFF, "a table of 432 bytes, its counts take 17179869592",
                0},
        HeadLie{"Patterns", kPatternCountAt, 0xFFFF'FFFF, "a table of 432 bytes, its counts take 34359738768",
                0},
        HeadLie{"Text", kTextBytesAt, 0xFFFF'FFFF, "a table of 432 bytes, its counts take 4294967720", 0},
        HeadLie{"BodyHigh", kBodyBytesAt + 4, 1, "a table of 4294967728 bytes, its counts take 432", 0},
        HeadLie{"Start", kStartAt, 2, "its start, word 2, is no state that it can start in", 0},
        HeadLie{"StartBeyond", kStartAt, 24, "its start, word 24, is no state that it can start in", 0},
        HeadLie{"Dead", kDeadAt, 4, "word 4 should begin a state that is never left, and does not", 0},
        HeadLie{"MaxLength", kMaxLengthAt, 3, "its longest pattern has 2 bytes, and it says 3", 0}),
    [](const auto& one) { return one.param.name; });

// --- Tables that lie, written by the writer itself ---------------------------------------------------

void expect_refused(const std::function<void(std::vector<Table>&)>& spoil, std::string_view what,
                    std::size_t table = 0) {
  auto tables = sample();
  spoil(tables);
  std::size_t at = kHeaderBytes;
  for (std::size_t i = 0; i < table; ++i)
    at += must(encode_tables(std::span(tables).subspan(i, 1))).size() - kHeaderBytes;
  expect_error(decode_tables(must(encode_tables(tables)), "t"), ErrorCode::kBadInput, what,
               fmt::format("t: byte {}", at), kRebuild);
}

TEST(TableDamage, LyingTables) {
  expect_refused([](auto& t) { t[0].class_of['x'] = 4; }, "byte 120 is of class 4, there are 4");
  expect_refused([](auto& t) { t[0].transitions[1] = 24; },
                 "transition 1 of state 0 leads to word 24, which begins no state");
  expect_refused([](auto& t) { t[0].transitions[1] += 1; },
                 "transition 1 of state 0 leads to word 5, which begins no state");
  expect_refused([](auto& t) { t[0].transitions[1] ^= kAcceptBit; },
                 "transition 1 of state 0 and the state that it leads to do not agree on a match");
  expect_refused([](auto& t) { t[0].output_begin[1] = 9; }, "its lists of matches do not add up");
  expect_refused([](auto& t) { t[0].outputs[0] = 3; },
                 "state 2 has a list of matches that do not ascend below 3");
  expect_refused([](auto& t) { std::swap(t[0].outputs[1], t[0].outputs[2]); },
                 "state 4 has a list of matches that do not ascend below 3");
  expect_refused([](auto& t) { t[0].pattern_length[1] = 7; }, "pattern 1 of 1 bytes has a length of 7");
  expect_refused(
      [](auto& t) {
        t[0].patterns[1].clear();
        t[0].pattern_length[1] = 0;
      },
      "pattern 1 of 0 bytes has a length of 0");
  expect_refused([](auto& t) { t[1].pattern_length[0] = 2; }, "pattern 0 of 6 bytes has a length of 2", 1);
  expect_refused([](auto& t) { t[2].max_length = 3; }, "its longest match has 2 bytes, and it says 3", 2);
  expect_refused(
      [](auto& t) {
        auto endless = regex("ab*");
        t[1] = std::move(endless.scan);
        t[2] = std::move(endless.reverse);
        t[2].max_length = 2;
      },
      "its matches have no bound, and it says 2", 2);
  expect_refused([](auto& t) { t[0].start = 8; }, "its start, word 8, is no state that it can start in");
}

void expect_order(std::vector<Table> tables, std::string_view what, std::size_t table, std::size_t in_head) {
  std::size_t at = kHeaderBytes + in_head;
  for (std::size_t i = 0; i < table; ++i)
    at += must(encode_tables(std::span(tables).subspan(i, 1))).size() - kHeaderBytes;
  expect_error(decode_tables(must(encode_tables(tables)), "t"), ErrorCode::kBadInput, what,
               fmt::format("t: byte {}", at), kRebuild);
}

TEST(TableDamage, ReverseTablesOutOfPlace) {
  const auto tables = sample();
  const auto other = regex("x(y|z)");
  expect_order({tables[1]}, "the file ends with a regex that has no reverse table", 1, 0);
  expect_order({tables[1], tables[0]}, "a regex without its reverse table behind it", 1, kKindAt);
  expect_order({tables[0], tables[2]}, "a reverse table that follows no regex", 1, kKindAt);
  auto longer = tables[1];
  longer.max_length = 3;
  expect_order({longer, tables[2]},
               "a reverse table whose longest match has 2 bytes, and 3 in the regex before it", 1, kKindAt);
  expect_order({tables[1], other.reverse}, "a reverse table of another rule than the regex before it", 1,
               kKindAt);
}

}  // namespace
}  // namespace vyre::scan
