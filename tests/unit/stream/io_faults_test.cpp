// Short transfers, EINTR, EAGAIN and completions out of order, by seed, on both roads: whole reads all the
// same.
#include <cstdlib>
#include <memory>

#include "engine_fixture.hpp"
#include "stream/plain_driver.hpp"
#include "stream/uring_driver.hpp"
#include "support/faulty_driver.hpp"

namespace vyre::test {
namespace {

using namespace stream;

Result<std::unique_ptr<IoDriver>> open_driver(IoRoad road, std::uint32_t depth) {
  return road == IoRoad::kUring ? open_uring_driver(depth) : open_plain_driver(depth, 2);
}

class IoFaultsTest : public testing::TestWithParam<IoRoad> {
 protected:
  TemporaryFolder folder_;
};

TEST_P(IoFaultsTest, ReadsAndWritesAreWhole) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    RandomSource random(seed);
    const std::string content = random_bytes(random, random.between(1, 400'000));
    const auto handle = open_file(folder_.write("f", content));
    const auto copy = open_file(folder_.path() / "copy", O_RDWR | O_CREAT | O_TRUNC);
    auto driver = open_driver(GetParam(), 16);
    if (!driver) GTEST_SKIP() << driver.error().what;
    IoEngine engine(std::make_unique<FaultyDriver>(
        std::move(*driver),
        Faults{.seed = seed, .interrupted = 20, .again = 20, .short_transfer = 60, .late = 50}));
    const std::size_t part = random.between(5'000, 100'000);
    std::vector<std::byte> memory(content.size() + part);
    std::vector<IoCompletion> done;
    std::size_t next = 0, total = 0;
    while (next < content.size() || engine.in_flight() > 0) {
      for (; next < content.size() && engine.in_flight() < engine.depth(); next += part)
        engine.submit(
            read_request({.descriptor = handle.get()}, next, std::span(memory).subspan(next, part), next));
      ASSERT_TRUE(engine.wait(done, kForever));
      for (const auto& one : done) {
        EXPECT_EQ(one.error_number, 0);
        EXPECT_EQ(one.bytes, std::min(part, content.size() - one.tag));
        total += one.bytes;
      }
    }
    EXPECT_EQ(total, content.size());
    EXPECT_EQ(text_of(std::span(memory).first(total)), content);

    IoRequest write = read_request({.descriptor = copy.get()}, 0, std::span(memory).first(total));
    write.kind = IoKind::kWrite;
    EXPECT_EQ(perform(engine, write).bytes, total);
    EXPECT_GT(engine.statistics().retries + engine.statistics().short_transfers, 0u);
    std::vector<std::byte> back(total + 1);
    EXPECT_EQ(::pread(copy.get(), back.data(), back.size(), 0), static_cast<ssize_t>(total));
    EXPECT_EQ(text_of(std::span(back).first(total)), content);
  }
}

TEST_P(IoFaultsTest, ShortDirectReadsGoOnFromAnAlignedByte) {
  constexpr std::uint32_t kPage = 4096;
  // Below the build, since temporary files may lie where there is no O_DIRECT.
  const TemporaryFolder folder(std::filesystem::current_path());
  RandomSource random(3);
  const std::string content = random_bytes(random, 37 * kPage + 1234);
  const auto handle = open_file(folder.write("f", content), O_RDONLY | O_DIRECT);
  if (handle.get() < 0) GTEST_SKIP() << "no O_DIRECT here: " << std::strerror(errno);
  std::unique_ptr<std::byte, decltype(&std::free)> owner(
      static_cast<std::byte*>(std::aligned_alloc(kPage, 64 * kPage)), &std::free);
  const std::span memory(owner.get(), 64 * kPage);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto driver = open_driver(GetParam(), 4);
    if (!driver) GTEST_SKIP() << driver.error().what;
    IoEngine engine(std::make_unique<FaultyDriver>(std::move(*driver),
                                                   Faults{.seed = seed, .short_transfer = 70, .late = 30}));
    std::memset(memory.data(), 0, memory.size());
    const IoFile file{.descriptor = handle.get(), .registered = -1, .alignment = kPage};
    const auto done = perform(engine, read_request(file, 0, memory));
    EXPECT_EQ(done.error_number, 0);
    ASSERT_EQ(done.bytes, content.size());
    EXPECT_EQ(text_of(memory.first(done.bytes)), content);
  }
}

TEST_P(IoFaultsTest, AnErrnoEndsOneRequestAndKeepsWhatCameBefore) {
  RandomSource random(5);
  const std::string content = random_bytes(random, 100'000);
  const auto handle = open_file(folder_.write("f", content));
  std::size_t failed = 0, told = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto driver = open_driver(GetParam(), 8);
    if (!driver) GTEST_SKIP() << driver.error().what;
    IoEngine engine(std::make_unique<FaultyDriver>(
        std::move(*driver), Faults{.seed = seed, .short_transfer = 50, .late = 30, .failure = 20},
        [&](const IoRequest&) { ++told; }));
    std::vector<std::byte> memory(100'000);
    for (std::size_t i = 0; i < 8; ++i)
      engine.submit(read_request({.descriptor = handle.get()}, i * 12'500,
                                 std::span(memory).subspan(i * 12'500, 12'500), i));
    const auto all = finish(engine);
    ASSERT_EQ(all.size(), 8u);
    for (const auto& done : all) {
      if (done.error_number != 0) {
        ++failed;
        EXPECT_EQ(done.error_number, EIO);
        EXPECT_LT(done.bytes, 12'500u);
      } else {
        EXPECT_EQ(done.bytes, 12'500u);
      }
      EXPECT_EQ(text_of(std::span(memory).subspan(done.tag * 12'500, done.bytes)),
                std::string_view(content).substr(done.tag * 12'500, done.bytes));
    }
  }
  EXPECT_EQ(failed, told);
  EXPECT_GT(failed, 10u);
}

TEST_P(IoFaultsTest, DirectReadsFindAllThatStandsBeforeABadPlace) {
  constexpr std::uint32_t kUnit = 512;
  constexpr std::size_t kUnits = 100;
  RandomSource random(7);
  const std::string content = random_bytes(random, kUnits * kUnit);
  const auto handle = open_file(folder_.write("f", content));
  const IoFile file{.descriptor = handle.get(), .registered = -1, .alignment = kUnit};
  for (const int error_number : {EIO, ENODATA, EILSEQ, EREMOTEIO})
    for (const std::size_t good : {0, 1, 2, 31, 63, 64, 98, 99}) {
      SCOPED_TRACE(good);
      auto driver = open_driver(GetParam(), 4);
      if (!driver) GTEST_SKIP() << driver.error().what;
      IoEngine engine(std::make_unique<FaultyDriver>(std::move(*driver), Faults{.seed = good,
                                                                                .interrupted = 20,
                                                                                .short_transfer = 30,
                                                                                .late = 30,
                                                                                .failure_errno = error_number,
                                                                                .bad_from = good * kUnit}));
      std::vector<std::byte> memory(content.size());
      const auto done = perform(engine, read_request(file, 0, memory));
      EXPECT_EQ(done.error_number, error_number);
      ASSERT_EQ(done.bytes, good * kUnit);
      EXPECT_EQ(text_of(std::span(memory).first(done.bytes)), content.substr(0, done.bytes));
      EXPECT_LT(engine.statistics().reads, 60u);
    }
}

TEST_P(IoFaultsTest, EndlessEagainIsAnError) {
  auto driver = open_driver(GetParam(), 1);
  if (!driver) GTEST_SKIP() << driver.error().what;
  const auto handle = open_file(folder_.write("f", "x"));
  IoEngine engine(std::make_unique<FaultyDriver>(std::move(*driver), Faults{.again = 100}));
  std::byte byte{};
  EXPECT_EQ(perform(engine, read_request({.descriptor = handle.get()}, 0, {&byte, 1})).error_number, EAGAIN);
}

INSTANTIATE_TEST_SUITE_P(Roads, IoFaultsTest, testing::Values(IoRoad::kUring, IoRoad::kPlain), road_name);

}  // namespace
}  // namespace vyre::test
