// What files do under the reader's hands, and how reader and caller wait for each other.
#include "vyre/stream/chunk_reader.hpp"

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "reader_fixture.hpp"
#include "stream/plain_driver.hpp"
#include "support/expect_error.hpp"
#include "support/faulty_driver.hpp"

namespace vyre::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using namespace stream;

constexpr std::size_t kChunk = 4096;

class ChunkReaderTest : public testing::TestWithParam<IoRoad> {
 protected:
  [[nodiscard]] static IoEngine engine(std::uint32_t depth = 4) {
    auto opened = IoEngine::open({.depth = depth, .road = GetParam()});
    if (!opened) opened = IoEngine::open({.depth = depth});  // a machine without io_uring
    return std::move(*opened);
  }
  [[nodiscard]] std::string content(std::size_t size) { return random_bytes(random_, size); }
  TemporaryFolder folder_;
  RandomSource random_{11};
  Buffers buffers_{4, kChunk};
};

TEST_P(ChunkReaderTest, SmallFilesShareAChunk) {
  for (int i = 0; i < 20; ++i)
    folder_.write("d/" + std::to_string(100 + i), std::string(static_cast<std::size_t>(i), 'x'));
  VYRE_OPEN_READER(reader, FileSet({folder_.path()}), engine(), buffers_.spans());
  Receiver receiver(buffers_);
  receiver.run(reader);
  EXPECT_EQ(receiver.chunks(), 1u);
  EXPECT_EQ(receiver.files.size(), 20u);
  for (const auto& [number, file] : receiver.files) EXPECT_EQ(file.content(), std::string(number, 'x'));
  EXPECT_EQ(reader.statistics().bytes, 190u);
  EXPECT_EQ(reader.statistics().io.reads, 20u) << "the end of a file is known";
}

TEST_P(ChunkReaderTest, AFileOfNothingHasOneLastPiece) {
  VYRE_OPEN_READER(reader, FileSet({folder_.write("f", "")}), engine(), buffers_.spans(),
                   ReaderOptions{.pack = false});
  Receiver receiver(buffers_);
  receiver.run(reader);
  EXPECT_EQ(receiver.chunks(), 1u);
  EXPECT_EQ(receiver.files.at(0).content(), "");
}

TEST_P(ChunkReaderTest, NothingIsTheEnd) {
  VYRE_OPEN_READER(reader, FileSet({}), engine(), buffers_.spans());
  Chunk chunk;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reader.next(chunk).value(), ReadState::kEnd);
}

TEST_P(ChunkReaderTest, MemoryIsBoundedByTheBuffersAndTheCallerIsWaitedFor) {
  const std::string whole = content(10 * kChunk + 5);
  VYRE_OPEN_READER(reader, FileSet({folder_.write("f", whole)}), engine(16), buffers_.spans());
  Receiver receiver(buffers_);
  Chunk chunks[4];
  for (auto& chunk : chunks) {
    ASSERT_EQ(reader.next(chunk).value(), ReadState::kChunk);
    receiver.take(chunk);
  }
  Chunk none;
  EXPECT_EQ(reader.next(none).value(), ReadState::kBuffersHeld);
  EXPECT_EQ(reader.statistics().io.bytes_read, 4 * kChunk);
  reader.release(chunks[2].buffer);
  ASSERT_EQ(reader.next(chunks[2]).value(), ReadState::kChunk);
  receiver.take(chunks[2]);
  EXPECT_EQ(chunks[2].pieces.front().file_offset, 4 * kChunk);
  EXPECT_EQ(reader.next(none).value(), ReadState::kBuffersHeld);
  for (auto& chunk : chunks) reader.release(chunk.buffer);
  receiver.run(reader);
  EXPECT_TRUE(receiver.files.at(0).content() == whole);
}

TEST_P(ChunkReaderTest, AFileThatShrinksIsAnErrorAndKeepsWhatItHad) {
  const Buffers one(1, kChunk);
  const std::string whole = content(8 * kChunk);
  const auto path = folder_.write("f", whole), other = folder_.write("g", "other");
  VYRE_OPEN_READER(reader, FileSet({path, other}), engine(1), one.spans());
  Chunk chunk;
  ASSERT_EQ(reader.next(chunk).value(), ReadState::kChunk);
  Receiver receiver(one);
  receiver.take(chunk);
  fs::resize_file(path, 2 * kChunk + 100);
  reader.release(chunk.buffer);
  receiver.run(reader);
  EXPECT_TRUE(receiver.files.at(0).content() == whole.substr(0, 2 * kChunk + 100));
  EXPECT_TRUE(receiver.files.at(0).cut);
  EXPECT_EQ(receiver.files.at(1).content(), "other");
  ASSERT_EQ(receiver.errors.size(), 1u);
  EXPECT_EQ(to_text(receiver.errors[0]),
            path +
                ": error: ends at byte 8292, it had 32768 bytes when opened\nfix: read "
                "it when nothing writes to it");
  EXPECT_EQ(reader.statistics().files_failed, 1u);
}

TEST_P(ChunkReaderTest, AFileThatShrankBehindReadsInFlightHasOneError) {
  const std::string whole = content(64 * kChunk);
  const auto path = folder_.write("f", whole);
  VYRE_OPEN_READER(reader, FileSet({path}), engine(4), buffers_.spans());
  Chunk chunk;
  ASSERT_EQ(reader.next(chunk).value(), ReadState::kChunk);
  Receiver receiver(buffers_);
  receiver.take(chunk);
  fs::resize_file(path, 0);
  reader.release(chunk.buffer);
  receiver.run(reader);
  EXPECT_TRUE(whole.starts_with(receiver.files.at(0).content()));
  EXPECT_EQ(receiver.errors.size(), 1u);
}

TEST_P(ChunkReaderTest, AFileThatGrowsIsReadAsFarAsItsLastChunkGoes) {
  const Buffers one(1, kChunk);
  const auto path = folder_.write("f", std::string(kChunk + 10, 'a'));
  VYRE_OPEN_READER(reader, FileSet({path}), engine(1), one.spans());
  Chunk chunk;
  ASSERT_EQ(reader.next(chunk).value(), ReadState::kChunk);
  Receiver receiver(one);
  receiver.take(chunk);
  std::ofstream(path, std::ios::app) << std::string(2 * kChunk, 'b');
  reader.release(chunk.buffer);
  receiver.run(reader);
  EXPECT_EQ(receiver.files.at(0).content(), std::string(kChunk + 10, 'a') + std::string(kChunk - 10, 'b'));
  EXPECT_TRUE(receiver.errors.empty());
  EXPECT_EQ(reader.statistics().files_grown, 1u);
  ASSERT_EQ(reader.notes().size(), 1u);
  EXPECT_EQ(reader.notes()[0], path + ": grew from 4106 to 12298 bytes while it was read, 8192 were read");
}

TEST_P(ChunkReaderTest, HolesAreZeros) {
  const auto path = folder_.write("f", "start");
  fs::resize_file(path, 3 * kChunk);
  std::ofstream(path, std::ios::app) << "end";
  VYRE_OPEN_READER(reader, FileSet({path}), engine(), buffers_.spans());
  Receiver receiver(buffers_);
  receiver.run(reader);
  EXPECT_EQ(receiver.files.at(0).content(), "start" + std::string(3 * kChunk - 5, '\0') + "end");
}

TEST_P(ChunkReaderTest, UnreadableFilesAreErrorsAndTheOthersGoOn) {
  const auto a = folder_.write("a", "a"), c = folder_.write("c", "c"),
             missing = (folder_.path() / "b").string();
  VYRE_OPEN_READER(reader, FileSet({a, missing, c}), engine(), buffers_.spans());
  Receiver receiver(buffers_);
  receiver.run(reader);
  ASSERT_EQ(receiver.errors.size(), 1u);
  EXPECT_EQ(to_text(receiver.errors[0]),
            missing + ": error: cannot open: No such file or directory (ENOENT)\nfix: check the path");
  EXPECT_EQ(receiver.files.at(0).content(), "a");
  EXPECT_EQ(receiver.files.at(2).content(), "c");
}

TEST_P(ChunkReaderTest, AThousandErrorsComeInParts) {
  std::vector<std::string> paths;
  for (int i = 0; i < 1000; ++i) paths.push_back(folder_.path() / std::to_string(i));
  paths.push_back(folder_.write("there", "x"));
  VYRE_OPEN_READER(reader, FileSet(paths), engine(), buffers_.spans());
  Receiver receiver(buffers_);
  receiver.run(reader);
  EXPECT_EQ(receiver.errors.size(), 1000u);
  EXPECT_EQ(receiver.files.at(1000).content(), "x");
}

TEST_P(ChunkReaderTest, PipesAreReadToTheirEndBetweenFiles) {
  for (const bool in_order : {true, false}) {
    Pipe pipe;
    const std::string piped = content(300'000), a = content(5 * kChunk), b = content(7);
    std::thread writer([&] {
      for (std::size_t at = 0; at < piped.size(); at += 7001)
        pipe.write(std::string_view(piped).substr(at, 7001));
      pipe.in.close();
    });
    VYRE_OPEN_READER(
        reader,
        FileSet({folder_.write("a", a), "/dev/fd/" + std::to_string(pipe.out.get()), folder_.write("b", b)}),
        engine(), buffers_.spans(), ReaderOptions{.in_order = in_order});
    Receiver receiver(buffers_, in_order);
    receiver.run(reader, 2);
    writer.join();
    EXPECT_TRUE(receiver.files.at(0).content() == a);
    EXPECT_TRUE(receiver.files.at(1).content() == piped);
    EXPECT_TRUE(receiver.files.at(2).content() == b);
    EXPECT_EQ(receiver.files.at(1).parts.size(), 74u) << "chunks are filled";
  }
}

TEST_P(ChunkReaderTest, APipeNeedNotFillItsChunks) {
  Pipe pipe;
  VYRE_OPEN_READER(reader, FileSet({"/dev/fd/" + std::to_string(pipe.out.get())}), engine(), buffers_.spans(),
                   ReaderOptions{.fill_from_streams = false});
  Receiver receiver(buffers_);
  Chunk chunk;
  for (const auto* line : {"one\n", "two\n"}) {
    EXPECT_EQ(reader.next(chunk, 5ms).value(), ReadState::kNothingYet);
    pipe.write(line);
    ASSERT_EQ(reader.next(chunk, 20s).value(), ReadState::kChunk);
    receiver.take(chunk);
    reader.release(chunk.buffer);
  }
  pipe.in.close();
  receiver.run(reader);
  EXPECT_EQ(receiver.files.at(0).content(), "one\ntwo\n");
}

TEST_P(ChunkReaderTest, AFifoIsAwaited) {
  const std::string path = folder_.path() / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  VYRE_OPEN_READER(reader, FileSet({path}), engine(), buffers_.spans());
  Chunk chunk;
  EXPECT_EQ(reader.next(chunk, 20ms).value(), ReadState::kNothingYet);
  std::thread writer([&] { std::ofstream(path) << std::string(3 * kChunk, 'f'); });
  Receiver receiver(buffers_);
  receiver.run(reader);
  writer.join();
  EXPECT_EQ(receiver.files.at(0).content(), std::string(3 * kChunk, 'f'));
}

TEST_P(ChunkReaderTest, FilesOfMadeUpSizesAreReadToTheirEnd) {
  VYRE_OPEN_READER(reader, FileSet({"/proc/self/maps", "/proc/version", "/dev/null"}), engine(),
                   buffers_.spans());
  Receiver receiver(buffers_);
  receiver.run(reader);
  EXPECT_GT(receiver.files.at(0).content().size(), kChunk);
  EXPECT_TRUE(receiver.files.at(1).content().starts_with("Linux version"));
  EXPECT_EQ(receiver.files.at(2).content(), "");
  EXPECT_TRUE(receiver.errors.empty());
}

TEST_P(ChunkReaderTest, StandardInput) {
  const int kept = ::dup(STDIN_FILENO);
  const auto file = open_file(folder_.write("in", "0123456789"));
  ASSERT_EQ(::dup2(file.get(), STDIN_FILENO), STDIN_FILENO);
  for (const bool from_start : {true, false}) {
    ASSERT_EQ(::lseek(STDIN_FILENO, from_start ? 0 : 4, SEEK_SET), from_start ? 0 : 4);
    VYRE_OPEN_READER(reader, FileSet({"-"}), engine(), buffers_.spans());
    Receiver receiver(buffers_);
    receiver.run(reader);
    EXPECT_EQ(receiver.files.at(0).content(), from_start ? "0123456789" : "456789");
    EXPECT_EQ(receiver.files.at(0).path, "-");
  }
  ::dup2(kept, STDIN_FILENO);
  ::close(kept);
}

TEST_P(ChunkReaderTest, ManyStreamsAtOnceWithOneBuffer) {
  const Buffers one(1, kChunk);
  for (const bool in_order : {true, false}) {
    std::vector<Pipe> pipes(5);
    std::vector<std::string> paths{folder_.write("small", "small")};
    for (auto& pipe : pipes) {
      pipe.write(std::string(3 * kChunk, static_cast<char>('0' + paths.size())));
      pipe.in.close();
      paths.push_back("/dev/fd/" + std::to_string(pipe.out.get()));
      paths.push_back(folder_.write("small" + std::to_string(paths.size()), "small"));
    }
    VYRE_OPEN_READER(reader, FileSet(paths), engine(), one.spans(), ReaderOptions{.in_order = in_order});
    Receiver receiver(one, in_order);
    receiver.run(reader);
    for (std::size_t i = 0; i < paths.size(); ++i)
      EXPECT_EQ(receiver.files.at(i).content(),
                i % 2 == 0 ? "small" : std::string(3 * kChunk, static_cast<char>('0' + i)));
  }
}

TEST_P(ChunkReaderTest, MemoryThatDirectReadsCannotReachIsFilledThroughThePageCache) {
  const TemporaryFolder here(fs::current_path());
  const std::string a = content(6 * kChunk + 9), b = content(3 * kChunk);
  FileSet set({here.write("a", a), here.write("b", b)}, {.direct = true});
  auto driver = open_plain_driver(4, 2);
  ASSERT_TRUE(driver);
  // As memory of some devices does, wherever a descriptor has O_DIRECT.
  class Refusing final : public IoDriver {
   public:
    explicit Refusing(std::unique_ptr<IoDriver> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] std::string_view name() const noexcept override { return "refusing"; }
    [[nodiscard]] std::uint32_t depth() const noexcept override { return inner_->depth(); }
    void submit(const IoRequest& request) override {
      if ((::fcntl(request.file.descriptor, F_GETFL) & O_DIRECT) != 0)
        refused_.push_back({request.tag, 0, EFAULT});
      else
        inner_->submit(request);
    }
    Result<void> wait(std::vector<IoCompletion>& done, std::chrono::nanoseconds patience) override {
      done.swap(refused_);
      return done.empty() ? inner_->wait(done, patience) : Result<void>{};
    }
    void abandon(std::span<const std::uint64_t> tags) override { inner_->abandon(tags); }

   private:
    std::unique_ptr<IoDriver> inner_;
    std::vector<IoCompletion> refused_;
  };
  VYRE_OPEN_READER(reader, std::move(set), IoEngine(std::make_unique<Refusing>(std::move(*driver))),
                   buffers_.spans());
  Receiver receiver(buffers_);
  receiver.run(reader);
  EXPECT_TRUE(receiver.files.at(0).content() == a);
  EXPECT_TRUE(receiver.files.at(1).content() == b);
  EXPECT_EQ(reader.statistics().direct_files, 0u);
  EXPECT_TRUE(receiver.errors.empty());
  if (reader.notes().empty()) GTEST_SKIP() << "no O_DIRECT here";
  ASSERT_EQ(reader.notes().size(), 1u);
  EXPECT_EQ(reader.notes()[0],
            (here.path() / "a").string() +
                ": O_DIRECT is refused: Bad address (EFAULT); all is read through the page cache");
}

TEST_P(ChunkReaderTest, ChunksThatDirectReadsCannotFillAreFilledThroughThePageCache) {
  const TemporaryFolder here(fs::current_path());
  const Buffers odd(2, 4097);
  const std::string a = content(20'000);
  const auto path = here.write("a", a);
  VYRE_OPEN_READER(reader, FileSet({path}, {.direct = true}), engine(), odd.spans());
  Receiver receiver(odd);
  receiver.run(reader);
  EXPECT_TRUE(receiver.files.at(0).content() == a);
  if (reader.notes().empty()) GTEST_SKIP() << "no O_DIRECT here";
  EXPECT_NE(reader.notes()[0].find(path + ": O_DIRECT wants chunks at multiples of "), std::string::npos);
}

TEST_P(ChunkReaderTest, DestroyedInTheMiddle) {
  Pipe pipe;
  const auto big = folder_.write("big", content(100 * kChunk));
  for (const auto& path : {big, "/dev/fd/" + std::to_string(pipe.out.get())}) {
    VYRE_OPEN_READER(reader, FileSet({path}), engine(), buffers_.spans());
    Chunk chunk;
    EXPECT_TRUE(reader.next(chunk, 2ms));
  }
}

TEST_P(ChunkReaderTest, AFileLargerThanAllBuffers) {
  const std::string whole = content(200 * kChunk + 77);
  const auto path = folder_.write("f", whole);
  for (const bool in_order : {true, false}) {
    VYRE_OPEN_READER(reader, FileSet({path}), engine(3), buffers_.spans(),
                     ReaderOptions{.in_order = in_order});
    Receiver receiver(buffers_, in_order);
    receiver.run(reader, 3);
    EXPECT_TRUE(receiver.files.at(0).content() == whole);
    EXPECT_EQ(receiver.chunks(), 201u);
  }
}

INSTANTIATE_TEST_SUITE_P(Roads, ChunkReaderTest, testing::Values(IoRoad::kUring, IoRoad::kPlain), road_name);

TEST(ChunkReader, RefusesWhatMakesNoSense) {
  const auto open = [](std::span<const std::span<std::byte>> buffers, const ReaderOptions& options = {}) {
    return ChunkReader::open(FileSet({}), std::move(*IoEngine::open({.road = IoRoad::kPlain})), buffers,
                             options);
  };
  const std::string_view where = "ChunkReader::open";
  support::expect_error(open({}), ErrorCode::kBadInput, "there are no chunk buffers", where,
                        "give at least one");
  const Buffers buffers(1, kChunk);
  const std::span<std::byte> with_empty[] = {buffers[0], {}};
  support::expect_error(open(with_empty), ErrorCode::kBadInput, "chunk buffer 1 is empty", where,
                        "give buffers of one size");
  support::expect_error(open(buffers.spans(), {.piece_alignment = 24}), ErrorCode::kBadInput,
                        "pieces aligned to 24 bytes", where, "choose a power of two");
  support::expect_error(open(buffers.spans(), {.most_pieces = 0}), ErrorCode::kBadInput,
                        "chunks of no pieces", where, "allow at least one piece");
}

}  // namespace
}  // namespace vyre::test
