// Snapshots as files: round trip, what lies on disk, and paths that cannot be used.
#include <sys/stat.h>

#include <thread>

#include "snapshot_fixture.hpp"

namespace vyre::recording {
namespace {

void expect_equal(const Snapshot& read, const Snapshot& written) {
  EXPECT_EQ(read.control, written.control);
  EXPECT_EQ(read.ring, written.ring);
  EXPECT_EQ(read.debug_log, written.debug_log);
  EXPECT_EQ(read.io_queue, written.io_queue);
  EXPECT_EQ(read.completions, written.completions);
  EXPECT_EQ(read.arena, written.arena);
  EXPECT_EQ(read.formats, written.formats);
  EXPECT_EQ(read.names, written.names);
  auto metadata = written.metadata;
  metadata["vyre.snapshot"] = "1";
  EXPECT_EQ(read.metadata, metadata);
}

void expect_error(const Result<void>& result, ErrorCode code, std::string_view what, const std::string& where,
                  std::string_view fix) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code);
  EXPECT_EQ(result.error().what, what);
  EXPECT_EQ(result.error().where, where);
  EXPECT_EQ(result.error().fix, fix);
}

Result<void> read_only(const std::filesystem::path& path) {
  if (auto read = read_snapshot(path); !read) return std::unexpected(read.error());
  return {};
}

TEST(SnapshotFile, RoundTrip) {
  const TemporaryFolder folder;
  const Snapshot written = sample_snapshot();
  const auto result = write_snapshot(folder / "a", written);
  ASSERT_TRUE(result) << to_text(result.error());
  const auto read = read_snapshot(folder / "a");
  ASSERT_TRUE(read) << to_text(read.error());
  expect_equal(*read, written);
}

TEST(SnapshotFile, BytesAreTheSafetensorsLayout) {
  const TemporaryFolder folder;
  Snapshot snapshot;
  snapshot.control = {0x0403'0201};
  snapshot.completions = {3, 0};
  ASSERT_TRUE(write_snapshot(folder / "a", snapshot));
  const std::string header =
      R"({"__metadata__":{"vyre.snapshot":"1"},"control":{"dtype":"U32","shape":[1],"data_offsets":[0,4]},)"
      R"("completions":{"dtype":"U32","shape":[1,2],"data_offsets":[4,12]}})";
  std::string padded = header;
  padded.append((8 - header.size() % 8) % 8, ' ');
  std::string expected = safetensors(padded, 0);
  expected += std::string("\x01\x02\x03\x04\x03\0\0\0\0\0\0\0", 12);
  EXPECT_EQ(read_bytes(folder / "a"), expected);
}

TEST(SnapshotFile, NamesAreStringsOfTheMetadata) {
  const TemporaryFolder folder;
  Snapshot snapshot;
  snapshot.completions = {3, 0};
  snapshot.metadata = {{"vyre.name", "n"}, {"vyre.tenants", "what stands here is not written"}};
  snapshot.names = {.handlers = {{0x4000'0001, "sum_range"}, {9, "x"}}, .tenants = {{2, "guest"}}};
  ASSERT_TRUE(write_snapshot(folder / "a", snapshot));
  EXPECT_TRUE(read_bytes(folder / "a")
                  .substr(8)
                  .starts_with(R"({"__metadata__":{"vyre.snapshot":"1","vyre.name":"n",)"
                               R"("vyre.handlers":"{\"9\":\"x\",\"1073741825\":\"sum_range\"}",)"
                               R"("vyre.tenants":"{\"2\":\"guest\"}"},"completions")"))
      << read_bytes(folder / "a");
}

TEST(SnapshotFile, WithoutNamesThereAreNone) {
  const auto read = decode(safetensors(
      R"({"__metadata__":{"vyre.snapshot":"1"},"control":{"dtype":"U32","shape":[1],"data_offsets":[0,4]}})",
      4));
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->names, Names());
}

TEST(SnapshotFile, AnArenaComesLastAndOneOfNothingNotAtAll) {
  const TemporaryFolder folder;
  Snapshot snapshot;
  snapshot.completions = {3, 0};
  snapshot.arena = {7, 0x0403'0201};
  ASSERT_TRUE(write_snapshot(folder / "a", snapshot));
  const std::string bytes = read_bytes(folder / "a");
  EXPECT_NE(bytes.find(R"("arena":{"dtype":"U32","shape":[2],"data_offsets":[8,16]}})"), std::string::npos);
  EXPECT_TRUE(bytes.ends_with(std::string("\7\0\0\0\1\2\3\4", 8)));
  snapshot.arena.clear();
  ASSERT_TRUE(write_snapshot(folder / "a", snapshot));
  EXPECT_EQ(read_bytes(folder / "a").find("arena"), std::string::npos);
  const auto read = read_snapshot(folder / "a");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_TRUE(read->arena.empty());
}

TEST(SnapshotFile, WritingTwiceGivesTheSameBytes) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_snapshot(folder / "a", sample_snapshot()));
  ASSERT_TRUE(write_snapshot(folder / "b", sample_snapshot()));
  EXPECT_EQ(read_bytes(folder / "a"), read_bytes(folder / "b"));
}

TEST(SnapshotFile, ReplacesAFileWholeKeepsItsModeAndLeavesNoOther) {
  const TemporaryFolder folder;
  write_bytes(folder / "a", std::string(100'000, 'x'));
  ASSERT_EQ(::chmod((folder / "a").c_str(), 0640), 0);
  ASSERT_TRUE(write_snapshot(folder / "a", sample_snapshot()));
  EXPECT_TRUE(read_snapshot(folder / "a"));
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(SnapshotFile, FollowsASymbolicLink) {
  const TemporaryFolder folder;
  write_bytes(folder / "real", "old");
  std::filesystem::create_symlink(folder / "real", folder / "link");
  ASSERT_TRUE(write_snapshot(folder / "link", sample_snapshot()));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_TRUE(read_snapshot(folder / "real"));
}

TEST(SnapshotFile, WritesADeviceInPlace) {
  ASSERT_TRUE(write_snapshot("/dev/null", sample_snapshot()));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(SnapshotFile, UnwritablePathsNameTheErrno) {
  const TemporaryFolder folder;
  const Snapshot snapshot = sample_snapshot();
  const std::string missing = folder / "no/such/folder/a";
  expect_error(write_snapshot(missing, snapshot), ErrorCode::kFile,
               "cannot create a file there: No such file or directory (ENOENT)", missing,
               "choose a path in an existing folder that you may write to");
  expect_error(write_snapshot(folder.path(), snapshot), ErrorCode::kFile,
               "cannot write: Is a directory (EISDIR)", folder.path(), "name a file in it");
  expect_error(write_snapshot("/dev/full", snapshot), ErrorCode::kFile,
               "cannot write: No space left on device (ENOSPC)", "/dev/full",
               "make room on the disk, or choose another path");
  expect_error(write_snapshot("/proc/a", snapshot), ErrorCode::kFile,
               "cannot create a file there: No such file or directory (ENOENT)", "/proc/a",
               "choose a path in an existing folder that you may write to");
}

TEST(SnapshotFile, RefusesBuffersThatAreNoSnapshot) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  expect_error(write_snapshot(path, {}), ErrorCode::kBadInput, "a snapshot without a single buffer", path,
               "fill control and ring first");
  Snapshot half = sample_snapshot();
  half.ring.pop_back();
  expect_error(write_snapshot(path, half), ErrorCode::kOutOfRange,
               "ring of 31 words is no whole number of rows of 16", path, "give whole rows");
  Snapshot large = sample_snapshot();
  large.io_queue.resize(65 * 8);
  expect_error(write_snapshot(path, large), ErrorCode::kOutOfRange,
               "io_queue of 520 words, at most 512 are possible", path, "keep to the protocol's limits");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SnapshotFile, StringsThatAreNoUtf8AreWrittenWithReplacements) {
  const TemporaryFolder folder;
  Snapshot snapshot = sample_snapshot();
  snapshot.metadata["vyre.command"] = "a\xFFz";
  snapshot.formats[1] = "\xC3";
  snapshot.names.tenants[1] = "\xC3";
  ASSERT_TRUE(write_snapshot(folder / "a", snapshot));
  const auto read = read_snapshot(folder / "a");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->metadata.at("vyre.command"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(read->formats.at(1), "\xEF\xBF\xBD");
  EXPECT_EQ(read->names.tenant(1), "\xEF\xBF\xBD");
}

TEST(SnapshotFile, UnreadablePathsAreErrorsAtOnce) {
  const TemporaryFolder folder;
  expect_error(read_only(folder / "none"), ErrorCode::kFile,
               "cannot open: No such file or directory (ENOENT)", folder / "none",
               "check the path and its permissions");
  expect_error(read_only(folder.path()), ErrorCode::kFile, "is a directory", folder.path(),
               "name a file in it");
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  expect_error(read_only(folder / "fifo"), ErrorCode::kFile, "is no regular file", folder / "fifo",
               "copy its content into a file first");
  expect_error(read_only("/dev/zero"), ErrorCode::kFile, "is no regular file", "/dev/zero",
               "copy its content into a file first");
  write_bytes(folder / "empty", "");
  expect_error(read_only(folder / "empty"), ErrorCode::kBadInput,
               "the file ends after 0 bytes, the header's length takes 8",
               (folder / "empty").string() + ": byte 0",
               "write the snapshot again, or take an unharmed copy");
}

TEST(SnapshotFile, AHugeSparseFileIsRefusedWithoutReadingIt) {
  const TemporaryFolder folder;
  const std::string header =
      R"({"control":{"dtype":"U32","shape":[1073741824],"data_offsets":[0,4294967296]}})";
  write_bytes(folder / "a", safetensors(header, 0));
  std::filesystem::resize_file(folder / "a", 8 + header.size() + 4'294'967'296);
  const auto at = header.find("[1073741824]") + 8;
  expect_error(read_only(folder / "a"), ErrorCode::kBadInput,
               "tensor 'control' has 1073741824 rows, at most 1048736 are possible",
               (folder / "a").string() + ": byte " + std::to_string(at),
               "write the snapshot again, or take an unharmed copy");
}

TEST(SnapshotFile, CutAtEveryByteIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_snapshot(folder / "a", sample_snapshot()));
  const std::string bytes = read_bytes(folder / "a");
  ASSERT_TRUE(decode(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(cut) << "accepted when cut at byte " << size;
    EXPECT_EQ(cut.error().code, ErrorCode::kBadInput) << size;
    EXPECT_TRUE(cut.error().where.starts_with("s.vyre: byte ")) << cut.error().where;
  }
}

TEST(SnapshotFile, EveryByteOfTheHeaderDamagedNeverCrashes) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_snapshot(folder / "a", sample_snapshot()));
  const std::string bytes = read_bytes(folder / "a");
  const std::size_t end = bytes.find("}}") + 2;
  for (std::size_t at = 0; at < end; ++at)
    for (const char damage : {'\0', '9', '"', '{', '[', '\xFF'}) {
      std::string damaged = bytes;
      damaged[at] = damage;
      const auto read = decode(damaged);
      if (read) continue;  // a changed letter of a name or a string may be accepted
      EXPECT_FALSE(read.error().what.empty() || read.error().where.empty() || read.error().fix.empty());
    }
}

}  // namespace
}  // namespace vyre::recording
