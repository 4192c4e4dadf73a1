// Opening: files told apart by their content, and bad ones refused with file and byte.
#include <sys/stat.h>

#include "inspection_fixture.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::inspection {
namespace {

Input as(const std::string& path, Buffer buffer) { return {.file = path, .as = buffer, .buffers = {}}; }
Input plain(const std::string& path) { return {.file = path, .as = std::nullopt, .buffers = {}}; }

TEST(Open, SnapshotByItsContent) {
  const Folder folder;
  recording::Snapshot snapshot;
  snapshot.control = codec::encode_control(false, 1, 4).value();
  snapshot.ring = ring_of({slot_of(Status::kDone, protocol::kOpNop, {})});
  ASSERT_TRUE(recording::write_snapshot(folder / "run.log", snapshot));
  const auto opened = open(plain(folder / "run.log"));
  ASSERT_TRUE(opened) << to_text(opened.error());
  EXPECT_EQ(opened->content, Content::kSnapshot);
  EXPECT_EQ(opened->buffers.control, snapshot.control);
  EXPECT_EQ(opened->slot_count(), 1U);
  EXPECT_EQ(opened->slot(0).status, 3U);
  EXPECT_FALSE(opened->has(Buffer::kIoQueue));
}

TEST(Open, NamesOfASnapshotAndOfALogsFirstRun) {
  const Folder folder;
  recording::Snapshot snapshot;
  snapshot.ring = ring_of({slot_of(Status::kDone, protocol::kOpNop, {})});
  snapshot.names = {.handlers = {{8, "h"}}, .tenants = {{1, "t"}}};
  ASSERT_TRUE(recording::write_snapshot(folder / "s", snapshot));
  const auto picture = open(plain(folder / "s"));
  ASSERT_TRUE(picture) << to_text(picture.error());
  EXPECT_EQ(picture->names, snapshot.names);

  auto writer = recording::create_log(folder / "l");
  ASSERT_TRUE(writer);
  recording::RunRecord run;
  run.handlers = {{.opcode = 8, .name = "h", .file = "", .glsl = "x"}};
  run.tenants = {{.id = 0, .name = "", .quota = 1, .enabled = true},
                 {.id = 1, .name = "t", .quota = 1, .enabled = true}};
  ASSERT_TRUE((*writer)->append({.time_ns = 1, .what = run}));
  ASSERT_TRUE((*writer)->close());
  const auto log = open(plain(folder / "l"));
  ASSERT_TRUE(log) << to_text(log.error());
  EXPECT_EQ(log->names, snapshot.names) << "a tenant without a name is not among them";

  const auto cut = open(plain(folder.write("c", "VRRL0001....")));
  ASSERT_TRUE(cut) << "a damaged log is told by what reads its records";
  EXPECT_EQ(cut->names, Names());
}

TEST(Open, ContentOfOtherFiles) {
  const Folder folder;
  EXPECT_EQ(identify(folder.write("log", "VRRL0001....")), Content::kLog);
  EXPECT_EQ(identify(folder.write("yaml", "vyre: 1\nsteps: []\n")), Content::kText);
  EXPECT_EQ(identify(folder.write("raw", std::string_view("\1\0\0\0", 4))), Content::kBuffers);
  EXPECT_EQ(identify(folder.write("st", std::string_view("\2\0\0\0\0\0\0\0{}", 10))), Content::kSnapshot);
  EXPECT_EQ(identify(folder.write("long", std::string_view("\2\0\0\0\1\0\0\0{}", 10))), Content::kBuffers);
}

TEST(Open, RawBuffersTogether) {
  const Folder folder;
  const auto ring = ring_of({slot_of(Status::kFault, 99, {}), slot_of(Status::kEmpty, 0, {})});
  const auto opened =
      open({.file = "",
            .as = std::nullopt,
            .buffers = {{Buffer::kRing, folder.write("r", ring)},
                        {Buffer::kCompletions,
                         folder.write("c", std::vector<std::uint32_t>{7 | 1 << 8, 99, 0, 0})}}});
  ASSERT_TRUE(opened) << to_text(opened.error());
  EXPECT_EQ(opened->content, Content::kBuffers);
  EXPECT_EQ(opened->file, folder / "r");
  EXPECT_EQ(opened->buffers.ring, ring);
  EXPECT_EQ(opened->buffers.completions.size(), 4U);
}

TEST(Open, EmptyFile) {
  const Folder folder;
  const std::string path = folder.write("e", "");
  expect_error(open(plain(path)), ErrorCode::kBadInput, "the file is empty", path + ": byte 0",
               "name a snapshot, a replay log or a raw buffer");
  expect_error(open(as(path, Buffer::kRing)), ErrorCode::kBadInput, "the file is empty, no ring buffer",
               path + ": byte 0", "name a file that holds a ring buffer");
}

TEST(Open, NoWholeNumberOfSlots) {
  const Folder folder;
  const std::string path = folder.write("r", std::string(130, '\0'));
  expect_error(open(as(path, Buffer::kRing)), ErrorCode::kBadInput,
               "130 bytes are no whole number of slots of 64 bytes: 2 are left over", path + ": byte 128",
               "copy the whole ring buffer");
  expect_error(open(as(path, Buffer::kControl)), ErrorCode::kBadInput,
               "130 bytes are no whole number of words of 4 bytes: 2 are left over", path + ": byte 128",
               "copy the whole control buffer");
}

TEST(Open, ShortControl) {
  const Folder folder;
  const std::string path = folder.write("c", std::vector<std::uint32_t>(159));
  expect_error(open(as(path, Buffer::kControl)), ErrorCode::kBadInput,
               "a control buffer of 159 words, its fixed part alone has 160", path + ": byte 636",
               "copy the whole control buffer");
  recording::Snapshot snapshot;
  snapshot.control.assign(10, 0);
  ASSERT_TRUE(recording::write_snapshot(folder / "s", snapshot));
  expect_error(open(plain(folder / "s")), ErrorCode::kBadInput,
               "a control buffer of 10 words, its fixed part alone has 160",
               (folder / "s") + ", tensor control: byte 40", "copy the whole control buffer");
}

/// Files with holes: their length costs no disk, and must cost no memory.
TEST(Open, TooLargeIsRefusedBeforeItIsRead) {
  const Folder folder;
  const std::string path = folder.write("big", "");
  std::filesystem::resize_file(path, std::uintmax_t{1} << 40);
  expect_error(open(as(path, Buffer::kRing)), ErrorCode::kTooMany,
               "the ring buffer has 1099511627776 bytes, at most 67108864 are possible",
               path + ": byte 67108864", "pass the ring buffer alone");
  expect_error(open(as(path, Buffer::kIoQueue)), ErrorCode::kTooMany,
               "the io_queue buffer has 1099511627776 bytes, at most 2048 are possible", path + ": byte 2048",
               "pass the io_queue buffer alone");
}

TEST(Open, NotAFile) {
  const Folder folder;
  expect_error(open(plain(folder / ".")), ErrorCode::kFile, "is a directory", folder / ".",
               "name a file in it");
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  expect_error(open(plain(folder / "fifo")), ErrorCode::kFile, "is no regular file", folder / "fifo",
               "copy its content into a file first");
  expect_error(open(plain(folder / "none")), ErrorCode::kFile,
               "cannot open: No such file or directory (ENOENT)", folder / "none",
               "check the path and its permissions");
}

TEST(Open, NeitherSnapshotNorLog) {
  const Folder folder;
  const std::string raw = folder.write("raw", std::string(64, '\3'));
  expect_error(open(plain(raw)), ErrorCode::kBadInput,
               "64 bytes that begin neither like a snapshot nor like a replay log", raw + ": byte 0",
               "say which raw buffer it is with --as, or take an unharmed copy");
  const std::string text = folder.write("w.yaml", "vyre: 1\n");
  expect_error(open(plain(text)), ErrorCode::kBadInput,
               "the file begins like text, not like a snapshot or a replay log", text + ": byte 0",
               "name what a run wrote with --dump or --record; a workload has to be run first");
}

TEST(Open, RingAndCompletionsOfDifferentRuns) {
  const Folder folder;
  const std::string ring = folder.write("r", ring_of({Slot{}, Slot{}}));
  expect_error(
      open({.file = ring,
            .as = Buffer::kRing,
            .buffers = {{Buffer::kCompletions, folder.write("c", std::vector<std::uint32_t>{3, 0})}}}),
      ErrorCode::kBadInput, "a ring of 2 slots with completions of 1", ring,
      "pass the ring and the completions of one run");
}

TEST(Open, NothingNamed) {
  expect_error(open({}), ErrorCode::kBadInput, "no file to look at", "open",
               "name a snapshot, a replay log or a raw buffer");
}

/// Every prefix of a snapshot: an error or buffers, nothing else.
TEST(Open, SnapshotCutAtEveryByte) {
  const Folder folder;
  recording::Snapshot snapshot;
  snapshot.ring = ring_of({slot_of(Status::kDone, protocol::kOpNop, {})});
  ASSERT_TRUE(recording::write_snapshot(folder / "s", snapshot));
  const auto size = std::filesystem::file_size(folder / "s");
  for (std::uintmax_t length = size; length-- > 0;) {
    std::filesystem::resize_file(folder / "s", length);
    const auto opened = open(plain(folder / "s"));
    ASSERT_FALSE(opened) << length << " of " << size << " bytes";
    EXPECT_EQ(opened.error().code, ErrorCode::kBadInput) << length;
    EXPECT_NE(opened.error().where.find(": byte "), std::string::npos) << length;
    EXPECT_FALSE(opened.error().fix.empty()) << length;
  }
}

}  // namespace
}  // namespace vyre::inspection
