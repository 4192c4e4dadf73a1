#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"
#include "vyre/stream/baselines.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::stream {
namespace {

class ReadAlone : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto probe = probe_io(); !probe.uring) GTEST_SKIP() << probe.why_not;
  }
  test::TemporaryFolder folder_;
};

TEST_F(ReadAlone, ReadsEveryByteOfFilesOfAnySize) {
  for (const std::size_t size : {1U, 4095U, 4096U, 4097U, 100'000U}) {
    const auto path = folder_.write("file", std::string(size, 'x'));
    for (const std::uint32_t depth : {1U, 3U, 64U}) {
      const auto read = read_alone(path, {.block_bytes = 4096, .depth = depth});
      ASSERT_TRUE(read) << to_text(read.error());
      EXPECT_EQ(read->bytes, size);
      EXPECT_GT(read->elapsed.count(), 0);
    }
  }
}

TEST_F(ReadAlone, AnEmptyFileIsReadAtOnce) {
  const auto read = read_alone(folder_.write("empty", ""), {});
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->bytes, 0U);
}

TEST_F(ReadAlone, JobsReadTheSame) {
  const auto read = read_alone(folder_.write("file", std::string(300'000, 'x')),
                               {.block_bytes = 8192, .depth = 8, .jobs = 4});
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->bytes, 300'000U);
}

TEST_F(ReadAlone, NoSuchFileIsAnError) {
  const std::string path = folder_ / "none";
  support::expect_error(read_alone(path, {}), ErrorCode::kFile,
                        "cannot open the file: No such file or directory (ENOENT)", path,
                        "name a file that can be read so, and that nobody changes");
}

TEST_F(ReadAlone, APlanBeyondItsBoundsIsAnError) {
  support::expect_error(
      read_alone("file", {.block_bytes = 0, .depth = 8}), ErrorCode::kOutOfRange,
      "blocks of 0 bytes, 8 at once, 1 jobs: blocks have 1 byte to 1 GiB, 1 to 4096 are read "
      "at once, jobs are at least 1",
      "file", "ask for fewer or smaller blocks");
  EXPECT_FALSE(read_alone("file", {.depth = 0}));
  EXPECT_FALSE(read_alone("file", {.depth = kMaxIoDepth + 1}));
  EXPECT_FALSE(read_alone("file", {.jobs = 0}));
  EXPECT_FALSE(read_alone("file", {.block_bytes = (1ULL << 30) + 1}));
}

}  // namespace
}  // namespace vyre::stream
