// SCAN on a device: whatever its lanes, workgroups and slices, it finds what one walk over the text finds.
#include "support/device.hpp"
#include "support/scan_cases.hpp"

namespace {

using namespace vyre;

void run(support::ScanTrial trial, const gpu::MegakernelOptions& options = {}) {
  VYRE_OPEN_OR_SKIP(backend, trial.config(), options);
  trial.run(backend);
  EXPECT_TRUE(backend.stop());
}

TEST(ScanOnADevice, FindsInChunksWhatOneWalkFinds) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    run(support::random_scan_trial(seed, 40'000, 8, 40'000));
  }
}

TEST(ScanOnADevice, FindsTheSameFromSeveralSubgroups) {
  gpu::MegakernelOptions options;
  options.lanes = 64;
  run(support::random_scan_trial(7, 40'000, 5, 40'000), options);
}

TEST(ScanOnADevice, FindsTheSameFromSeveralWorkgroupsInTinySlices) {
  gpu::MegakernelOptions options;
  options.lanes = 32;
  options.workgroups = 4;
  options.slice_passes = 20;
  run(support::random_scan_trial(8, 40'000, 5, 40'000), options);
}

TEST(ScanOnADevice, CountsWhatThereIsNoRoomFor) { run(support::random_scan_trial(10, 20'000, 4, 64)); }

TEST(ScanOnADevice, MoreScansThanJobs) { run(support::random_scan_trial(11, 5'000, 60, 2'000)); }

TEST(ScanOnADevice, FindsLiteralsThatAreLongerThanASegment) {
  test::RandomSource random(12);
  std::string text = support::random_letters(random, "ab", 60'000);
  std::vector<std::string> words;
  for (const std::size_t size : {700, 3'000, 4'096, 4'097, 9'000})
    words.push_back(text.substr(random.below(50'000), size));
  run({{support::literals_table({words[0], words[1], words[2]}), support::literals_table(words)},
       text,
       {10'000, 10'001, 33'333},
       1'000});
}

TEST(ScanOnADevice, WritesIntoTheArenaToo) {
  const std::vector<scan::Table> tables{support::literals_table({"needle"})};
  const auto words = scan::encode_for_kernel(tables);
  ASSERT_TRUE(words);
  const ring::BackendConfig config{.dfa_table = {}, .arena_words = 64, .scan_tables = *words};
  VYRE_OPEN_OR_SKIP(backend, config, gpu::MegakernelOptions{});
  const std::string_view text = "hay, a needle, hay";
  std::memcpy(backend.payload_memory().arena.data() + 4, text.data(), text.size());
  ring::Publisher publisher(backend.ring_memory(), backend);
  const auto args =
      descriptor::Scan{.at = 16, .bytes = static_cast<std::uint32_t>(text.size()), .results = 32, .most = 4}
          .args();
  ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args}));
  ASSERT_TRUE(publisher.wait_all(ring::Clock::now() + std::chrono::seconds(60)));
  std::vector<std::uint32_t> found(4);
  ASSERT_TRUE(backend.read_arena(32, found));
  EXPECT_EQ(found[0], 1U);
  EXPECT_EQ(found[2], 0U);
  EXPECT_EQ(found[3], text.find("needle") + 6);
}

TEST(ScanOnADevice, AnEntryThatIsNoRowFaults) {
  const std::vector<scan::Table> tables{support::literals_table({"ab"}), support::regex_table("a[^b]*b")};
  const auto words = scan::encode_for_kernel(tables);
  ASSERT_TRUE(words);
  const ring::BackendConfig config{.dfa_table = {}, .arena_words = 64, .scan_tables = *words};
  VYRE_OPEN_OR_SKIP(backend, config, gpu::MegakernelOptions{});
  backend.payload_memory().arena[40] = 12'345;
  ring::Publisher publisher(backend.ring_memory(), backend);
  for (const std::uint32_t table : {0U, 1U}) {
    const auto args =
        descriptor::Scan{.bytes = 64, .table = table, .results = 48, .most = 0, .entry = 40}.args();
    ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args}));
  }
  ASSERT_TRUE(publisher.wait_all(ring::Clock::now() + std::chrono::seconds(60)));
  ASSERT_EQ(publisher.faults().size(), 2U);
  for (const auto& fault : publisher.faults()) {
    EXPECT_EQ(fault.code, protocol::FaultCode::kNoScanRow);
    EXPECT_EQ(fault.detail, 12'345U);
  }
}

TEST(ScanOnADevice, BadOnesFault) {
  const auto words = scan::encode_for_kernel(std::vector{support::literals_table({"ab"})});
  ASSERT_TRUE(words);
  const ring::BackendConfig config{
      .slot_count = 16, .dfa_table = {}, .arena_words = 64, .scan_tables = *words, .result_words = 8};
  VYRE_OPEN_OR_SKIP(backend, config, gpu::MegakernelOptions{});
  support::expect_bad_scans_to_fault(backend);
}

TEST(ScanOnADevice, IsAnUnknownOpcodeWithoutTables) {
  const ring::BackendConfig config{.dfa_table = {}, .arena_words = 64};
  VYRE_OPEN_OR_SKIP(backend, config, gpu::MegakernelOptions{});
  support::expect_no_scans(backend);
}

}  // namespace
