// Both roads: whole reads and writes of files, pipes and FIFOs, and what ends them early.
#include "vyre/stream/io_engine.hpp"

#include <sys/stat.h>

#include <numeric>
#include <thread>

#include "engine_fixture.hpp"
#include "support/expect_error.hpp"

namespace vyre::test {
namespace {

using namespace std::chrono_literals;
using namespace stream;

class IoEngineTest : public testing::TestWithParam<IoRoad> {
 protected:
  [[nodiscard]] static IoOptions options(std::uint32_t depth = 8) {
    return {.depth = depth, .road = GetParam()};
  }
  TemporaryFolder folder_;
  RandomSource random_{7};
  std::vector<std::byte> memory_{1 << 20};
};

TEST_P(IoEngineTest, NamesItself) {
  VYRE_OPEN_ENGINE(engine, options(5));
  EXPECT_EQ(engine.name(), GetParam() == IoRoad::kUring ? "io_uring" : "pread");
  EXPECT_EQ(engine.depth(), 5u);
  EXPECT_TRUE(engine.notes().empty());
}

TEST_P(IoEngineTest, ReadsEveryPartOfAFile) {
  const std::string content = random_bytes(random_, 300'000);
  const auto handle = open_file(folder_.write("f", content));
  VYRE_OPEN_ENGINE(engine, options());
  IoFile file = engine.attach(handle.get());
  for (std::uint64_t tag = 0; tag < 6; ++tag)
    engine.submit(read_request(file, tag * 50'000, std::span(memory_).subspan(tag * 50'000, 50'000), tag));
  EXPECT_EQ(engine.in_flight(), 6u);
  std::uint64_t tags = 0;
  for (const auto& done : finish(engine)) {
    EXPECT_EQ(done.error_number, 0);
    EXPECT_EQ(done.bytes, 50'000u);
    tags |= 1U << done.tag;
  }
  EXPECT_EQ(tags, 0b111111u);
  EXPECT_EQ(text_of(std::span(memory_).first(300'000)), content);
  EXPECT_EQ(engine.statistics().bytes_read, 300'000u);
  EXPECT_EQ(engine.statistics().reads, 6u);
  engine.detach(file);
}

TEST_P(IoEngineTest, EndsAtTheEndOfTheFile) {
  const auto handle = open_file(folder_.write("f", "0123456789"));
  VYRE_OPEN_ENGINE(engine, options());
  const IoFile file{.descriptor = handle.get()};
  auto done = perform(engine, read_request(file, 4, memory_, 9));
  EXPECT_EQ(done.tag, 9u);
  EXPECT_EQ(done.bytes, 6u);
  EXPECT_EQ(done.error_number, 0);
  EXPECT_EQ(text_of(std::span(memory_).first(6)), "456789");
  EXPECT_EQ(engine.statistics().reads, 2u) << "the end is looked for";

  IoRequest known = read_request(file, 4, memory_);
  known.enough = 6;
  EXPECT_EQ(perform(engine, known).bytes, 6u);
  EXPECT_EQ(engine.statistics().reads, 3u) << "the end is known";

  done = perform(engine, read_request(file, 11, memory_));
  EXPECT_EQ(done.bytes, 0u);
  EXPECT_EQ(done.error_number, 0);
  EXPECT_EQ(perform(engine, read_request(file, 0, {})).bytes, 0u);
}

TEST_P(IoEngineTest, Writes) {
  const std::string content = random_bytes(random_, 100'000);
  std::memcpy(memory_.data(), content.data(), content.size());
  const auto handle = open_file(folder_.path() / "out", O_RDWR | O_CREAT);
  VYRE_OPEN_ENGINE(engine, options());
  IoRequest request =
      read_request({.descriptor = handle.get()}, 5'000, std::span(memory_).first(content.size()), 3);
  request.kind = IoKind::kWrite;
  const auto done = perform(engine, request);
  EXPECT_EQ(done.bytes, content.size());
  EXPECT_EQ(done.error_number, 0);
  EXPECT_EQ(engine.statistics().bytes_written, content.size());
  std::vector<std::byte> back(content.size() + 5'000);
  EXPECT_EQ(perform(engine, read_request({.descriptor = handle.get()}, 0, back)).bytes, back.size());
  EXPECT_EQ(text_of(std::span(back).subspan(5'000)), content);
}

TEST_P(IoEngineTest, ReportsErrnos) {
  const auto write_only = open_file(folder_.path() / "w", O_WRONLY | O_CREAT);
  const auto directory = open_file(folder_.path(), O_RDONLY | O_DIRECTORY);
  VYRE_OPEN_ENGINE(engine, options());
  EXPECT_EQ(perform(engine, read_request({.descriptor = write_only.get()}, 0, memory_)).error_number, EBADF);
  EXPECT_EQ(perform(engine, read_request({.descriptor = directory.get()}, 0, memory_)).error_number, EISDIR);
  const auto full = open_file("/dev/full", O_WRONLY);
  IoRequest request = read_request({.descriptor = full.get()}, 0, memory_);
  request.kind = IoKind::kWrite;
  EXPECT_EQ(perform(engine, request).error_number, ENOSPC);
}

TEST_P(IoEngineTest, FillsMemoryFromAPipe) {
  Pipe pipe;
  VYRE_OPEN_ENGINE(engine, options());
  std::vector<IoCompletion> done;
  engine.submit(read_request({.descriptor = pipe.out.get()}, kSequential, std::span(memory_).first(10), 1));
  for (const auto* part : {"abc", "def", "ghi"}) {
    pipe.write(part);
    ASSERT_TRUE(engine.wait(done, 5ms));
    EXPECT_TRUE(done.empty());
  }
  pipe.write("jkl");
  ASSERT_TRUE(engine.wait(done, 20s));
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done.front().bytes, 10u);
  EXPECT_EQ(text_of(std::span(memory_).first(10)), "abcdefghij");

  pipe.in.close();
  const auto rest = perform(engine, read_request({.descriptor = pipe.out.get()}, kSequential, memory_));
  EXPECT_EQ(rest.bytes, 2u);
  EXPECT_EQ(text_of(std::span(memory_).first(2)), "kl");
}

TEST_P(IoEngineTest, TakesWhatAPipeHasWhenThatIsEnough) {
  Pipe pipe;
  VYRE_OPEN_ENGINE(engine, options());
  pipe.write("abc");
  IoRequest request = read_request({.descriptor = pipe.out.get()}, kSequential, memory_);
  request.enough = 1;
  EXPECT_EQ(perform(engine, request).bytes, 3u);
}

TEST_P(IoEngineTest, AwaitsBytesOfAPipeThatDoesNotBlock) {
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.out.get(), F_SETFL, O_NONBLOCK), 0);
  VYRE_OPEN_ENGINE(engine, options());
  std::vector<IoCompletion> done;
  engine.submit(read_request({.descriptor = pipe.out.get()}, kSequential, std::span(memory_).first(4)));
  ASSERT_TRUE(engine.wait(done, 20ms));
  EXPECT_TRUE(done.empty());
  EXPECT_LT(engine.statistics().retries, 5u) << "it asks again and again";
  std::thread writer([&] {
    pipe.write("ab");
    std::this_thread::sleep_for(10ms);
    pipe.write("cd");
  });
  const auto all = finish(engine);
  writer.join();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().error_number, 0);
  EXPECT_EQ(text_of(std::span(memory_).first(4)), "abcd");
}

TEST_P(IoEngineTest, AwaitsTheWriterOfAFifo) {
  const std::string path = folder_.path() / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto handle = open_file(path, O_RDONLY | O_NONBLOCK);
  VYRE_OPEN_ENGINE(engine, options());
  IoRequest request;
  request.kind = IoKind::kWaitReadable;
  request.file.descriptor = handle.get();
  request.tag = 77;
  engine.submit(request);
  std::vector<IoCompletion> done;
  ASSERT_TRUE(engine.wait(done, 10ms));
  EXPECT_TRUE(done.empty()) << "nobody has opened it for writing";
  const auto writer = open_file(path, O_WRONLY);
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  const auto all = finish(engine);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().tag, 77u);
  EXPECT_EQ(all.front().bytes, 0u);
  EXPECT_EQ(all.front().error_number, 0);
}

TEST_P(IoEngineTest, EndsWhatIsInFlightWhenDestroyed) {
  Pipe pipe;
  const std::string path = folder_.path() / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto fifo = open_file(path, O_RDONLY | O_NONBLOCK);
  const auto start = std::chrono::steady_clock::now();
  {
    VYRE_OPEN_ENGINE(engine, options(16));
    for (std::size_t i = 0; i < 12; ++i)  // more than the plain road has threads
      engine.submit(
          read_request({.descriptor = pipe.out.get()}, kSequential, std::span(memory_).subspan(i * 64, 64)));
    IoRequest wait;
    wait.kind = IoKind::kWaitReadable;
    wait.file.descriptor = fifo.get();
    engine.submit(wait);
    std::vector<IoCompletion> done;
    ASSERT_TRUE(engine.wait(done, 5ms));
    EXPECT_TRUE(done.empty());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  // The pipe is whole: nobody takes from it any more.
  pipe.write("left alone");
  char left[32];
  EXPECT_EQ(::read(pipe.out.get(), left, sizeof left), 10);
}

TEST_P(IoEngineTest, SubmittedButNeverWaitedForIsEndedToo) {
  const auto handle = open_file(folder_.write("f", random_bytes(random_, 100'000)));
  VYRE_OPEN_ENGINE(engine, options());
  for (std::size_t i = 0; i < 8; ++i)
    engine.submit(
        read_request({.descriptor = handle.get()}, 0, std::span(memory_).subspan(i * 100'000, 100'000)));
}

TEST_P(IoEngineTest, MadeInOneThreadAndUsedInAnother) {
  const auto handle = open_file(folder_.write("f", "content"));
  VYRE_OPEN_ENGINE(opened, options());
  const std::span<std::byte> region = memory_;
  opened.register_memory({&region, 1});
  std::thread user([&, engine = std::move(opened)]() mutable {
    IoFile file = engine.attach(handle.get());
    EXPECT_EQ(perform(engine, read_request(file, 0, memory_)).bytes, 7u);
    engine.detach(file);
    const IoEngine destroyed_here = std::move(engine);
  });
  user.join();
  EXPECT_EQ(text_of(std::span(memory_).first(7)), "content");
}

TEST_P(IoEngineTest, ManyFilesComeAndGo) {
  VYRE_OPEN_ENGINE(engine, options(64));
  std::vector<FileHandle> handles;
  std::vector<IoFile> files;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {  // more than can be registered
      handles.push_back(open_file(folder_.write("f" + std::to_string(i), std::to_string(round * 1000 + i))));
      files.push_back(engine.attach(handles.back().get()));
    }
    for (int i = 99; i >= 0; --i) {
      const auto index = static_cast<std::size_t>(i);
      const auto done = perform(engine, read_request(files[index], 0, memory_));
      EXPECT_EQ(text_of(std::span(memory_).first(done.bytes)), std::to_string(round * 1000 + i));
      engine.detach(files[index]);
    }
    files.clear();
    handles.clear();
  }
}

TEST_P(IoEngineTest, NothingInFlightIsNotWaitedFor) {
  VYRE_OPEN_ENGINE(engine, options());
  std::vector<IoCompletion> done(3);
  ASSERT_TRUE(engine.wait(done, kForever));
  EXPECT_TRUE(done.empty());
}

INSTANTIATE_TEST_SUITE_P(Roads, IoEngineTest, testing::Values(IoRoad::kUring, IoRoad::kPlain), road_name);

TEST(IoEngine, RefusesOptionsThatMakeNoSense) {
  support::expect_error(IoEngine::open({.depth = 0}), ErrorCode::kOutOfRange,
                        "depth is 0, 1 to 4096 are possible", "IoEngine::open",
                        "choose a depth from 1 to 64");
  support::expect_error(IoEngine::open({.depth = 4097}), ErrorCode::kOutOfRange,
                        "depth is 4097, 1 to 4096 are possible", "IoEngine::open",
                        "choose a depth from 1 to 64");
  support::expect_error(IoEngine::open({.jobs = 0}), ErrorCode::kOutOfRange, "jobs is 0", "IoEngine::open",
                        "ask for at least one read at once");
}

}  // namespace
}  // namespace vyre::test
