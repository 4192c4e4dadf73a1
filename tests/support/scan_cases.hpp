/// What scans are tried with: tables of every kind, texts in which they match, cuts anywhere; and scans that
/// no backend carries out.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
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

/// A scan that faults, and how.
struct BadScan {
  std::string_view name;
  descriptor::Scan scan;
  protocol::FaultCode code;
  std::uint32_t detail;
};

/// For an arena of 64 words, 8 words of result memory and one table of literals; arena word 40 holds 12,345.
inline std::vector<BadScan> bad_scans() {
  using protocol::FaultCode;
  constexpr std::uint32_t kApart = protocol::kInResultMemory;
  constexpr std::uint32_t kTooLong = protocol::kMaxScanBytes + 1;
  return {
      {"no such table", {.bytes = 4, .table = 1}, FaultCode::kNoScanTable, 1},
      {"too long", {.bytes = kTooLong}, FaultCode::kScanTooLong, kTooLong},
      {"misaligned", {.at = 8, .bytes = 4}, FaultCode::kArenaMisaligned, 8},
      {"bytes beyond the arena", {.at = 240, .bytes = 17}, FaultCode::kArenaOutOfRange, 60},
      {"a first byte beyond it", {.at = 272, .bytes = 0}, FaultCode::kArenaOutOfRange, 68},
      {"results beyond the arena", {.bytes = 4, .results = 61, .most = 1}, FaultCode::kArenaOutOfRange, 61},
      {"more results than numbers", {.bytes = 4, .most = 0xFFFF'FFFF}, FaultCode::kArenaOutOfRange, 0},
      {"results beyond result memory",
       {.bytes = 4, .results = kApart | 3, .most = 2},
       FaultCode::kNoResultWord,
       3},
      {"an entry cell beyond the arena", {.bytes = 4, .entry = 64}, FaultCode::kArenaOutOfRange, 64},
      {"an exit cell beyond the arena", {.bytes = 4, .exit = 64}, FaultCode::kArenaOutOfRange, 64},
      {"an entry that is no row", {.bytes = 4, .entry = 40}, FaultCode::kNoScanRow, 12'345}};
}

/// Publishes each of them alone on a backend of that kind.
inline void expect_bad_scans_to_fault(ring::Backend& backend) {
  backend.payload_memory().arena[40] = 12'345;
  for (const auto& bad : bad_scans()) {
    SCOPED_TRACE(bad.name);
    ring::Publisher publisher(backend.ring_memory(), backend);
    const auto args = bad.scan.args();
    ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args}));
    ASSERT_TRUE(publisher.wait_all(ring::Clock::now() + std::chrono::seconds(60)));
    ASSERT_EQ(publisher.faults().size(), 1U);
    EXPECT_EQ(publisher.faults()[0].code, bad.code);
    EXPECT_EQ(publisher.faults()[0].detail, bad.detail);
  }
}

/// On a backend without tables.
inline void expect_no_scans(ring::Backend& backend) {
  ring::Publisher publisher(backend.ring_memory(), backend);
  const auto args = descriptor::Scan{.bytes = 4}.args();
  ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args}));
  ASSERT_TRUE(publisher.wait_all(ring::Clock::now() + std::chrono::seconds(60)));
  ASSERT_EQ(publisher.faults().size(), 1U);
  EXPECT_EQ(publisher.faults()[0].code, protocol::FaultCode::kUnknownOpcode);
  EXPECT_EQ(publisher.faults()[0].detail, protocol::kOpScan);
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
