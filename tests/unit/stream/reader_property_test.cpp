// Random files, chunks, depths and faults by seed: every byte once and in its place, as plain reading finds
// it.
#include <fstream>
#include <iterator>
#include <set>

#include "reader_fixture.hpp"
#include "stream/plain_driver.hpp"
#include "stream/uring_driver.hpp"
#include "support/faulty_driver.hpp"

namespace vyre::test {
namespace {

namespace fs = std::filesystem;
using namespace stream;

/// Everything that one seed decides.
struct Case {
  IoRoad road = IoRoad::kAuto;
  bool direct = false;
  std::size_t chunk_bytes = 0, buffer_count = 0, hold = 0;
  std::uint32_t depth = 0, jobs = 1;
  ReaderOptions options;
  Faults faults;
};

Case draw(RandomSource& random) {
  Case drawn;
  drawn.road = random.percent(50) ? IoRoad::kUring : IoRoad::kPlain;
  drawn.direct = random.percent(50);
  drawn.chunk_bytes = std::size_t{4096}
                      << random.below(random.percent(10) ? 13 : 7);  // 4 KiB to 256 KiB, or to 16 MiB
  if (!drawn.direct && random.percent(30)) drawn.chunk_bytes -= random.below(3000);
  drawn.buffer_count = random.between(1, drawn.chunk_bytes > (1 << 20) ? 4 : 24);
  drawn.hold = random.below(static_cast<std::uint32_t>(drawn.buffer_count) + 1);
  drawn.depth = random.between(1, 64);
  drawn.options.in_order = random.percent(50);
  drawn.options.pack = random.percent(70);
  drawn.options.most_pieces = random.percent(20) ? random.between(1, 4) : 256;
  drawn.faults = {.seed = random.next(), .interrupted = 5, .again = 5, .short_transfer = 20, .late = 30};
  drawn.jobs = random.percent(50) ? 1 : 4;
  drawn.options.register_buffers = random.percent(70);
  return drawn;
}

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << (c.road == IoRoad::kUring ? "io_uring" : "pread") << (c.direct ? " direct" : "") << " chunk "
             << c.chunk_bytes << " buffers " << c.buffer_count << " hold " << c.hold << " depth " << c.depth
             << " jobs " << c.jobs << (c.options.register_buffers ? " registered" : "")
             << (c.options.in_order ? " in order" : "") << (c.options.pack ? " packed" : "");
}

/// Files of 0 bytes to some MiB, many of them small or next to a multiple of a block; their paths in order.
std::vector<std::string> make_files(const TemporaryFolder& folder, RandomSource& random,
                                    std::size_t chunk_bytes) {
  std::vector<std::string> paths;
  const std::uint32_t count = random.between(1, 40);
  std::size_t budget = 6 << 20;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::size_t size = random.below(5000);
    if (random.percent(20)) size = 0;
    if (random.percent(20)) size = chunk_bytes * random.below(4) + random.below(3) - random.below(2);
    if (random.percent(10)) size = random.below(3 << 20);
    if (size > budget) size = budget % 4097;
    budget -= size;
    paths.push_back(folder.write("f" + std::to_string(1000 + i), random_bytes(random, size)));
  }
  return paths;
}

std::string plain_content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<std::unique_ptr<IoDriver>> open_driver(const Case& c) {
  auto driver = c.road == IoRoad::kUring ? open_uring_driver(c.depth, c.jobs)
                                         : open_plain_driver(c.depth, std::min(c.depth, 4U));
  if (!driver && c.road == IoRoad::kUring)
    driver = open_plain_driver(c.depth, 2);  // a machine without io_uring
  return driver;
}

/// One seed: `check` gets what came, and the paths of the files of which a read was failed for good.
template <class Check>
void read_all(std::uint64_t seed, std::uint32_t failure, Check check) {
  RandomSource random(seed);
  Case c = draw(random);
  c.faults.failure = failure;
  SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << c);
  const TemporaryFolder folder(fs::current_path());  // where O_DIRECT works more often
  const auto paths = make_files(folder, random, c.chunk_bytes);
  std::set<std::string> failed;
  auto driver = open_driver(c);
  ASSERT_TRUE(driver) << to_text(driver.error());
  auto faulty = std::make_unique<FaultyDriver>(std::move(*driver), c.faults, [&](const IoRequest& request) {
    failed.insert(fs::read_symlink("/proc/self/fd/" + std::to_string(request.file.descriptor)));
  });
  const Buffers buffers(c.buffer_count, c.chunk_bytes);
  FileSet set(random.percent(50) ? paths : std::vector<std::string>{folder.path()}, {.direct = c.direct});
  VYRE_OPEN_READER(reader, std::move(set), IoEngine(std::move(faulty)), buffers.spans(), c.options);
  Receiver receiver(buffers, c.options.in_order);
  receiver.run(reader, c.hold);
  EXPECT_EQ(receiver.files.size(), paths.size());
  EXPECT_EQ(reader.statistics().files, paths.size());
  EXPECT_EQ(reader.statistics().files_failed, receiver.errors.size());
  check(c, receiver, failed, reader);
}

TEST(ReaderProperty, EveryByteOnceAndInPlace) {
  std::uint64_t direct_files = 0;
  for (std::uint64_t seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed)
    read_all(seed, 0, [&](const Case&, const Receiver& receiver, const auto&, const ChunkReader& reader) {
      EXPECT_TRUE(receiver.errors.empty()) << to_text(receiver.errors.front());
      std::uint64_t bytes = 0;
      for (const auto& [number, file] : receiver.files) {
        const std::string expected = plain_content(file.path);
        EXPECT_TRUE(file.content() == expected)
            << file.path << ": " << file.content().size() << " of " << expected.size();
        EXPECT_FALSE(file.cut);
        bytes += expected.size();
      }
      EXPECT_EQ(reader.statistics().bytes, bytes);
      EXPECT_EQ(reader.statistics().chunks, receiver.chunks());
      direct_files += reader.statistics().direct_files;
    });
  if (direct_files == 0) GTEST_SKIP() << "no O_DIRECT here: only buffered reading was tested";
}

TEST(ReaderProperty, FailedReadsCostTheirFilesAndNoOthers) {
  std::size_t total_failed = 0;
  for (std::uint64_t seed = 1001; seed <= 1050 && !testing::Test::HasFailure(); ++seed)
    read_all(seed, 5,
             [&](const Case& c, const Receiver& receiver, const std::set<std::string>& failed, const auto&) {
               std::set<std::string> told;
               for (const Error& error : receiver.errors) {
                 EXPECT_TRUE(told.insert(error.where).second) << "told twice: " << to_text(error);
                 EXPECT_EQ(error.code, ErrorCode::kFile);
                 EXPECT_NE(error.what.find("Input/output error (EIO)"), std::string::npos) << error.what;
               }
               EXPECT_EQ(told, failed);
               for (const auto& [number, file] : receiver.files) {
                 const std::string expected = plain_content(file.path);
                 EXPECT_EQ(file.cut, failed.contains(file.path)) << file.path;
                 if (!file.cut) {
                   EXPECT_TRUE(file.content() == expected) << file.path;
                   continue;
                 }
                 for (const auto& [offset, part] : file.parts)
                   EXPECT_TRUE(expected.compare(offset, part.size(), part) == 0)
                       << file.path << " at " << offset;
                 EXPECT_TRUE(!c.options.in_order || expected.starts_with(file.content())) << file.path;
               }
               total_failed += failed.size();
             });
  EXPECT_GT(total_failed, 40u);
}

}  // namespace
}  // namespace vyre::test
