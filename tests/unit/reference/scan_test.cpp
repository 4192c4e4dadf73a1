// SCAN on the interpreter.
#include "support/scan_cases.hpp"
#include "vyre/session/runner.hpp"

namespace {

using namespace vyre;

void run(support::ScanTrial& trial) {
  const auto backend = session::make_reference_backend(trial.config());
  ASSERT_TRUE(backend) << to_text(backend.error());
  trial.run(**backend);
}

TEST(Scan, FindsInChunksWhatOneWalkFinds) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    auto trial = support::random_scan_trial(seed, 3000, 12);
    run(trial);
  }
}

TEST(Scan, CountsWhatThereIsNoRoomFor) {
  auto trial = support::random_scan_trial(2, 3000, 4, 16);
  run(trial);
}

TEST(Scan, BadOnesFault) {
  const auto words = scan::encode_for_kernel(std::vector{support::literals_table({"ab"})});
  ASSERT_TRUE(words);
  const auto backend = session::make_reference_backend(
      {.slot_count = 16, .dfa_table = {}, .arena_words = 64, .scan_tables = *words, .result_words = 8});
  ASSERT_TRUE(backend) << to_text(backend.error());
  support::expect_bad_scans_to_fault(**backend);
}

TEST(Scan, IsAnUnknownOpcodeWithoutTables) {
  const ring::BackendConfig config{.dfa_table = {}, .arena_words = 64};
  const auto backend = session::make_reference_backend(config);
  ASSERT_TRUE(backend) << to_text(backend.error());
  support::expect_no_scans(**backend);
}

}  // namespace
