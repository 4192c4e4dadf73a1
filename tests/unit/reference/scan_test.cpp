// SCAN on the interpreter.
#include "support/scan_cases.hpp"
#include "vyre/session/runner.hpp"

namespace {

using namespace vyre;
using protocol::FaultCode;

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

class ScanFaults : public testing::Test {
 protected:
  void SetUp() override {
    auto words = scan::encode_for_kernel(std::vector{support::literals_table({"ab"})});
    ASSERT_TRUE(words);
    words_ = std::move(*words);
    auto backend = session::make_reference_backend(
        {.slot_count = 8, .dfa_table = {}, .arena_words = 64, .scan_tables = words_, .result_words = 8});
    ASSERT_TRUE(backend) << to_text(backend.error());
    backend_ = std::move(*backend);
  }

  void expect(const descriptor::Scan& scan, FaultCode code, std::uint32_t detail) {
    ring::Publisher publisher(backend_->ring_memory(), *backend_);
    const auto args = scan.args();
    ASSERT_TRUE(publisher.publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args}));
    ASSERT_TRUE(publisher.wait_all(ring::Clock::now() + std::chrono::seconds(10)));
    ASSERT_EQ(publisher.faults().size(), 1U);
    EXPECT_EQ(publisher.faults()[0].code, code);
    EXPECT_EQ(publisher.faults()[0].detail, detail);
  }

  std::vector<std::uint32_t> words_;
  std::unique_ptr<ring::Backend> backend_;
};

TEST_F(ScanFaults, NoSuchTable) { expect({.bytes = 4, .table = 1}, FaultCode::kNoScanTable, 1); }
TEST_F(ScanFaults, TooLong) {
  expect({.bytes = protocol::kMaxScanBytes + 1}, FaultCode::kScanTooLong, protocol::kMaxScanBytes + 1);
}
TEST_F(ScanFaults, Misaligned) { expect({.at = 8, .bytes = 4}, FaultCode::kArenaMisaligned, 8); }
TEST_F(ScanFaults, BytesBeyondTheArena) { expect({.at = 240, .bytes = 17}, FaultCode::kArenaOutOfRange, 60); }
TEST_F(ScanFaults, ResultsBeyondTheArena) {
  expect({.bytes = 4, .results = 61, .most = 1}, FaultCode::kArenaOutOfRange, 61);
}
TEST_F(ScanFaults, ResultsBeyondResultMemory) {
  expect({.bytes = 4, .results = protocol::kInResultMemory | 3, .most = 2}, FaultCode::kNoResultWord, 3);
}
TEST_F(ScanFaults, CellBeyondTheArena) { expect({.bytes = 4, .exit = 64}, FaultCode::kArenaOutOfRange, 64); }
TEST_F(ScanFaults, EntryThatIsNoRow) {
  backend_->payload_memory().arena[40] = 12'345;
  expect({.bytes = 4, .entry = 40}, FaultCode::kNoScanRow, 12'345);
}

}  // namespace
