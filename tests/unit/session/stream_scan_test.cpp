// Scanning files on the interpreter: the same matches as one walk over each whole file, and what becomes of
// scans that fault.
#include <unistd.h>

#include <thread>

#include "run_text.hpp"
#include "stream_scan_trial.hpp"
#include "support/expect_error.hpp"
#include "vyre/ring/result_memory.hpp"
#include "vyre/scan/regex_selection.hpp"

namespace {

using namespace vyre;

TEST(StreamScan, FindsWhatAWalkOverTheWholeFileFinds) {
  std::uint64_t scanned_anew = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    test::StreamScanTrial trial(seed);
    const auto backend = session::make_reference_backend(trial.config());
    ASSERT_TRUE(backend) << to_text(backend.error());
    ASSERT_NO_FATAL_FAILURE(trial.run(**backend));
    scanned_anew += trial.scanned_anew;
  }
  EXPECT_GT(scanned_anew, 100U);  // else scans in parts were not tried
}

/// A backend whose kernel has less result memory than it says, so that scans for some of the buffers fault.
class ShortOfResults final : public ring::Backend {
 public:
  ShortOfResults(std::unique_ptr<session::Backend> backend, std::size_t words)
      : backend_(std::move(backend)), results_(words, ring::kNoResultYet) {
    std::ranges::fill(backend_->result_memory(), ring::kNoResultYet);
  }
  void notify() noexcept override {
    backend_->notify();
    const auto written = backend_->result_memory();
    for (std::size_t i = 0; i < written.size(); ++i)
      if (const std::uint32_t word = std::exchange(written[i], ring::kNoResultYet);
          word != ring::kNoResultYet)
        results_[i] = word;
  }
  Result<void> health() override { return backend_->health(); }
  bool has_shut_down() noexcept override { return backend_->has_shut_down(); }
  std::string name() const override { return backend_->name(); }
  std::string device_name() const override { return backend_->device_name(); }
  ring::RingMemory ring_memory() noexcept override { return backend_->ring_memory(); }
  std::string residency_text() override { return backend_->residency_text(); }
  Result<void> read_control(std::uint32_t first, std::span<std::uint32_t> out) override {
    return backend_->read_control(first, out);
  }
  Result<void> write_control(std::uint32_t word, std::uint32_t value) override {
    return backend_->write_control(word, value);
  }
  std::uint32_t control_words() const noexcept override { return backend_->control_words(); }
  Result<void> read_ring(std::span<std::uint32_t> out) override { return backend_->read_ring(out); }
  Result<void> read_debug_log(std::span<std::uint32_t> out) override { return backend_->read_debug_log(out); }
  std::uint32_t debug_log_words() const noexcept override { return backend_->debug_log_words(); }
  ring::PayloadMemory payload_memory() noexcept override { return backend_->payload_memory(); }
  Result<void> read_arena(std::uint32_t first, std::span<std::uint32_t> out) override {
    return backend_->read_arena(first, out);
  }
  std::span<std::uint32_t> result_memory() noexcept override { return results_; }
  Result<std::unique_ptr<ring::PayloadCopier>> open_copier(std::uint64_t bytes) override {
    return backend_->open_copier(bytes);
  }
  Result<void> stop() override { return backend_->stop(); }

 private:
  std::unique_ptr<session::Backend> backend_;
  std::vector<std::uint32_t> results_;
};

struct OneRule {
  OneRule() {
    auto table = scan::build_literals(std::vector<std::string>{"needle"});
    EXPECT_TRUE(table);
    words = *scan::encode_for_kernel({&*table, 1});
    workload = test::workload_of(64);
    workload.scan_rules.push_back({.name = {}, .table = std::move(*table), .reverse = {}, .position = {}});
  }
  session::BackendConfig config(const workload::StreamStep& step) const {
    auto config = test::config_for_stream(workload, step);
    config.scan_tables = words;
    return config;
  }
  std::vector<std::uint32_t> words;
  workload::Workload workload;
};

TEST(StreamScan, GoesOnBehindScansThatFault) {
  const test::TemporaryFolder folder;
  const OneRule rule;
  auto step = test::stream_step(4096, 4, protocol::kOpScan);
  step.files = {folder.write("a", std::string(50'000, 'x')), folder.write("b", "needle")};
  auto config = rule.config(step);
  const std::size_t told = config.result_words;
  config.result_words = static_cast<std::uint32_t>(session::layout_of(rule.workload, step).area(6, 0));
  auto backend = session::make_reference_backend(config);
  ASSERT_TRUE(backend);
  ShortOfResults short_of_results(std::move(*backend), told);
  test::StreamRun run(rule.workload, short_of_results);
  run.timeout = std::chrono::seconds(5);  // a chunk may wait for the row of one that faulted
  const auto played = run.play(step);
  ASSERT_TRUE(played) << to_text(played.error());
  const auto counts = run.publisher().counts();
  EXPECT_GT(counts.faulted, 0U);
  EXPECT_GT(counts.done, 0U);
  EXPECT_EQ(run.report.bytes, 50'006U);
  EXPECT_EQ(run.heard.files.size(), 2U);
}

TEST(StreamScan, FindsAcrossTheChunksOfAPipeAndInTheNextFile) {
  const test::TemporaryFolder folder;
  const OneRule rule;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto step = test::stream_step(4096, 4, protocol::kOpScan);
  step.in_order = false;  // of no account to scans
  step.files = {"/dev/fd/" + std::to_string(ends[0]), folder.write("b", "needleneedle")};
  auto backend = session::make_reference_backend(rule.config(step));
  ASSERT_TRUE(backend);
  test::StreamRun run(rule.workload, **backend);
  std::thread writer([end = ends[1]] {
    const std::string text = std::string(4093, 'x') + "needle" + std::string(5000, 'x') + "need";
    EXPECT_EQ(::write(end, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(end);
  });
  const auto played = run.play(step);
  writer.join();
  ::close(ends[0]);
  ASSERT_TRUE(played) << to_text(played.error());
  const std::vector<test::HeardMatch> expected{{step.files[0], 4093, 4099, 0, 0, "needle"},
                                               {step.files[1], 0, 6, 0, 0, "needle"},
                                               {step.files[1], 6, 12, 0, 0, "needle"}};
  EXPECT_EQ(run.heard.matches, expected);
}

TEST(StreamScan, NotesMatchesThatAreLongerThanWhatIsKept) {
  const test::TemporaryFolder folder;
  auto regex = scan::build_regex("a[^b]+b");
  ASSERT_TRUE(regex);
  auto workload = test::workload_of(64);
  workload.scan_rules.push_back(
      {.name = {}, .table = std::move(regex->scan), .reverse = std::move(regex->reverse), .position = {}});
  auto step = test::stream_step(64U << 10, 4, protocol::kOpScan);
  auto config = test::config_for_stream(workload, step);
  const auto words = scan::encode_for_kernel({&workload.scan_rules[0].table, 1});
  ASSERT_TRUE(words) << to_text(words.error());
  config.scan_tables = *words;
  auto backend = session::make_reference_backend(config);
  ASSERT_TRUE(backend);
  for (const std::size_t size : {std::size_t{1000}, 3 * scan::RegexSelection::kMaxHeldBytes}) {
    step.files = {folder.write(std::to_string(size), "axb a" + std::string(size, 'x') + "b")};
    test::StreamRun run(workload, **backend);
    ASSERT_TRUE(run.play(step));
    ASSERT_EQ(run.heard.matches.size(), size == 1000 ? 2U : 1U);
    const std::vector<std::string> note{
        "1 match of an expression may be told in part or not at all: no more than 1048576 bytes of one are "
        "kept"};
    EXPECT_EQ(run.report.notes, size == 1000 ? std::vector<std::string>{} : note);
  }
}

TEST(StreamScan, RefusesMoreRulesThanTheRingHasSlots) {
  OneRule rule;
  rule.workload.slot_count = 4;
  for (int i = 0; i < 4; ++i) rule.workload.scan_rules.push_back(rule.workload.scan_rules.front());
  const auto step = test::stream_step(4096, 4, protocol::kOpScan);
  auto backend = session::make_reference_backend(rule.config(step));
  ASSERT_TRUE(backend);
  test::StreamRun run(rule.workload, **backend);
  support::expect_error(run.play(step), ErrorCode::kOutOfRange, "5 rules want 5 slots at a time, there are 4",
                        "", "make the ring larger");
}

// The run goes through all of it, and then says what it could not read.
TEST(StreamScan, ARunTellsOfFilesThatItCouldNotReadWhenAllElseIsDone) {
  const test::TemporaryFolder folder;
  const std::string text =
      "vyre: 1\nring: {slots: 16}\nscan: [{literals: [needle]}]\nsteps:\n"
      "  - repeat: {count: 2, steps: [stream: {files: [" +
      (folder / "gone").string() + ", " + folder.write("a", "a needle") + "], chunk: 4096}]}\n";
  test::Heard heard;
  session::RunOptions options;
  options.streams = &heard;
  const auto loaded = workload::load_text(text, "w.yaml");
  ASSERT_TRUE(loaded) << to_text(loaded.error().errors.front());
  heard.after_file = [&](const std::string&) { heard.files.clear(); };
  const auto report = test::run_text(text, options);
  EXPECT_EQ(report.verdict, session::Verdict::kError);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kNotFound);
  EXPECT_EQ(report.error->where, (folder / "gone").string());
  ASSERT_EQ(report.streams.size(), 2U);
  for (const auto& stream : report.streams) {
    EXPECT_EQ(stream.matches, 1U);
    EXPECT_EQ(stream.files_failed, 1U);
  }
  EXPECT_EQ(report.published, 2U);
  EXPECT_EQ(heard.matches.size(), 2U);
}

}  // namespace
