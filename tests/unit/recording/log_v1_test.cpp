// Version 1 replay logs beyond what the vectors show: the ring of records, what is lost, damage.
#include <fmt/format.h>

#include "log_fixture.hpp"
#include "support/expect_error.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::recording {
namespace {

using support::expect_error;

constexpr const char* kUnharmed = "take an unharmed copy of the log";

std::string v1_header(std::uint64_t capacity, std::uint64_t next) {
  return "VRRL0001" + little(1, 4) + little(0, 4) + little(capacity, 8) + little(next, 8);
}

/// Time 100 + n, slot n, tenant n, opcode n, args n n n n, epoch n.
std::string v1_record(std::uint32_t n, std::string_view other = std::string_view("\0", 1)) {
  std::string record = little(0xDEAD'BEEF, 4) + little(100 + n, 8);
  for (int word = 0; word < 8; ++word) record += little(n, 4);
  record.append(other);
  record.resize(64);
  return record;
}

LogRecord expected_record(std::uint32_t n, std::uint64_t ticket) {
  PublicationRecord publication;
  publication.ticket = ticket;
  publication.first_slot = n;
  publication.slots = {{.status = 1, .opcode = n, .tenant = n, .priority = 2, .args = {n, n, n, n}}};
  publication.epoch = n;
  publication.args_cut = true;
  return {.time_ns = 100 + n, .offset = 0, .what = publication};
}

std::vector<std::uint32_t> numbers(const ReadLog& log) {
  std::vector<std::uint32_t> found;
  for (const auto& record : log.records) {
    found.push_back(std::get<PublicationRecord>(record.what).first_slot);
    expect_same(record, expected_record(found.back(), found.size()));
  }
  return found;
}

using Numbers = std::vector<std::uint32_t>;

/// Writes records first to last - 1 into a writer, each alone.
void write_numbers(LogWriter& writer, std::uint32_t first, std::uint32_t last) {
  for (std::uint32_t n = first; n < last; ++n) ASSERT_TRUE(writer.append(expected_record(n, 1)));
}

TEST(LogV1, ReadsInTheOrderOfWriting) {
  const std::string empty(64, '\0');
  EXPECT_EQ(numbers(read_log(v1_header(3, 0) + empty + empty + empty)), Numbers{});
  EXPECT_EQ(numbers(read_log(v1_header(3, 2) + v1_record(1) + v1_record(2) + empty)), (Numbers{1, 2}));
  EXPECT_EQ(numbers(read_log(v1_header(3, 1) + v1_record(4) + v1_record(2) + v1_record(3))),
            (Numbers{2, 3, 4}));
  EXPECT_EQ(numbers(read_log(v1_header(3, 0) + v1_record(1) + empty + v1_record(2))), (Numbers{1, 2}))
      << "records never written are passed over wherever they stand";
  EXPECT_EQ((*open_bytes(v1_header(1, 0) + empty))->version(), 1U);
}

TEST(LogV1, OtherProgramsDataIsKept) {
  const std::string other = little(0x0102'0304, 4) + std::string(12, '\0') + little(9, 4);
  const std::string bytes = v1_header(2, 1) + v1_record(1, other) + std::string(64, '\0');
  const ReadLog log = read_log(bytes);
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_FALSE(log.damage);
  const auto& read = std::get<PublicationRecord>(log.records[0].what);
  EXPECT_EQ(read.other_words, (std::array<std::uint32_t, 5>{0x0102'0304, 0, 0, 0, 9}));

  const TemporaryFolder folder;
  auto writer = create_log_v1(folder / "a", 2);
  ASSERT_TRUE(writer) << to_text(writer.error());
  ASSERT_TRUE((*writer)->append(log.records[0]));
  ASSERT_TRUE((*writer)->close());
  EXPECT_EQ(read_bytes(folder / "a"), bytes);
}

TEST(LogV1, APackedSlotIsKnownByItsOpcode) {
  std::string record = v1_record(1);
  record.replace(20, 4, little(protocol::kOpPackedSlot, 4));
  const ReadLog log = read_log(v1_header(1, 0) + record);
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(std::get<PublicationRecord>(log.records[0].what).form, PublicationForm::kPacked);
}

TEST(LogV1, APublicationOfManySlotsIsARecordEach) {
  const TemporaryFolder folder;
  auto writer = create_log_v1(folder / "a", 8);
  ASSERT_TRUE(writer) << to_text(writer.error());
  PublicationRecord head;
  head.first_slot = 5;
  std::vector<protocol::Slot> slots;
  for (std::uint32_t n = 5; n < 8; ++n)
    slots.push_back({.status = 1, .opcode = n, .tenant = n, .priority = 2, .args = {n, n, n, n}});
  // A checkpoint is no record of this version, but tells the epoch of what follows.
  CheckpointRecord seen;
  seen.epoch = 41;
  ASSERT_TRUE((*writer)->append({.time_ns = 1, .offset = 0, .what = seen}));
  ASSERT_TRUE((*writer)->append({.time_ns = 1, .offset = 0, .what = sample_run()}));
  ASSERT_TRUE((*writer)->append_publication(77, head, slots));
  ASSERT_TRUE((*writer)->close());
  const ReadLog log = read_log(read_bytes(folder / "a"));
  ASSERT_EQ(log.records.size(), 3U);
  for (std::uint32_t i = 0; i < 3; ++i) {
    LogRecord expected = expected_record(5 + i, i + 1);
    expected.time_ns = 77;
    std::get<PublicationRecord>(expected.what).epoch = 41;
    expect_same(log.records[i], expected);
  }
  const auto lost = (*writer)->lost();
  EXPECT_EQ(lost.other_records, 2U);
  EXPECT_EQ(lost.slots_with_cut_args, 0U);
  EXPECT_EQ(lost.overwritten, 0U);
}

TEST(LogV1, CountsWhatItCannotHold) {
  const TemporaryFolder folder;
  auto writer = create_log_v1(folder / "a", 2);
  ASSERT_TRUE(writer) << to_text(writer.error());
  PublicationRecord one;
  one.slots = {sample_slot(1)};
  ASSERT_TRUE((*writer)->append({.time_ns = 1, .offset = 0, .what = one}));
  one.slots[0].args = {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1};
  ASSERT_TRUE((*writer)->append({.time_ns = 1, .offset = 0, .what = one}));
  EXPECT_EQ((*writer)->lost().overwritten, 0U);
  one.slots[0].args = {1, 1, 1, 1};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE((*writer)->append({.time_ns = 1, .offset = 0, .what = one}));
  const auto lost = (*writer)->lost();
  EXPECT_EQ(lost.slots_with_cut_args, 2U);
  EXPECT_EQ(lost.overwritten, 3U);
  EXPECT_EQ(lost.other_records, 0U);
}

TEST(LogV1, TheRingWrapsAndAppendingGoesOn) {
  const TemporaryFolder folder;
  const auto path = folder / "a";
  {
    auto writer = create_log_v1(path, 4);
    ASSERT_TRUE(writer) << to_text(writer.error());
    write_numbers(**writer, 0, 3);
    ASSERT_TRUE((*writer)->close());
  }
  EXPECT_EQ(read_bytes(path),
            v1_header(4, 3) + v1_record(0) + v1_record(1) + v1_record(2) + std::string(64, '\0'));
  {
    auto writer = append_log_v1(path);
    ASSERT_TRUE(writer) << to_text(writer.error());
    write_numbers(**writer, 3, 6);
    EXPECT_EQ((*writer)->lost().overwritten, 2U);
    ASSERT_TRUE((*writer)->close());
  }
  EXPECT_EQ(read_bytes(path), v1_header(4, 2) + v1_record(4) + v1_record(5) + v1_record(2) + v1_record(3));
  {
    auto writer = append_log_v1(path);
    ASSERT_TRUE(writer) << to_text(writer.error());
    write_numbers(**writer, 6, 7);
    EXPECT_EQ((*writer)->lost().overwritten, 1U);
    ASSERT_TRUE((*writer)->flush());
    EXPECT_EQ(numbers(read_log(read_bytes(path))), (Numbers{3, 4, 5, 6}));
  }
}

TEST(LogV1, AppendingKeepsWhatOtherProgramsWrote) {
  const TemporaryFolder folder;
  const auto path = folder / "a";
  write_bytes(path, v1_header(2, 1) + v1_record(1, "theirs") + std::string(64, '\0'));
  auto writer = append_log_v1(path);
  ASSERT_TRUE(writer) << to_text(writer.error());
  write_numbers(**writer, 2, 3);
  ASSERT_TRUE((*writer)->close());
  EXPECT_EQ(read_bytes(path), v1_header(2, 0) + v1_record(1, "theirs") + v1_record(2));
}

TEST(LogV1, MoreRecordsThanTheBufferHolds) {
  constexpr std::uint32_t kCount = 65'000;  // reading begins beyond the first window, at 1.6 MB
  const TemporaryFolder folder;
  const auto path = folder / "a";
  auto writer = create_log_v1(path, 40'000);
  ASSERT_TRUE(writer) << to_text(writer.error());
  write_numbers(**writer, 0, kCount);
  ASSERT_TRUE((*writer)->close());
  auto reader = open_log(path);
  ASSERT_TRUE(reader) << to_text(reader.error());
  const auto found = numbers(read_on(**reader));
  ASSERT_EQ(found.size(), 40'000U);
  for (std::uint32_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], 25'000 + i);
  EXPECT_EQ((*writer)->lost().overwritten, 25'000U);
}

TEST(LogV1, Capacities) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  for (const std::uint64_t capacity : {std::uint64_t{0}, kMaxLogV1Records + 1})
    expect_error(create_log_v1(path, capacity), ErrorCode::kOutOfRange,
                 fmt::format("a log of {} records, 1 to 1048576 are possible", capacity), path,
                 "choose a capacity in that range");
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(create_log_v1(path, kMaxLogV1Records));
  EXPECT_EQ(std::filesystem::file_size(path), 32 + 64 * kMaxLogV1Records);
  auto reader = open_log(path);
  ASSERT_TRUE(reader) << to_text(reader.error());
  EXPECT_EQ(numbers(read_on(**reader)), Numbers{});
}

// --- Damage ------------------------------------------------------------------------------------------

TEST(LogV1, HeadersThatCannotBe) {
  const auto refused = [](const std::string& header, std::string_view what, int at) {
    expect_error(open_bytes(header + std::string(64, '\0')), ErrorCode::kBadInput, what,
                 fmt::format("a.vrrl: byte {}", at), kUnharmed);
  };
  refused("VRRL0001" + little(1, 4) + little(0x100, 4) + little(1, 8) + little(0, 8),
          "the header's flags are 0x100, version 1 has none", 12);
  refused(v1_header(0, 0), "a log of 0 records, 1 to 1048576 are possible", 16);
  refused(v1_header(1'048'577, 0), "a log of 1048577 records, 1 to 1048576 are possible", 16);
  refused(v1_header(~std::uint64_t{0}, 0), "a log of 18446744073709551615 records, 1 to 1048576 are possible",
          16);
  refused(v1_header(1, 1), "record 1 is to be written next, the log has 1", 24);
}

// One with its ring not yet full, one that has wrapped.
TEST(LogV1, CutAtEveryByte) {
  const std::string part = v1_header(4, 2) + v1_record(1) + v1_record(2) + std::string(128, '\0');
  const std::string wrapped = v1_header(4, 2) + v1_record(3) + v1_record(4) + v1_record(1) + v1_record(2);
  for (std::size_t size = 9; size < part.size(); ++size) {
    SCOPED_TRACE(fmt::format("cut at byte {}", size));
    if (size < 32) {
      expect_error(open_bytes(part.substr(0, size)), ErrorCode::kBadInput,
                   fmt::format("the file ends after {} of the header's 32 bytes", size),
                   fmt::format("a.vrrl: byte {}", size), kUnharmed);
      continue;
    }
    const std::size_t held = (size - 32) / 64;
    // Of the first, all that was written up to the cut. Of the second, the run of records in the order of
    // writing that the file still has: from `next` on if that is there, else from the ring's start.
    const Numbers from_start = held == 0 ? Numbers{} : held == 1 ? Numbers{1} : Numbers{1, 2};
    const Numbers from_wrapped = held == 0   ? Numbers{}
                                 : held == 1 ? Numbers{3}
                                 : held == 2 ? Numbers{3, 4}
                                             : Numbers{1};
    for (const auto& [whole, expected] : {std::pair(part, from_start), std::pair(wrapped, from_wrapped)}) {
      const ReadLog log = read_log(whole.substr(0, size));
      EXPECT_EQ(numbers(log), expected);
      EXPECT_FALSE(log.tail_is_cut);
      expect_damage(log, fmt::format("the header's 4 records take 288 bytes, the file has {}", size), size,
                    kUnharmed);
    }
  }
}

TEST(LogV1, AHeaderThatClaimsMoreThanTheFileHolds) {
  const ReadLog log = read_log(v1_header(1'048'576, 1) + v1_record(1));
  EXPECT_EQ(numbers(log), Numbers{1});
  expect_damage(log, "the header's 1048576 records take 67108896 bytes, the file has 96", 96, kUnharmed);
  const ReadLog longer = read_log(v1_header(1, 0) + v1_record(1) + "x");
  EXPECT_EQ(numbers(longer), Numbers{1});
  expect_damage(longer, "the header's 1 records take 96 bytes, the file has 97", 96, kUnharmed);

  const TemporaryFolder folder;
  const std::string path = folder / "a";
  write_bytes(path, v1_header(1'048'576, 1) + v1_record(1));
  expect_error(append_log_v1(path), ErrorCode::kBadInput,
               "the header's 1048576 records take 67108896 bytes, the file has 96", path + ": byte 96",
               "record into a new file");
}

// Version 1 has no checksum: a flipped bit of a record may change that record, and nothing else.
TEST(LogV1, EveryBitFlipped) {
  const std::string whole = v1_header(3, 1) + v1_record(3) + v1_record(1) + v1_record(2);
  const std::size_t read_first[] = {2, 0, 1};  // the place in reading order of each record in the file
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    SCOPED_TRACE(fmt::format("byte {} bit {}", bit / 8, bit % 8));
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    const auto reader = open_bytes(bytes);
    if (bit / 8 < 32) {
      // A `next` that stays within the ring turns the order of reading round: no reader can tell.
      const bool next_within = bit == 8 * 24 || bit == 8 * 24 + 1;
      if (!reader) {
        EXPECT_EQ(reader.error().code, ErrorCode::kBadInput);
      } else if (!next_within) {
        EXPECT_TRUE(read_on(**reader).damage);
      }
      continue;
    }
    ASSERT_TRUE(reader) << to_text(reader.error());
    const ReadLog log = read_on(**reader);
    const std::size_t flipped = read_first[(bit / 8 - 32) / 64];
    if ((bit / 8 - 32) % 64 < 4) {  // the magic
      const std::uint32_t magic = 0xDEAD'BEEF ^ (1U << (bit - 8 * 32) % 512);
      const std::size_t index = (bit / 8 - 32) / 64;
      EXPECT_EQ(log.records.size(), flipped);
      expect_damage(log, fmt::format("record {} begins with {:#010x}, not 0xdeadbeef or 0", index, magic),
                    32 + 64 * index, kUnharmed);
    } else {
      ASSERT_EQ(log.records.size(), 3U);
      EXPECT_FALSE(log.damage);
    }
    for (std::uint32_t i = 0; i < log.records.size(); ++i) {
      if (i != flipped)
        expect_same(log.records[i], expected_record(i + 1, i + 1));
      else
        EXPECT_FALSE(log.records[i].time_ns == 101 + i &&
                     log.records[i].what == expected_record(i + 1, i + 1).what);
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(LogV1, AppendingToWhatIsNoLogOfThisVersion) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  write_bytes(path, v2_header());
  expect_error(append_log_v1(path), ErrorCode::kBadInput, "a log of version 2 cannot go on as version 1",
               path + ": byte 0", "go on with version 2, or record into a new file");
  expect_error(append_log_v1(folder / "none"), ErrorCode::kFile,
               "cannot open for writing: No such file or directory (ENOENT)", (folder / "none").string(),
               "check the path and its permissions");
}

}  // namespace
}  // namespace vyre::recording
