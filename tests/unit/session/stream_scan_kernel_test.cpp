// Scanning files on a kernel: the same matches as one walk over each whole file.
#include "stream_scan_trial.hpp"
#include "support/device.hpp"

namespace {

using namespace vyre;

TEST(StreamScanKernel, FindsWhatAWalkOverTheWholeFileFinds) {
  for (std::uint64_t seed = 101; seed <= 108; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    test::StreamScanTrial trial(seed);
    VYRE_OPEN_OR_SKIP(backend, trial.config(), {});
    trial.run(backend);
    EXPECT_TRUE(backend.stop());
  }
}

// So many chunks that each cell serves many: a row that an earlier chunk left there must not be taken.
TEST(StreamScanKernel, HandsRowsOnOverManyChunks) {
  const test::TemporaryFolder folder;
  test::RandomSource random(9);
  std::string text(300 * 4096 + 77, 'a');
  for (char& letter : text) letter = random.next() % 2 == 0 ? 'a' : 'b';
  auto table = scan::build_literals(std::vector<std::string>{"abba", "bab", "aaaaab"});
  ASSERT_TRUE(table);
  std::vector<scan::Found> expected;
  scan::Selection selection(*table);
  (void)scan::scan(*table, table->start, std::as_bytes(std::span(text)), 0,
                   [&](std::uint32_t pattern, std::uint64_t end) { selection.add(pattern, end, expected); });
  selection.finish(expected);
  const auto words = scan::encode_for_kernel({&*table, 1});
  ASSERT_TRUE(words);

  auto workload = test::workload_of(64);
  workload.scan_rules.push_back({.name = {}, .table = std::move(*table), .reverse = {}, .position = {}});
  auto step = test::stream_step(4096, 2, protocol::kOpScan);
  step.files = {folder.write("a", text)};
  auto config = test::config_for_stream(workload, step);
  config.scan_tables = *words;
  VYRE_OPEN_OR_SKIP(backend, config, {});
  test::StreamRun run(workload, backend);
  const auto played = run.play(step);
  ASSERT_TRUE(played) << to_text(played.error());
  ASSERT_EQ(run.heard.matches.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& heard = run.heard.matches[i];
    ASSERT_EQ((scan::Found{heard.start, heard.end, heard.pattern}), expected[i]) << i;
  }
  EXPECT_TRUE(backend.stop());
}

}  // namespace
