// The pump on the interpreter, with slots that do nothing: what is read, told, refused and ended.
#include "session/stream_pump.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "stream_fixture.hpp"
#include "support/expect_error.hpp"
#include "support/random_source.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace vyre;
using test::StreamRun;
using test::TemporaryFolder;

constexpr std::uint64_t kChunk = 4096;

std::unique_ptr<session::Backend> open_backend(const workload::Workload& workload,
                                               const workload::StreamStep& step) {
  auto backend = session::make_reference_backend(test::config_for_stream(workload, step));
  EXPECT_TRUE(backend) << to_text(backend.error());
  return backend ? std::move(*backend) : nullptr;
}

/// Files of the sizes at which chunks begin and end, and what is to be heard of them.
workload::StreamStep step_of_files(const TemporaryFolder& folder, std::map<std::string, std::uint64_t>& sizes,
                                   std::vector<std::string>& order) {
  auto step = test::stream_step(kChunk, 4);
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, kChunk - 1, kChunk, kChunk + 1,
                                   5 * kChunk, 5 * kChunk + 17, kChunk / 2, std::uint64_t{3}}) {
    order.push_back(folder.write(std::to_string(order.size()), std::string(size, 'x')));
    sizes[order.back()] = size;
  }
  step.files = order;
  return step;
}

TEST(StreamPump, EndsEveryFileOnceAndInOrder) {
  const TemporaryFolder folder;
  std::map<std::string, std::uint64_t> sizes;
  std::vector<std::string> order;
  auto step = step_of_files(folder, sizes, order);
  const auto workload = test::workload_of(16);
  for (const auto road : {ring::PayloadRoad::kAuto, ring::PayloadRoad::kStaged}) {
    step.road = road;
    const auto backend = open_backend(workload, step);
    StreamRun run(workload, *backend);
    ASSERT_TRUE(run.play(step));
    EXPECT_EQ(run.heard.files, sizes);
    EXPECT_EQ(run.heard.order, order);
    const auto& report = run.report;
    EXPECT_EQ(report.road, road == ring::PayloadRoad::kAuto ? "arena" : "staged");
    EXPECT_EQ(report.copier, road == ring::PayloadRoad::kAuto ? "" : "host");
    EXPECT_EQ(report.files, 9U);
    EXPECT_EQ(report.bytes, 3 * kChunk + 5 * kChunk * 2 + 17 + kChunk / 2 + 4);
    EXPECT_EQ(report.bytes, run.heard.last.bytes);
    EXPECT_EQ(run.heard.last.known_bytes, report.bytes);
    EXPECT_EQ(run.heard.last.files, 9U);
    EXPECT_GE(report.slots, 15U);
    EXPECT_EQ(run.publisher().counts().done, report.slots);
    EXPECT_EQ(run.publisher().counts().in_flight, 0U);
    EXPECT_GE(report.reads, 9U);
  }
}

TEST(StreamPump, EndsEveryFileOnceWithoutOrder) {
  const TemporaryFolder folder;
  std::map<std::string, std::uint64_t> sizes;
  std::vector<std::string> order;
  auto step = step_of_files(folder, sizes, order);
  step.in_order = false;
  const auto workload = test::workload_of(2);  // one slot of a piece at a time, and one more
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.heard.files, sizes);
}

TEST(StreamPump, GivesSlotsThePlaceOfTheirPiece) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 1);
  step.files = {folder.write("a", std::string(kChunk + 5, 'x'))};
  step.args = {workload::Expression(7), workload::Expression(9)};
  const auto workload = test::workload_of(8);
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  const auto layout = session::layout_of(workload, step);
  std::vector<std::uint32_t> ring(8 * protocol::kSlotWords);
  ASSERT_TRUE(backend->read_ring(ring));
  const auto args = [&](std::size_t slot) {
    const auto begin = ring.begin() + static_cast<std::ptrdiff_t>(slot * protocol::kSlotWords + 4);
    return std::vector<std::uint32_t>(begin + 2, begin + 10);
  };
  const auto at = [&](std::uint32_t buffer) { return static_cast<std::uint32_t>(layout.buffer(buffer)); };
  EXPECT_EQ(args(0), (std::vector<std::uint32_t>{at(0), kChunk, 0, 0, 0, 0, 7, 9}));
  const auto second = args(1);
  EXPECT_EQ(std::vector(second.begin() + 1, second.end()),
            (std::vector<std::uint32_t>{5, 0, kChunk, 0, 1, 7, 9}));
  EXPECT_EQ(ring[4], session::kFirstStreamWindow);
  EXPECT_GT(run.window, session::kFirstStreamWindow);
}

TEST(StreamPump, ReadsAPipeAsItComes) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto step = test::stream_step(kChunk, 2);
  step.files = {"/dev/fd/" + std::to_string(ends[0])};
  const auto workload = test::workload_of(8);
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  run.timeout = std::chrono::milliseconds(1);  // of the kernel, not of the pipe
  std::thread writer([end = ends[1]] {
    const std::string part(3000, 'x');
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(::write(end, part.data(), part.size()), static_cast<ssize_t>(part.size()));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ::close(end);
  });
  const auto played = run.play(step);
  writer.join();
  ::close(ends[0]);
  ASSERT_TRUE(played) << to_text(played.error());
  EXPECT_EQ(run.report.bytes, 15'000U);
  EXPECT_FALSE(run.heard.last.known_bytes);
  EXPECT_GT(run.report.waited_for_disk, std::chrono::milliseconds(10));
}

TEST(StreamPump, GoesOnBehindFilesThatCannotBeRead) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 4);
  step.files = {folder.write("a", "one"), (folder / "gone").string(), folder.write("b", "four")};
  const workload::Workload workload;
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.report.files, 2U);
  EXPECT_EQ(run.report.files_failed, 1U);
  EXPECT_EQ(run.report.bytes, 7U);
  ASSERT_EQ(run.heard.errors.size(), 1U);
  ASSERT_EQ(run.report.errors.size(), 1U);
  EXPECT_EQ(run.report.errors[0].where, (folder / "gone").string());
  EXPECT_EQ(run.heard.files.size(), 2U);
}

TEST(StreamPump, KeepsTheFirstErrorsAndCountsTheOthers) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 4);
  for (int i = 0; i < 200; ++i) step.files.push_back((folder / std::to_string(i)).string());
  const workload::Workload workload;
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.report.errors.size(), 64U);
  EXPECT_EQ(run.heard.errors.size(), 200U);
  EXPECT_EQ(run.report.files_failed, 200U);
}

TEST(StreamPump, TellsOfAFileThatIsCutWhileItIsRead) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 1);
  const std::string whole(100 * kChunk, 'x');
  step.files = {folder.write("a", "small"), folder.write("b", whole)};
  const auto workload = test::workload_of(8);
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  run.heard.after_file = [&](const std::string& path) {
    if (path == step.files[0]) std::filesystem::resize_file(step.files[1], 50 * kChunk + 7);
  };
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.heard.failed, std::vector{step.files[1]});
  EXPECT_EQ(run.heard.files[step.files[1]], 50 * kChunk + 7);
  EXPECT_EQ(run.report.files_failed, 1U);
  ASSERT_EQ(run.report.errors.size(), 1U);
  EXPECT_EQ(run.report.errors[0].what, "ends at byte 204807, it had 409600 bytes when opened");
}

TEST(StreamPump, IsInterruptedBetweenChunks) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  for (int i = 0; i < 100; ++i)
    step.files.push_back(folder.write(std::to_string(i), std::string(3 * kChunk, 'x')));
  const auto workload = test::workload_of(8);
  const auto backend = open_backend(workload, step);
  std::atomic<bool> interrupted = false;
  StreamRun run(workload, *backend, &interrupted);
  run.heard.after_file = [&](const std::string&) { interrupted = run.heard.files.size() == 10; };
  const auto played = run.play(step);
  ASSERT_FALSE(played);
  EXPECT_EQ(played.error().code, ErrorCode::kInterrupted);
  EXPECT_LT(run.heard.files.size(), 20U);
  EXPECT_GE(run.report.bytes, 10 * 3 * kChunk);  // the report is there all the same
  EXPECT_EQ(run.report.engine.empty(), false);
}

TEST(StreamPump, IsInterruptedWhileAPipeIsSilent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto step = test::stream_step(kChunk, 2);
  step.files = {"/dev/fd/" + std::to_string(ends[0])};
  const auto workload = test::workload_of(8);
  const auto backend = open_backend(workload, step);
  std::atomic<bool> interrupted = false;
  StreamRun run(workload, *backend, &interrupted);
  std::thread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    interrupted = true;
  });
  const auto played = run.play(step);
  user.join();
  ::close(ends[0]);
  ::close(ends[1]);
  ASSERT_FALSE(played);
  EXPECT_EQ(played.error().code, ErrorCode::kInterrupted);
}

TEST(StreamPump, TimesOutWhenTheKernelDoesNothing) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  step.files = {folder.write("a", std::string(20 * kChunk, 'x'))};
  const auto workload = test::workload_of(64);
  const auto backend = open_backend(workload, step);
  ASSERT_TRUE(backend->write_control(protocol::kTenantMaskWord, 0));
  StreamRun run(workload, *backend);
  run.timeout = std::chrono::milliseconds(30);
  support::expect_error(run.play(step), ErrorCode::kTimeout,
                        "timed out: 6 slots and 0 copies of a stream are not finished", "",
                        "allow more time, or see what the slots wait for");
}

TEST(StreamPump, EndsWhenTheKernelWasShutDown) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  step.files = {folder.write("a", std::string(kChunk, 'x'))};
  const auto workload = test::workload_of(64);
  const auto backend = open_backend(workload, step);
  ASSERT_TRUE(backend->write_control(protocol::kShutdownWord, 1));
  StreamRun run(workload, *backend);
  support::expect_error(run.play(step), ErrorCode::kShutDown,
                        "the kernel was shut down: 1 slots of a stream are not finished", "",
                        "publish SHUTDOWN last, after a wait for everything before it");
}

TEST(StreamPump, RefusesABackendThatWasMadeForLess) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  step.files = {folder.write("a", "x")};
  const workload::Workload workload;
  const auto backend = open_backend(workload, test::stream_step(kChunk, 1));
  StreamRun run(workload, *backend);
  support::expect_error(run.play(step), ErrorCode::kOutOfRange,
                        "the stream needs 7168 words of arena and 0 of results, there are 6144 and 0", "",
                        "make the backend for config_for(workload)");
}

TEST(StreamPump, RefusesARoadThatTheArenaDoesNotHave) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  step.files = {folder.write("a", "x")};
  step.road = ring::PayloadRoad::kMapped;
  const workload::Workload workload;
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  const auto played = run.play(step);
  ASSERT_FALSE(played);
  EXPECT_EQ(played.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(run.heard.files.empty());
}

TEST(StreamPump, PassesOverSlotsThatOthersHold) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  step.files = {folder.write("a", std::string(50 * kChunk, 'x'))};
  auto workload = test::workload_of(8);
  workload.tenants.resize(2);
  workload.tenants[1].id = 1;
  const auto backend = open_backend(workload, step);
  ASSERT_TRUE(backend->write_control(protocol::kTenantMaskWord + 1, 0));
  StreamRun run(workload, *backend);
  for (int i = 0; i < 6; ++i)
    ASSERT_TRUE(run.publisher().publish(descriptor::Single{.tenant = i % 2 == 0 ? 1U : 0U}));
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.report.bytes, 50 * kChunk);
  EXPECT_EQ(run.publisher().counts().in_flight, 3U);
}

TEST(StreamPump, UsesThePartitionOfItsPriority) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 2);
  for (int i = 0; i < 50; ++i) step.files.push_back(folder.write(std::to_string(i), "tiny"));
  auto workload = test::workload_of(16);
  workload.scheduler = ring::Scheduler::kPriority;
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.report.files, 50U);
  EXPECT_EQ(run.report.slots, 50U);
}

TEST(StreamPump, ReadsManyTinyFilesInFewChunks) {
  const TemporaryFolder folder;
  for (int i = 0; i < 1000; ++i) folder.write("d/" + std::to_string(i), std::string(i % 40, 'x'));
  auto step = test::stream_step(16 * kChunk, 4);
  step.files = {folder / "d"};
  const auto workload = test::workload_of(1024);
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  EXPECT_EQ(run.heard.files.size(), 1000U);
  EXPECT_EQ(run.report.slots, 975U);  // the empty ones have none
  EXPECT_LE(run.report.chunks, 5U);
}

TEST(StreamPump, NumbersTheWindowsOfOneStepAfterTheOther) {
  const TemporaryFolder folder;
  auto step = test::stream_step(kChunk, 4);
  step.files = {folder.write("a", std::string(30 * kChunk, 'x'))};
  const auto workload = test::workload_of(64);
  const auto backend = open_backend(workload, step);
  StreamRun run(workload, *backend);
  ASSERT_TRUE(run.play(step));
  const auto after_first = run.window;
  run.heard = {};
  ASSERT_TRUE(run.play(step));
  std::uint64_t slots = 0;
  std::uint32_t next = session::kFirstStreamWindow;
  bool has_start = false;
  for (const auto& window : run.publisher().windows()) {
    EXPECT_EQ(window.ticket, next++);
    EXPECT_EQ(window.required, 1U);  // the first chunk's only piece
    EXPECT_LE(window.lookahead, 4U);
    EXPECT_TRUE(window.usable());
    EXPECT_EQ(window.lookahead, window.lookahead_done);
    slots += window.required + window.lookahead;
    has_start = has_start || window.ticket == after_first;
  }
  EXPECT_EQ(slots, 60U);
  EXPECT_TRUE(has_start);
  EXPECT_EQ(run.window, next);
}

}  // namespace
