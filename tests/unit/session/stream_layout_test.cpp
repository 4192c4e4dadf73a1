// Where streams' chunks, cells and results lie.
#include <set>

#include "stream_fixture.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/session/runner.hpp"

namespace {

using namespace vyre;
using session::layout_of;
using test::stream_step;

workload::Workload with_rules(std::size_t count) {
  workload::Workload workload;
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<std::string> literals{"ab", "b", "b"};
    auto table = scan::build_literals(literals);
    EXPECT_TRUE(table);
    workload.scan_rules.push_back({.name = {}, .table = std::move(*table), .reverse = {}, .position = {}});
  }
  return workload;
}

TEST(StreamLayout, LiesBehindTheWorkloadsOwnArenaAtPages) {
  workload::Workload workload;
  workload.arena_words = 1025;
  const auto layout = layout_of(workload, stream_step(8192, 8));
  EXPECT_EQ(layout.first_cell, 8192 / 4 + 16);
  EXPECT_EQ(layout.first_buffer, 12'288U);
  EXPECT_EQ(layout.buffers, 12U);
  EXPECT_EQ(layout.arena_words(), (12'288U + 12 * 8192) / 4);
  EXPECT_EQ(layout.result_words(), 0U);
  EXPECT_EQ(layout.rules, 0U);
}

TEST(StreamLayout, BoundsTheMemoryOfChunksButKeepsThree) {
  const workload::Workload workload;
  EXPECT_EQ(layout_of(workload, stream_step(1U << 20, 1)).buffers, 5U);
  EXPECT_EQ(layout_of(workload, stream_step(1U << 20, 4096)).buffers, 96U);
  EXPECT_EQ(layout_of(workload, stream_step(16U << 20, 8)).buffers, 6U);
  EXPECT_EQ(layout_of(workload, stream_step(32U << 20, 8)).buffers, 3U);
  EXPECT_EQ(layout_of(workload, stream_step(4096, 4096)).buffers, 4100U);
}

TEST(StreamLayout, CellsAndAreasDoNotOverlap) {
  auto workload = with_rules(3);
  workload.slot_count = 64;
  const auto layout = layout_of(workload, stream_step(4096, 2, protocol::kOpScan));
  std::set<std::uint32_t> cells{layout.spare_cell(0), layout.spare_cell(1)};
  for (std::uint64_t chunk = 0; chunk < 2 * layout.buffers; ++chunk)
    for (std::uint32_t rule = 0; rule < layout.rules; ++rule) cells.insert(layout.cell(chunk, rule));
  EXPECT_EQ(cells.size(), 2 + 2 * layout.buffers * 3);
  EXPECT_GT(*cells.begin(), 0U);
  EXPECT_LE(4 * (std::uint64_t{*cells.rbegin()} + 1), layout.first_buffer);
  EXPECT_EQ(layout.cell(2 * layout.buffers, 1), layout.cell(0, 1));

  EXPECT_EQ(layout.most_pieces, 10U);  // 64 / 2 / 3
  EXPECT_EQ(layout.area_words(), 2 * 10 + 2 * 65'536U);
  EXPECT_EQ(layout.area(0, 1), layout.area_words());
  EXPECT_EQ(layout.area(1, 0), 3 * layout.area_words());
  EXPECT_EQ(layout.spare_area(), 18 * layout.area_words());
  EXPECT_EQ(layout.result_words(), 18 * layout.area_words() + 2 + 2 * 65'536U);
}

TEST(StreamLayout, KeepsFewerMatchesOfManyRulesAndRoomForSixteenBytesWorth) {
  auto workload = with_rules(100);
  workload.slot_count = 1024;
  const auto many = layout_of(workload, stream_step(4096, 8, protocol::kOpScan));
  EXPECT_LT(many.max_matches, 65'536U);
  EXPECT_GE(many.max_matches, 256U);
  EXPECT_LE(4 * many.spare_area(), 64U << 20);
  auto step = stream_step(4096, 8, protocol::kOpScan);
  step.max_matches = 1;
  const auto few = layout_of(workload, step);
  EXPECT_EQ(few.max_matches, 1U);
  EXPECT_EQ(few.spare_matches, 16U * 3);  // "ab", "b" and "b" end at one byte
}

TEST(StreamLayout, IsWhatConfigForMakesRoomFor) {
  workload::Workload workload;
  workload.arena_words = 7;
  EXPECT_EQ(session::config_for(workload, {}).arena_words, 7U);
  EXPECT_EQ(session::config_for(workload, {}).result_words, 0U);
}

}  // namespace
