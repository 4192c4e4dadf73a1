#include "vyre/codec/debug_log.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace vyre::codec {
namespace {

using support::expect_error;

TEST(DebugLog, EmptyLog) {
  EXPECT_EQ(encode_empty_debug_log()->size(), 1U + 4 * 64);
  const auto log = decode_debug_log(*encode_empty_debug_log(2));
  ASSERT_TRUE(log.has_value());
  EXPECT_TRUE(log->records.empty());
  EXPECT_EQ(log->lost, 0U);
  expect_error(encode_empty_debug_log(1'048'577), ErrorCode::kTooMany,
               "1048577 debug records, a log has at most 1048576", "encode_empty_debug_log",
               "ask for fewer records");
}

TEST(DebugLog, ReadsUpToTheCursor) {
  const std::vector<std::uint32_t> words{8, 1, 2, 3, 16, 4, 5, 6, 32, 7, 8, 9, 48};
  const auto log = decode_debug_log(words);
  ASSERT_TRUE(log.has_value());
  EXPECT_EQ(log->records, (std::vector<DebugRecord>{{1, {2, 3, 16}}, {4, {5, 6, 32}}}));
  EXPECT_EQ(log->records[1].slot(), 2U);
  EXPECT_EQ(log->lost, 0U);
}

TEST(DebugLog, CursorPastTheEndCountsWhatIsLost) {
  std::vector<std::uint32_t> words{12, 1, 2, 3, 16, 4, 5, 6, 32};
  EXPECT_EQ(decode_debug_log(words)->records.size(), 2U);
  EXPECT_EQ(decode_debug_log(words)->lost, 1U);
  words[0] = 0xFFFF'FFFC;
  EXPECT_EQ(decode_debug_log(words)->records.size(), 2U);
  EXPECT_EQ(decode_debug_log(words)->lost, 0x3FFF'FFFFU - 2);
}

// The kernel writes a record only if it fits: words behind the last whole one hold none.
TEST(DebugLog, CutAnywhereKeepsWholeRecords) {
  const std::vector<std::uint32_t> words{8, 1, 2, 3, 16, 4, 5, 6, 32};
  for (std::size_t count = 1; count <= words.size(); ++count) {
    const auto log = decode_debug_log(std::span(words).first(count));
    ASSERT_TRUE(log.has_value()) << count;
    EXPECT_EQ(log->records.size(), (count - 1) / 4) << count;
    EXPECT_EQ(log->records.size() + log->lost, 2U) << count;
  }
}

TEST(DebugLog, BadBuffers) {
  expect_error(decode_debug_log({}), ErrorCode::kBadInput,
               "the debug log has 0 words, its cursor alone has 1", "byte 0 of the debug log",
               "pass the whole buffer");
  const std::vector<std::uint32_t> words{7, 1, 2, 3, 16};
  expect_error(decode_debug_log(words), ErrorCode::kBadInput,
               "the cursor stands at word 7, inside a record of 4 words", "byte 0 of the debug log",
               "check who wrote the log: the cursor moves by whole records");
  const std::vector<std::uint32_t> long_log(1 + 4 * std::size_t{1'048'577});
  expect_error(decode_debug_log(long_log), ErrorCode::kTooMany,
               "1048577 debug records, a log has at most 1048576", "byte 16777220 of the debug log",
               "pass the debug log alone");
}

}  // namespace
}  // namespace vyre::codec
