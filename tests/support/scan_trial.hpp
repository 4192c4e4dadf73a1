/// A trial of SCAN: a text is cut into chunks that lie apart in the arena, every chunk is scanned by every
/// table, all slots under way at once, and what the kernel found is held against one walk over the whole
/// text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/ring/result_memory.hpp"
#include "vyre/scan/kernel_tables.hpp"
#include "vyre/scan/scan.hpp"

namespace vyre::support {

class ScanTrial {
 public:
  /// Pattern and end, ascending by end.
  using Ends = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

  /// The chunks' ends are `cuts`, ascending; the last is the text's.
  ScanTrial(std::vector<scan::Table> tables, std::string text, std::vector<std::size_t> cuts,
            std::uint32_t most)
      : tables_(std::move(tables)), text_(std::move(text)), cuts_(std::move(cuts)), most_(most) {
    cuts_.push_back(text_.size());
    auto words = scan::encode_for_kernel(tables_);
    EXPECT_TRUE(words) << to_text(words.error());
    words_ = std::move(*words);
    std::uint64_t place = (cell(tables_.size(), 0) * 4 + 63) / 64 * 64;
    for (std::size_t chunk = 0; chunk < cuts_.size(); ++chunk) {
      places_.push_back(place);
      place += (size_of(chunk) + 63) / 64 * 64 + 64;
    }
    arena_words_ = static_cast<std::uint32_t>(place / 4);
  }

  [[nodiscard]] ring::BackendConfig config(std::uint32_t slots = 256) const {
    return {.slot_count = slots,
            .dfa_table = {},
            .arena_words = arena_words_,
            .scan_tables = words_,
            .result_words = area_words() * static_cast<std::uint32_t>(tables_.size() * cuts_.size())};
  }

  void run(ring::Backend& backend) {
    const auto arena = backend.payload_memory().arena;
    for (std::size_t chunk = 0; chunk < cuts_.size(); ++chunk)
      std::memcpy(reinterpret_cast<char*>(arena.data()) + places_[chunk], text_.data() + begin_of(chunk),
                  size_of(chunk));
    std::ranges::fill(backend.result_memory(), ring::kNoResultYet);
    ring::Publisher publisher(backend.ring_memory(), backend);
    const auto deadline = ring::Clock::now() + std::chrono::seconds(120);
    for (std::size_t chunk = 0; chunk < cuts_.size(); ++chunk)
      for (std::size_t table = 0; table < tables_.size(); ++table) publish(publisher, table, chunk, deadline);
    const auto waited = publisher.wait_all(deadline);
    ASSERT_TRUE(waited) << to_text(waited.error());
    ASSERT_EQ(publisher.counts().faulted, 0U);
    for (std::size_t table = 0; table < tables_.size(); ++table) check(backend, table);
  }

 private:
  [[nodiscard]] std::size_t begin_of(std::size_t chunk) const { return chunk == 0 ? 0 : cuts_[chunk - 1]; }
  [[nodiscard]] std::size_t size_of(std::size_t chunk) const { return cuts_[chunk] - begin_of(chunk); }
  [[nodiscard]] std::uint32_t area_words() const {
    return protocol::kScanResultHeadWords + protocol::kScanMatchWords * most_;
  }
  [[nodiscard]] std::uint32_t area(std::size_t table, std::size_t chunk) const {
    return area_words() * static_cast<std::uint32_t>(table * cuts_.size() + chunk);
  }
  /// Behind the chunk; word 0 is none.
  [[nodiscard]] std::uint64_t cell(std::size_t table, std::size_t chunk) const {
    return 1 + table * cuts_.size() + chunk;
  }

  void publish(ring::Publisher& publisher, std::size_t table, std::size_t chunk,
               ring::Clock::time_point deadline) {
    const auto args =
        descriptor::Scan{.at = static_cast<std::uint32_t>(places_[chunk]),
                         .bytes = static_cast<std::uint32_t>(size_of(chunk)),
                         .table = static_cast<std::uint32_t>(table),
                         .results = protocol::kInResultMemory | area(table, chunk),
                         .most = most_,
                         .entry = chunk == 0 ? 0 : static_cast<std::uint32_t>(cell(table, chunk - 1)),
                         .exit = static_cast<std::uint32_t>(cell(table, chunk))}
            .args();
    const auto ticket =
        publisher.publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args},
                          {.priority = {}, .at_slot = {}, .deadline = deadline});
    ASSERT_TRUE(ticket) << to_text(ticket.error());
  }

  void check(ring::Backend& backend, std::size_t table) {
    Ends expected;
    std::uint32_t row = tables_[table].start;
    for (std::size_t chunk = 0; chunk < cuts_.size(); ++chunk) {
      expected.clear();
      row = scan::scan(
          tables_[table], row, std::as_bytes(std::span(text_)).subspan(begin_of(chunk), size_of(chunk)), 0,
          [&](std::uint32_t pattern, std::uint64_t end) { expected.emplace_back(pattern, end); });
      check_area(backend.result_memory().subspan(area(table, chunk), area_words()), expected, row,
                 testing::Message() << "table " << table << ", chunk " << chunk << " of " << cuts_.size());
    }
  }

  void check_area(std::span<std::uint32_t> words, const Ends& expected, std::uint32_t row,
                  const testing::Message& where) {
    const std::uint32_t count = ring::take_result(words[0]);
    ASSERT_EQ(count, expected.size()) << where.GetString();
    EXPECT_EQ(ring::take_result(words[1]), row) << where.GetString();
    Ends found;
    for (std::uint32_t i = 0; i < std::min(count, most_); ++i)
      found.emplace_back(ring::take_result(words[2 + 2 * i]), ring::take_result(words[3 + 2 * i]));
    const auto by_end = [](const auto& a, const auto& b) {
      return std::pair(a.second, a.first) < std::pair(b.second, b.first);
    };
    std::ranges::sort(found, by_end);
    if (count <= most_) {
      ASSERT_EQ(found, expected) << where.GetString();
    } else {  // any of them, none twice
      EXPECT_TRUE(std::ranges::includes(expected, found, by_end)) << where.GetString();
      EXPECT_EQ(std::ranges::adjacent_find(found), found.end()) << where.GetString();
    }
  }

  std::vector<scan::Table> tables_;
  std::string text_;
  std::vector<std::size_t> cuts_;
  std::uint32_t most_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint64_t> places_;
  std::uint32_t arena_words_ = 0;
};

}  // namespace vyre::support
