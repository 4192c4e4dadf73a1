// The pump on a kernel: a handler adds up every byte by its place in its file, so that a byte that is
// missing, counted twice, or found in another place shows.
#include <fstream>

#include "stream_fixture.hpp"
#include "support/device.hpp"
#include "support/random_source.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace vyre;
using test::StreamRun;
using test::TemporaryFolder;

constexpr std::uint32_t kSumOpcode = 0x4000'0001;
constexpr std::uint32_t kFiles = 32;  ///< that have observables of their own
constexpr const char* kSum = R"(
void sum_bytes() {
  const uint at = vyre_arg(2u);
  const uint bytes = vyre_arg(3u);
  const uint file = vyre_arg(4u) % 32u;
  const uint place = vyre_arg(5u) + 1u;
  const uint begin = vyre_progress();
  uint i = begin;
  uint sum = 0u;
  bool whole = true;
  while (i < bytes) {
    if (!vyre_step()) {
      whole = false;
      break;
    }
    const uint word = vyre_arena_load((at + i) / 4u);
    const uint left = bytes - i;
    sum += ((word & 0xFFu) + 1u) * (place + i);
    if (left > 1u) sum += ((word >> 8u & 0xFFu) + 1u) * (place + i + 1u);
    if (left > 2u) sum += ((word >> 16u & 0xFFu) + 1u) * (place + i + 2u);
    if (left > 3u) sum += ((word >> 24u) + 1u) * (place + i + 3u);
    i += 4u;
  }
  i = min(i, bytes);
  vyre_observable_atomic_add(2u * file, sum);
  vyre_observable_atomic_add(2u * file + 1u, i - begin);
  if (!whole) vyre_yield(i);
}
)";

using Sums = std::vector<std::uint32_t>;  ///< two a file: the sum, and the bytes

void add(Sums& sums, std::size_t file, const std::string& content) {
  for (std::size_t i = 0; i < content.size(); ++i)
    sums[2 * (file % kFiles)] +=
        (static_cast<std::uint8_t>(content[i]) + 1U) * static_cast<std::uint32_t>(i + 1);
  sums[2 * (file % kFiles) + 1] += static_cast<std::uint32_t>(content.size());
}

/// Files around the sizes that matter for a chunk size, and some that share a chunk.
struct FileSet {
  FileSet(const TemporaryFolder& folder, std::uint64_t chunk, std::uint64_t seed) : wanted(2 * kFiles) {
    test::RandomSource random(seed);
    std::vector<std::uint64_t> sizes{0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk + 5};
    for (int i = 0; i < 40; ++i) sizes.push_back(random.next() % (chunk / 8));
    for (int i = 0; i < 3; ++i) sizes.push_back(random.next() % (2 * chunk));
    for (std::size_t i = sizes.size(); i > 1; --i) std::swap(sizes[i - 1], sizes[random.next() % i]);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::string content = test::random_bytes(random, sizes[i]);
      files.push_back(folder.write(std::to_string(chunk) + "/" + std::to_string(i), content));
      add(wanted, i, content);
      bytes += content.size();
    }
  }
  std::vector<std::string> files;
  Sums wanted;
  std::uint64_t bytes = 0;
};

class StreamKernel : public testing::Test {
 protected:
  StreamKernel() : workload_(test::workload_of(64)) {}

  static gpu::MegakernelOptions options() {
    gpu::MegakernelOptions options;
    options.handlers = {{.opcode = kSumOpcode, .name = "sum_bytes", .file = "sum.glsl", .glsl = kSum}};
    return options;
  }
  static session::BackendConfig config() {
    session::BackendConfig config;
    config.slot_count = 64;
    config.arena_words = 8U << 20;
    return config;
  }
  static workload::StreamStep step(std::uint64_t chunk, std::uint32_t depth) {
    return test::stream_step(chunk, depth, kSumOpcode);
  }
  static Sums take_sums(ring::Backend& backend) {
    Sums sums(2 * kFiles);
    EXPECT_TRUE(backend.read_control(protocol::kObservableWord, sums));
    for (std::uint32_t i = 0; i < sums.size(); ++i)
      EXPECT_TRUE(backend.write_control(protocol::kObservableWord + i, 0));
    return sums;
  }
  void expect_sums(StreamRun& run, ring::Backend& backend, const workload::StreamStep& step,
                   const FileSet& set) {
    run.heard = {};
    const auto played = run.play(step);
    ASSERT_TRUE(played) << to_text(played.error());
    EXPECT_EQ(take_sums(backend), set.wanted);
    EXPECT_EQ(run.report.bytes, set.bytes);
    EXPECT_EQ(run.heard.files.size(), set.files.size());
    EXPECT_TRUE(!step.in_order || run.heard.order == set.files);
    EXPECT_EQ(run.publisher().counts().faulted, 0U);
  }

  workload::Workload workload_;
};

TEST_F(StreamKernel, CountsEveryByteOnceOnEveryRoadAtAnyDepth) {
  VYRE_OPEN_OR_SKIP(backend, config(), options());
  const TemporaryFolder folder;
  StreamRun run(workload_, backend);
  std::uint64_t seed = 1;
  for (const std::uint64_t chunk : {4096U, 20'480U, 65'536U}) {
    const FileSet set(folder, chunk, seed++);
    for (const std::uint32_t depth : {1U, 3U, 32U})
      for (const bool in_order : {true, false})
        for (const auto road : {ring::PayloadRoad::kAuto, ring::PayloadRoad::kStaged}) {
          auto step = this->step(chunk, depth);
          step.in_order = in_order;
          step.road = road;
          step.files = set.files;
          SCOPED_TRACE(testing::Message() << "chunk " << chunk << " depth " << depth << " in order "
                                          << in_order << " road " << static_cast<int>(road));
          ASSERT_NO_FATAL_FAILURE(expect_sums(run, backend, step, set));
        }
  }
  std::uint64_t lookahead = 0;
  for (const auto& window : run.publisher().windows()) {
    EXPECT_GE(window.required, 1U);
    EXPECT_TRUE(window.usable());
    EXPECT_EQ(window.lookahead, window.lookahead_done);
    lookahead += window.lookahead;
  }
  EXPECT_GT(lookahead, 0U);  // what was read ahead
  EXPECT_TRUE(backend.stop());
}

TEST_F(StreamKernel, CountsChunksOfAMegabyteWithAndWithoutTheCache) {
  VYRE_OPEN_OR_SKIP(backend, config(), options());
  const TemporaryFolder folder;
  StreamRun run(workload_, backend);
  const FileSet set(folder, 1U << 20, 77);
  for (const bool direct : {false, true}) {
    auto step = this->step(1U << 20, 2);
    step.direct = direct;
    step.files = set.files;
    SCOPED_TRACE(testing::Message() << "direct " << direct);
    ASSERT_NO_FATAL_FAILURE(expect_sums(run, backend, step, set));
  }
  EXPECT_TRUE(backend.stop());
}

TEST_F(StreamKernel, LeavesNothingRunningAfterAnInterrupt) {
  VYRE_OPEN_OR_SKIP(backend, config(), options());
  const TemporaryFolder folder;
  std::atomic<bool> interrupted = false;
  StreamRun run(workload_, backend, &interrupted);
  const FileSet set(folder, 65'536, 5);
  auto step = this->step(65'536, 8);
  step.files = set.files;
  step.road = ring::PayloadRoad::kStaged;
  run.heard.after_file = [&](const std::string&) { interrupted = true; };
  const auto played = run.play(step);
  ASSERT_FALSE(played);
  EXPECT_EQ(played.error().code, ErrorCode::kInterrupted);
  EXPECT_TRUE(backend.stop());
}

}  // namespace
