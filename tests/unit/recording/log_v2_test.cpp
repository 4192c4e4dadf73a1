// Version 2 replay logs that are whole: what lies in the file, round trips, limits, appending.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "log_fixture.hpp"
#include "support/expect_error.hpp"

namespace vyre::recording {
namespace {

using support::expect_error;

LogRecord record_of(decltype(LogRecord::what) what, std::uint64_t time_ns = 1) {
  return {.time_ns = time_ns, .offset = 0, .what = std::move(what)};
}

PublicationRecord publication(std::vector<protocol::Slot> slots) {
  PublicationRecord one;
  one.ticket = 1;
  one.slots = std::move(slots);
  return one;
}

TEST(LogV2, EveryKindRoundTrips) {
  const auto written = sample_records();
  const std::string bytes = v2_log(written);
  const ReadLog log = read_log(bytes);
  EXPECT_FALSE(log.damage) << to_text(*log.damage);
  EXPECT_FALSE(log.tail_is_cut);
  expect_prefix(log.records, written, written.size());
  EXPECT_EQ((*open_bytes(bytes))->version(), 2U);
}

TEST(LogV2, AFileReadsAsItsBytesDo) {
  const TemporaryFolder folder;
  const auto written = sample_records();
  write_bytes(folder / "a", v2_log(written));
  const auto reader = open_log(folder / "a");
  ASSERT_TRUE(reader) << to_text(reader.error());
  expect_prefix(read_on(**reader).records, written, written.size());
}

// Each field at the byte that vyre-replay-log(5) names.
TEST(LogV2, BytesOfEachKind) {
  const auto records = sample_records();
  const auto time = [&](std::size_t i) { return records[i].time_ns; };
  std::string window = little(5, 1) + little(1, 1) + little(0, 2) + little(0x1'0000'0002, 8) + little(5, 4) +
                       little(77, 4) + little(1, 4) + little(0, 4) + little(2, 4);
  for (const std::uint32_t seed : {1U, 2U}) {
    window += little(1, 4) + little(seed, 4) + little(seed, 4) + little(seed, 4);
    for (std::uint32_t arg = 0; arg < 12; ++arg) window += little(seed * 0x0101'0101 + arg, 4);
  }
  const std::string expected =
      v2_header() + v2_record(2, window, time(1)) +
      v2_record(3, little(31, 4) + little(0xFFFF'FFFF, 4), time(3)) +
      v2_record(4, little(3, 4) + little(0, 4) + little(0x2'0000'0001, 8), time(4)) +
      v2_record(5,
                little(4, 4) + little(3, 4) + little(0x3'0000'0003, 8) + little(1, 4) + little(2, 4) +
                    little(0, 4) + little(5, 4) + little(1'048'575, 4) + little(6, 4),
                time(5)) +
      v2_record(6, little(3, 8) + little(2, 8) + little(1, 8) + little(6, 4) + "passed" + little(0, 2),
                time(6));
  EXPECT_EQ(v2_log({records[1], records[3], records[4], records[5], records[6]}), expected);
  std::string single = v2_log({records[2]}).substr(16 + 16, 32);
  EXPECT_EQ(single, little(0, 1) + little(2 | 4 | 8, 1) + little(0, 2) + little(3, 8) +
                        little(0xFFFF'FFFF, 4) + little(0, 8) + little(9, 4) + little(1, 4));
}

// The run of a log that is kept: readers of all later versions must read it as this.
TEST(LogV2, AKeptRunReadsAsItDid) {
  const std::string text =
      R"({"backend":"vulkan","command":"vyre run \"ä\" \n--record","debug_records":64,"device":"llvmpipe",)"
      R"("formats":{"0":"zero {}","4294967295":"\"quoted\""},"handlers":[{"file":"h.comp",)"
      R"("glsl":"void f() {}\n","name":"twice","opcode":1073741824}],"initial_observables":[0,7,1048575,)"
      R"(4294967295],"observable_count":65,"open_protection":true,"priority_scheduler":true,)"
      R"("slot_count":1048576,"tenants":[{"enabled":true,"id":0,"name":"system","quota":1000000},)"
      R"({"enabled":false,"id":28,"name":"other","quota":4294967295}],"vyre_version":"0.1.0",)"
      R"("workload_file":"w.yaml","workload_name":"sum"})";
  std::string padded = text;
  padded.append((4 - text.size() % 4) % 4, ' ');
  const std::string payload =
      little(padded.size(), 4) + padded + little(1, 4) + little(0, 4) + little(0xFFFF'FFFF, 4);
  const std::string kept = v2_header() + v2_record(1, payload, 5);
  EXPECT_EQ(v2_log({record_of(sample_run(), 5)}), kept);
  const ReadLog log = read_log(kept);
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(std::get<RunRecord>(log.records[0].what), sample_run());
}

TEST(LogV2, ARunMayLackKeysAndHaveOthers) {
  const std::string text = R"({"slot_count":64,"later":{"x":[1]}} )";
  const ReadLog log = read_log(v2_header() + v2_record(1, little(text.size(), 4) + text));
  ASSERT_EQ(log.records.size(), 1U) << (log.damage ? to_text(*log.damage) : "");
  RunRecord expected;
  expected.slot_count = 64;
  EXPECT_EQ(std::get<RunRecord>(log.records[0].what), expected);
}

TEST(LogV2, ScanRulesAndStreamsAreKept) {
  RunRecord run;
  run.scan_rules = {
      {.name = "words", .ignore_case = true, .checksum = 0xFFFF'FFFF, .patterns = {"a", "b\\\\"}},
      {.name = "", .is_regex = true, .patterns = {"a+"}}};
  run.streams = true;
  const ReadLog log = read_log(v2_log({record_of(run)}));
  ASSERT_EQ(log.records.size(), 1U) << (log.damage ? to_text(*log.damage) : "");
  EXPECT_EQ(std::get<RunRecord>(log.records[0].what), run);
}

TEST(LogV2, OffsetsAreThoseOfTheRecords) {
  const auto records = sample_records();
  const ReadLog log = read_log(v2_log({records[3], records[4], records[3]}));
  ASSERT_EQ(log.records.size(), 3U);
  EXPECT_EQ(log.records[0].offset, 16U);
  EXPECT_EQ(log.records[1].offset, 16U + 28);
  EXPECT_EQ(log.records[2].offset, 16U + 28 + 36);
}

TEST(LogV2, OptionalRecordsOfLaterVersionsArePassedOver) {
  const std::string known = v2_record(3, little(1, 4) + little(2, 4));
  const ReadLog log = read_log(v2_header() + known + v2_record(0x8009, "whatever") + known);
  EXPECT_FALSE(log.damage);
  EXPECT_EQ(log.records.size(), 2U);
}

TEST(LogV2, NoUtf8IsReplaced) {
  RunRecord run;
  run.command = "a\xFFz";
  const ReadLog log = read_log(v2_log({record_of(run)}));
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(std::get<RunRecord>(log.records[0].what).command, "a\xEF\xBF\xBDz");
}

TEST(LogV2, APublicationWithoutARecordWritesTheSame) {
  const TemporaryFolder folder;
  const auto records = sample_records();
  auto writer = create_log(folder / "a");
  ASSERT_TRUE(writer) << to_text(writer.error());
  auto head = std::get<PublicationRecord>(records[1].what);
  const auto slots = std::exchange(head.slots, {});
  ASSERT_TRUE((*writer)->append_publication(records[1].time_ns, head, slots));
  ASSERT_TRUE((*writer)->close());
  EXPECT_EQ(read_bytes(folder / "a"), v2_log({records[1]}));
}

TEST(LogV2, RecordsLargerThanTheBuffer) {
  std::vector<protocol::Slot> slots;
  for (std::uint32_t i = 0; i < 40'000; ++i) slots.push_back(sample_slot(i));
  RunRecord run = sample_run();
  run.handlers[0].glsl.assign(3'000'000, 'x');
  run.dfa_table.assign(256 * 4096, 4095);
  const std::vector<LogRecord> written = {record_of(publication({sample_slot(1)})),
                                          record_of(publication(slots)), record_of(run),
                                          record_of(publication({sample_slot(2)}))};
  const TemporaryFolder folder;
  write_bytes(folder / "a", v2_log(written));
  const auto reader = open_log(folder / "a");
  ASSERT_TRUE(reader) << to_text(reader.error());
  expect_prefix(read_on(**reader).records, written, written.size());
}

TEST(LogV2, ARunThatSetsManyObservables) {
  RunRecord run;
  for (std::uint32_t i = 0; i < protocol::kMaxObservables / 8; ++i)
    run.initial_observables.emplace_hint(run.initial_observables.end(), i, ~i);
  const ReadLog log = read_log(v2_log({record_of(run)}));
  ASSERT_EQ(log.records.size(), 1U) << (log.damage ? to_text(*log.damage) : "");
  EXPECT_TRUE(std::get<RunRecord>(log.records[0].what) == run);
}

TEST(LogV2, FlushedRecordsAreInTheFile) {
  const TemporaryFolder folder;
  auto writer = create_log(folder / "a");
  ASSERT_TRUE(writer) << to_text(writer.error());
  EXPECT_EQ(read_bytes(folder / "a"), v2_header());
  const auto records = sample_records();
  ASSERT_TRUE((*writer)->append(records[3]));
  EXPECT_EQ(read_bytes(folder / "a"), v2_header()) << "each append writes";
  ASSERT_TRUE((*writer)->flush());
  expect_prefix(read_log(read_bytes(folder / "a")).records, {records[3]}, 1);
  ASSERT_TRUE((*writer)->append(records[4]));
  writer->reset();  // without close(), as when an error unwinds
  expect_prefix(read_log(read_bytes(folder / "a")).records, {records[3], records[4]}, 2);
}

TEST(LogV2, WhatTheFormatCannotHoldIsRefusedAndWritingGoesOn) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  auto writer = create_log(path);
  ASSERT_TRUE(writer) << to_text(writer.error());
  const auto refused = [&](const LogRecord& record, std::string_view why) {
    expect_error((*writer)->append(record), ErrorCode::kOutOfRange, why, path, "keep to the format's limits");
  };
  refused(record_of(publication({})), "a publication of 0 slots, 1 to 1048576 are possible");
  refused(record_of(publication(std::vector<protocol::Slot>(1'048'577))),
          "a publication of 1048577 slots, 1 to 1048576 are possible");
  auto last = publication({sample_slot(0), sample_slot(0)});
  last.first_slot = 0xFFFF'FFFF;
  refused(record_of(last), "a publication of 2 slots from slot 4294967295: they pass 2^32");
  auto window = publication({sample_slot(0)});
  window.window_required = 2;
  refused(record_of(window), "a window of 1 slots, 2 of them required");
  refused(record_of(CheckpointRecord{.observables = {{1'048'576, 0}}}),
          "observable 1048576, at most 1048575 is possible");
  refused(record_of(EndRecord{.verdict = std::string(4097, 'x')}),
          "a verdict of 4097 bytes, at most 4096 fit");
  RunRecord run;
  run.slot_count = 1'048'577;
  refused(record_of(run), "'slot_count' is 1048577, at most 1048576 is possible");
  run = {};
  run.tenants.resize(1);
  run.tenants[0].id = 29;
  refused(record_of(run), "'id' is 29, at most 28 is possible");
  ASSERT_TRUE((*writer)->close());
  EXPECT_EQ(read_bytes(path), v2_header());
}

TEST(LogV2, MoreScanRulesThanAreReadAgainAreNotWritten) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  auto writer = create_log(path);
  ASSERT_TRUE(writer) << to_text(writer.error());
  RunRecord run;
  run.scan_rules.resize(4097);
  expect_error((*writer)->append(record_of(run)), ErrorCode::kOutOfRange,
               "'scan_rules' is 4097, at most 4096 is possible", path, "keep to the format's limits");
  run.scan_rules.resize(1);
  run.scan_rules[0].patterns.resize(2'000'001);
  expect_error((*writer)->append(record_of(run)), ErrorCode::kOutOfRange,
               "'patterns' is 2000001, at most 2000000 is possible", path, "keep to the format's limits");
}

TEST(LogV2, AClosedLogTakesNothing) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  auto writer = create_log(path);
  ASSERT_TRUE(writer) << to_text(writer.error());
  ASSERT_TRUE((*writer)->close());
  EXPECT_TRUE((*writer)->close()) << "closing twice is no error";
  expect_error((*writer)->append(record_of(ControlWriteRecord{})), ErrorCode::kFile, "the log is closed",
               path, "append before it is closed");
  const auto lost = (*writer)->lost();
  EXPECT_EQ(lost.slots_with_cut_args + lost.other_records + lost.overwritten, 0U);
}

// A limit on this process's files stands for a full disk.
TEST(LogV2, AnErrorOfTheFileStays) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const auto full = [&] {
    auto writer = create_log(path);
    if (!writer) return 1;
    const rlimit limit{.rlim_cur = 100, .rlim_max = 100};
    ::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    const std::vector<protocol::Slot> slots(40'000);
    const auto first = (*writer)->append_publication(1, publication({}), slots);
    const auto second = (*writer)->flush();
    const auto third = (*writer)->append(record_of(EndRecord{}));
    if (first || second || third) return 3;
    if (first.error().what != "cannot write: File too large (EFBIG)") return 4;
    if (first.error().where != path) return 5;
    if (second.error().what != first.error().what || third.error().what != first.error().what) return 6;
    return 0;
  };
  EXPECT_EXIT(::_exit(full()), testing::ExitedWithCode(0), "");
  const ReadLog log = read_log(read_bytes(path));
  EXPECT_TRUE(log.records.empty());
  EXPECT_TRUE(log.tail_is_cut);
}

TEST(LogV2, ANewLogReplacesTheOldOneOrNothing) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  write_bytes(path, "old");
  ::chmod(path.c_str(), 0640);
  ASSERT_TRUE(create_log(path));
  EXPECT_EQ(read_bytes(path), v2_header());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);

  std::filesystem::create_directory(folder / "d");
  expect_error(create_log(folder / "d"), ErrorCode::kFile, "cannot write: Is a directory (EISDIR)",
               (folder / "d").string(), "name a file in it");
  ASSERT_EQ(::mkfifo((folder / "f").c_str(), 0600), 0);
  expect_error(create_log(folder / "f"), ErrorCode::kFile, "is no regular file", (folder / "f").string(),
               "name a regular file, or a new one");
  expect_error(create_log(folder / "x/a"), ErrorCode::kFile,
               "cannot create a file there: No such file or directory (ENOENT)", (folder / "x/a").string(),
               "choose a path in an existing folder that you may write to");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3)
      << "something is left over";
}

TEST(LogV2, OneWriterAtATime) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  auto writer = append_log(path);
  ASSERT_TRUE(writer) << to_text(writer.error());
  expect_error(append_log(path), ErrorCode::kFile, "another recording is writing to it", path,
               "wait for its end, or record into another file");
  ASSERT_TRUE((*writer)->close());
  EXPECT_TRUE(append_log(path));
}

TEST(LogV2, AppendingGoesOnBehindTheLastRecord) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const auto records = sample_records();
  for (const auto& record : records) {
    auto writer = append_log(path);
    ASSERT_TRUE(writer) << to_text(writer.error());
    ASSERT_TRUE((*writer)->append(record));
    ASSERT_TRUE((*writer)->close());
  }
  EXPECT_EQ(read_bytes(path), v2_log(records));
}

TEST(LogV2, AppendingToWhatIsNoLogOfThisVersion) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  write_bytes(path, "");
  ASSERT_TRUE(append_log(path));
  EXPECT_EQ(read_bytes(path), v2_header()) << "an empty file has nothing to lose";

  ASSERT_TRUE(create_log_v1(path, 2));
  const std::string v1 = read_bytes(path);
  expect_error(append_log(path), ErrorCode::kBadInput, "a log of version 1 cannot go on as version 2",
               path + ": byte 0", "go on with version 1, or record into a new file");
  EXPECT_EQ(read_bytes(path), v1);
  write_bytes(path, "some text");
  expect_error(append_log(path), ErrorCode::kBadInput, "no replay log: it begins with 'some tex', not 'VRRL'",
               path + ": byte 0", "name a log that 'vyre run --record' wrote");
  EXPECT_EQ(read_bytes(path), "some text");
  expect_error(append_log(folder.path()), ErrorCode::kFile,
               "cannot open for writing: Is a directory (EISDIR)", folder.path().string(),
               "check the path and its permissions");
  ASSERT_EQ(::mkfifo((folder / "f").c_str(), 0600), 0);
  expect_error(append_log(folder / "f"), ErrorCode::kFile, "is no regular file", (folder / "f").string(),
               "copy its content into a file first");
}

}  // namespace
}  // namespace vyre::recording
