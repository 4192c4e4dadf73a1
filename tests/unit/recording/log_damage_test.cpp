// Version 2 replay logs that are not whole: cut at every byte, every bit flipped, and records that lie.
#include <sys/stat.h>

#include "log_fixture.hpp"
#include "support/expect_error.hpp"

namespace vyre::recording {
namespace {

using support::expect_error;

constexpr const char* kUnharmed = "take an unharmed copy of the log";
constexpr const char* kGoOn = "use what stands before it; recording may go on there";

struct Sample {
  std::vector<LogRecord> records = sample_records();
  std::string bytes;
  std::vector<std::uint64_t> ends;  ///< ends[n]: the file's size with n records

  /// Without the run, whose text is long, there are fewer files to write.
  explicit Sample(bool with_run = true) {
    if (!with_run) records.erase(records.begin());
    bytes = v2_log(records);
    for (std::size_t count = 0; count <= records.size(); ++count)
      ends.push_back(v2_log({records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count)}).size());
  }
  /// How many records are whole before this byte.
  [[nodiscard]] std::size_t whole_before(std::uint64_t size) const {
    std::size_t count = 0;
    while (count + 1 < ends.size() && ends[count + 1] <= size) ++count;
    return count;
  }
};

TEST(LogDamage, CutAtEveryByte) {
  const Sample sample;
  for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
    SCOPED_TRACE(fmt::format("cut at byte {}", size));
    const std::string bytes = sample.bytes.substr(0, size);
    if (size < 16) {
      // Less than "VRRL" is no log yet.
      const bool has_stem = size >= 4;
      expect_error(open_bytes(bytes), ErrorCode::kBadInput,
                   size == 0  ? "the file is empty"
                   : has_stem ? fmt::format("the file ends after {} of the header's 16 bytes", size)
                              : fmt::format("no replay log: it begins with '{}', not 'VRRL'", bytes),
                   fmt::format("a.vrrl: byte {}", has_stem ? size : 0),
                   has_stem ? kUnharmed : "name a log that 'vyre run --record' wrote");
      continue;
    }
    const ReadLog log = read_log(bytes);
    const std::size_t whole = sample.whole_before(size);
    expect_prefix(log.records, sample.records, whole);
    const std::uint64_t left = size - sample.ends[whole];
    if (left == 0) {
      EXPECT_FALSE(log.damage);
      EXPECT_FALSE(log.tail_is_cut);
      continue;
    }
    EXPECT_TRUE(log.tail_is_cut);
    const std::uint64_t due = sample.ends[whole + 1] - sample.ends[whole];
    expect_damage(log,
                  left < 16 ? fmt::format("the last record is cut: {} bytes of its head of 16", left)
                            : fmt::format("the last record is cut: {} of its {} bytes", left, due),
                  sample.ends[whole], kGoOn);
  }
}

TEST(LogDamage, EveryBitFlipped) {
  const Sample sample;
  for (std::size_t bit = 0; bit < 8 * sample.bytes.size(); ++bit) {
    SCOPED_TRACE(fmt::format("byte {} bit {}", bit / 8, bit % 8));
    std::string bytes = sample.bytes;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    const auto reader = open_bytes(bytes);
    if (bit / 8 < 16) {
      ASSERT_FALSE(reader);
      EXPECT_EQ(reader.error().code, ErrorCode::kBadInput);
      EXPECT_TRUE(reader.error().where.starts_with("a.vrrl: byte ")) << reader.error().where;
      EXPECT_FALSE(reader.error().what.empty() || reader.error().fix.empty());
      continue;
    }
    ASSERT_TRUE(reader) << to_text(reader.error());
    const ReadLog log = read_on(**reader);
    const std::size_t whole = sample.whole_before(bit / 8);
    expect_prefix(log.records, sample.records, whole);
    EXPECT_FALSE(log.tail_is_cut) << "a flipped bit passes for a cut";
    ASSERT_TRUE(log.damage);
    EXPECT_EQ(log.damage->where, fmt::format("a.vrrl: byte {}", sample.ends[whole]));
    const bool in_checked_head = bit / 8 - sample.ends[whole] < 8;
    EXPECT_TRUE(log.damage->what.starts_with(in_checked_head ? "a record's head is damaged: its check is 0x"
                                                             : "a record's CRC32C is 0x"))
        << log.damage->what;
    EXPECT_EQ(log.damage->fix, kUnharmed);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(LogDamage, AppendingDropsACutTailAndGoesOn) {
  const Sample sample(false);
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const LogRecord added{.time_ns = 99, .offset = 0, .what = ControlWriteRecord{.word = 7, .value = 8}};
  for (std::size_t size = 1; size < sample.bytes.size(); ++size) {
    SCOPED_TRACE(fmt::format("cut at byte {}", size));
    const std::string cut = sample.bytes.substr(0, size);
    write_bytes(path, cut);
    auto writer = append_log(path);
    if (size < 16) {
      ASSERT_FALSE(writer);
      EXPECT_EQ(writer.error().code, ErrorCode::kBadInput);
      EXPECT_EQ(read_bytes(path), cut);
      continue;
    }
    ASSERT_TRUE(writer) << to_text(writer.error());
    ASSERT_TRUE((*writer)->append(added));
    ASSERT_TRUE((*writer)->close());
    auto expected = sample.records;
    expected.resize(sample.whole_before(size));
    expected.push_back(added);
    const ReadLog log = read_log(read_bytes(path));
    EXPECT_FALSE(log.damage);
    expect_prefix(log.records, expected, expected.size());
    if (testing::Test::HasFailure()) return;
  }
}

TEST(LogDamage, AppendingLeavesADamagedLogAsItIs) {
  const Sample sample(false);
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  for (std::size_t at = 0; at < sample.bytes.size(); ++at) {
    std::string bytes = sample.bytes;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    write_bytes(path, bytes);
    const auto writer = append_log(path);
    ASSERT_FALSE(writer) << at;
    EXPECT_EQ(writer.error().code, ErrorCode::kBadInput) << at;
    if (at >= 16) { EXPECT_EQ(writer.error().fix, "record into a new file") << at; }
    ASSERT_EQ(read_bytes(path), bytes) << at;
  }
}

TEST(LogDamage, ZerosThatAFileSystemLeft) {
  const Sample sample;
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  for (const std::size_t zeros : {16U, 17U, 4096U, 200'000U}) {
    const std::string bytes = sample.bytes + std::string(zeros, '\0');
    const ReadLog log = read_log(bytes);
    expect_prefix(log.records, sample.records, sample.records.size());
    EXPECT_TRUE(log.tail_is_cut);
    expect_damage(log, fmt::format("the last {} bytes are 0: what was recorded there is lost", zeros),
                  sample.bytes.size(), kGoOn);
    write_bytes(path, bytes);
    ASSERT_TRUE(append_log(path));
    EXPECT_EQ(read_bytes(path), sample.bytes);
  }
  const ReadLog not_all = read_log(sample.bytes + std::string(200'000, '\0') + "x");
  EXPECT_FALSE(not_all.tail_is_cut);
  expect_damage(not_all,
                "a record's head is damaged: its check is 0x0000, its bytes give 0x" +
                    fmt::format("{:04x}", plain_crc32c(std::string(6, '\0')) & 0xFFFF),
                sample.bytes.size(), kUnharmed);
}

// --- Records with right checksums and wrong content --------------------------------------------------

struct Lie {
  std::string name, record, what;
  const char* fix = kUnharmed;
};
void PrintTo(const Lie& lie, std::ostream* out) { *out << lie.name; }

std::string publication(std::uint32_t form_and_flags, std::uint32_t first, std::uint32_t required,
                        std::uint32_t claimed, std::size_t slots) {
  return v2_record(2, little(form_and_flags, 4) + little(1, 8) + little(first, 4) + little(0, 4) +
                          little(required, 4) + little(0, 4) + little(claimed, 4) +
                          std::string(64 * slots, 'x'));
}
std::string checkpoint(std::uint32_t flags, std::uint32_t claimed, const std::string& pairs) {
  return v2_record(5, little(0, 16) + little(flags, 4) + little(claimed, 4) + pairs);
}
std::string run(std::string text) {
  text.append((4 - text.size() % 4) % 4, ' ');
  return v2_record(1, little(text.size(), 4) + text);
}
std::string end(std::uint32_t claimed, const std::string& text) {
  return v2_record(6, little(0, 24) + little(claimed, 4) + text);
}

const std::vector<Lie>& lies() {
  static const std::vector<Lie> table{
      {"HugeRecord", v2_head(0xFFFF'FFFC, 2),
       "a record of 4294967292 bytes, multiples of 4 up to 134217732 are possible"},
      {"OddRecord", v2_head(6, 3), "a record of 6 bytes, multiples of 4 up to 134217732 are possible"},
      {"KindZero", v2_record(0, ""), "a record of kind 0, kinds 1 to 6 are known",
       "read it with the version of vyre that wrote it, or a newer one; or record it again"},
      {"KindSeven", v2_record(7, "1234"), "a record of kind 7, kinds 1 to 6 are known",
       "read it with the version of vyre that wrote it, or a newer one; or record it again"},
      {"NoPublicationHead", v2_record(2, std::string(28, '\0')),
       "a publication of 28 bytes, its head takes 32"},
      {"NoSlots", publication(0, 0, 0, 0, 0), "a publication of 0 slots, 1 to 1048576 are possible"},
      {"TooFewSlots", publication(0, 0, 0, 2, 1), "a publication of 2 slots of 96 bytes, it takes 160"},
      {"TooManySlots", publication(0, 0, 0, 1, 2), "a publication of 1 slots of 160 bytes, it takes 96"},
      {"HugeSlots", publication(0, 0, 0, 0xFFFF'FFFF, 1),
       "a publication of 4294967295 slots of 96 bytes, it takes 274877906912"},
      // 2^26 slots of 64 bytes are 0 in 32 bits
      {"WrappingSlots", publication(0, 0, 0, 0x0400'0001, 1),
       "a publication of 67108865 slots of 96 bytes, it takes 4294967392"},
      {"FormSix", publication(6, 0, 0, 1, 1), "a publication of form 6, at most 5 is possible"},
      {"FlagSixteen", publication(0x1000, 0, 0, 1, 1), "a publication with the flags 0x10, 0xf are known"},
      {"FlagHigh", publication(0x8000'0000, 0, 0, 1, 1),
       "a publication with the flags 0x800000, 0xf are known"},
      {"PastTheEnd", publication(0, 0xFFFF'FFFF, 0, 2, 2),
       "a publication of 2 slots from slot 4294967295: they pass 2^32"},
      {"TooManyRequired", publication(5, 0, 3, 2, 2), "a window of 2 slots, 3 of them required"},
      {"ShortControlWrite", v2_record(3, "1234"), "a control write of 4 bytes, it takes 8"},
      {"LongWait", v2_record(4, std::string(20, '\0')), "a wait of 20 bytes, it takes 16"},
      {"WaitForFour", v2_record(4, little(4, 4) + little(0, 12)), "a wait for 4, at most 3 is possible"},
      {"NoCheckpointHead", v2_record(5, std::string(20, '\0')),
       "a checkpoint of 20 bytes, its head takes 24"},
      {"TooFewObservables", checkpoint(0, 2, little(0, 8)),
       "a checkpoint of 2 observables of 32 bytes, it takes 40"},
      // 2^29 pairs of 8 bytes are 0 in 32 bits
      {"WrappingObservables", checkpoint(0, 0x2000'0001, little(0, 8)),
       "a checkpoint of 536870913 observables of 32 bytes, it takes 4294967328"},
      {"CheckpointFlag", checkpoint(2, 0, ""), "a checkpoint with the flags 0x2, 0x1 is known"},
      {"ObservableBeyond", checkpoint(0, 1, little(1'048'576, 4) + little(0, 4)),
       "observable 1048576, at most 1048575 is possible"},
      {"ObservablesDescend", checkpoint(0, 2, little(2, 4) + little(0, 4) + little(1, 4) + little(0, 4)),
       "observable 1 after 2, they must ascend"},
      {"ObservableTwice", checkpoint(0, 2, little(2, 4) + little(0, 4) + little(2, 4) + little(0, 4)),
       "observable 2 after 2, they must ascend"},
      {"NoEndHead", v2_record(6, std::string(24, '\0')), "an end of 24 bytes, its head takes 28"},
      {"LongVerdict", end(4097, ""), "a verdict of 4097 bytes, at most 4096 fit"},
      {"CutVerdict", end(5, "1234"), "an end with a verdict of 5 bytes of 32 bytes, it takes 36"},
      {"NoRunHead", v2_record(1, ""), "a run of 0 bytes, its head takes 4"},
      {"RunTextTooLong", v2_record(1, little(8, 4) + "{}  "), "a run with 8 bytes of text in 4 bytes"},
      {"RunTextOdd", v2_record(1, little(2, 4) + "{}  "), "a run with 2 bytes of text in 4 bytes"},
      {"RunNoJson", run("{]"), "the run is no JSON at its byte 2"},
      {"RunNoObject", run("[]"), "the run's JSON: it is array, not an object"},
      {"RunNested", run(R"({"a":)" + std::string(100'000, '[')),
       "the run's JSON: it nests deeper than 4 levels"},
      {"RunNegative", run(R"({"slot_count":-1})"),
       "the run's JSON: 'slot_count' is number, not a whole number"},
      {"RunWide", run(R"({"debug_records":4294967296})"),
       "the run's JSON: 'debug_records' is 4294967296, at most 4294967295 is possible"},
      {"RunHugeRing", run(R"({"slot_count":1048577})"),
       "the run's JSON: 'slot_count' is 1048577, at most 1048576 is possible"},
      {"RunHugeObservables", run(R"({"observable_count":1048577})"),
       "the run's JSON: 'observable_count' is 1048577, at most 1048576 is possible"},
      {"RunHugeDebug", run(R"({"debug_records":1048577})"),
       "the run's JSON: 'debug_records' is 1048577, at most 1048576 is possible"},
      {"RunTenant", run(R"({"tenants":[{"id":29}]})"), "the run's JSON: 'id' is 29, at most 28 is possible"},
      {"RunTenantNumber", run(R"({"tenants":[1]})"), "the run's JSON: 'tenants' holds number, not objects"},
      {"RunTenantsNumber", run(R"({"tenants":1})"), "the run's JSON: 'tenants' is number, not an array"},
      {"RunFlag", run(R"({"open_protection":1})"),
       "the run's JSON: 'open_protection' is number, not a boolean"},
      {"RunText", run(R"({"handlers":[{"glsl":null}]})"), "the run's JSON: 'glsl' is null, not a string"},
      {"RunIndexAlone", run(R"({"initial_observables":[1]})"),
       "the run's JSON: 'initial_observables' has an index without a value"},
      {"RunObservableBeyond", run(R"({"initial_observables":[1048576,0]})"),
       "the run's JSON: 'initial_observables' is 1048576, at most 1048575 is possible"},
      {"RunRules", run(R"({"scan_rules":{}})"), "the run's JSON: 'scan_rules' is object, not an array"},
      {"RunRule", run(R"({"scan_rules":["a"]})"), "the run's JSON: 'scan_rules' holds string, not objects"},
      {"RunRuleRegex", run(R"({"scan_rules":[{"regex":1}]})"),
       "the run's JSON: 'regex' is number, not a boolean"},
      {"RunRulePatterns", run(R"({"scan_rules":[{"patterns":[1]}]})"),
       "the run's JSON: 'patterns' is number, not a string"},
      {"RunRuleChecksum", run(R"({"scan_rules":[{"checksum":4294967296}]})"),
       "the run's JSON: 'checksum' is 4294967296, at most 4294967295 is possible"},
      {"RunStreams", run(R"({"streams":0})"), "the run's JSON: 'streams' is number, not a boolean"},
      {"RunFormatId", run(R"({"formats":{"1x":"a"}})"), "the run's JSON: '1x' is no format id"},
      {"RunFormats", run(R"({"formats":[]})"), "the run's JSON: 'formats' is array, not an object"},
  };
  return table;
}

class LogLies : public testing::TestWithParam<Lie> {};

TEST_P(LogLies, ReadingEndsThere) {
  const std::string before = v2_record(3, little(1, 4) + little(2, 4));
  const std::string bytes = v2_header() + before + GetParam().record + before;
  const ReadLog log = read_log(bytes);
  EXPECT_EQ(log.records.size(), 1U);
  EXPECT_FALSE(log.tail_is_cut);
  expect_damage(log, GetParam().what, 16 + before.size(), GetParam().fix);
}

INSTANTIATE_TEST_SUITE_P(All, LogLies, testing::ValuesIn(lies()),
                         [](const auto& lie) { return lie.param.name; });

TEST(LogDamage, ARunOfAMillionBracketsEndsEarly) {
  std::string text = R"({"tenants":[)";
  while (text.size() < 20'000'000) text += "{},";
  text += "{}]}";
  const ReadLog log = read_log(v2_header() + run(text));
  EXPECT_TRUE(log.records.empty());
  expect_damage(log, "the run's JSON: it holds more than 4194304 values", 16, kUnharmed);
}

TEST(LogDamage, AClaimBeyondTheFileIsACut) {
  const ReadLog log = read_log(v2_header() + v2_head(134'217'732, 2) + "rest");
  EXPECT_TRUE(log.records.empty());
  EXPECT_TRUE(log.tail_is_cut);
  expect_damage(log, "the last record is cut: 20 of its 134217752 bytes", 16, kGoOn);
}

// --- Headers and files ---------------------------------------------------------------------------------

TEST(LogDamage, VersionsThatAreNotKnown) {
  constexpr const char* kNewer =
      "read it with the version of vyre that wrote it, or a newer one; or record it again";
  expect_error(open_bytes("VRRL0003" + std::string(100, '\0')), ErrorCode::kBadInput,
               "a replay log of version 3, versions 1 and 2 can be read", "a.vrrl: byte 0", kNewer);
  std::string header = "VRRL0002" + little(17, 4);
  header += little(plain_crc32c(header), 4);
  expect_error(open_bytes(header), ErrorCode::kBadInput,
               "a replay log of version 17, versions 1 and 2 can be read", "a.vrrl: byte 8", kNewer);
  expect_error(open_bytes("VRRL0001" + little(2, 4) + std::string(20, '\0')), ErrorCode::kBadInput,
               "a replay log of version 2, versions 1 and 2 can be read", "a.vrrl: byte 8", kNewer);
}

TEST(LogDamage, FilesThatAreNoLogs) {
  constexpr const char* kName = "name a log that 'vyre run --record' wrote";
  expect_error(open_bytes(""), ErrorCode::kBadInput, "the file is empty", "a.vrrl: byte 0", kName);
  expect_error(open_bytes("VRRL000x00000000"), ErrorCode::kBadInput,
               "no replay log: it begins with 'VRRL000x', not 'VRRL'", "a.vrrl: byte 0", kName);
  expect_error(open_bytes(std::string("\x01\\\0abcdefg", 10)), ErrorCode::kBadInput,
               "no replay log: it begins with '\\x01\\x5c\\x00abcde', not 'VRRL'", "a.vrrl: byte 0", kName);
  std::string header = v2_header();
  header[12] = static_cast<char>(header[12] ^ 1);
  const std::uint32_t crc = plain_crc32c(header.substr(0, 12));
  expect_error(open_bytes(header), ErrorCode::kBadInput,
               fmt::format("the header's CRC32C is {:#010x}, its bytes give {:#010x}", crc ^ 1, crc),
               "a.vrrl: byte 12", kUnharmed);
}

TEST(LogDamage, PathsThatAreNoFiles) {
  const TemporaryFolder folder;
  expect_error(open_log(folder.path()), ErrorCode::kFile, "is a directory", folder.path().string(),
               "name a file in it");
  ASSERT_EQ(::mkfifo((folder / "f").c_str(), 0600), 0);
  expect_error(open_log(folder / "f"), ErrorCode::kFile, "is no regular file", (folder / "f").string(),
               "copy its content into a file first");
  expect_error(open_log(folder / "none"), ErrorCode::kFile, "cannot open: No such file or directory (ENOENT)",
               (folder / "none").string(), "check the path and its permissions");
}

TEST(LogDamage, AFileThatShrinksWhileItIsRead) {
  const TemporaryFolder folder;
  const auto path = folder / "a";
  std::vector<protocol::Slot> slots(20'000);
  PublicationRecord head;
  {
    auto writer = create_log(path);
    ASSERT_TRUE(writer) << to_text(writer.error());
    for (int i = 0; i < 2; ++i) ASSERT_TRUE((*writer)->append_publication(1, head, slots));
    ASSERT_TRUE((*writer)->close());
  }
  auto reader = open_log(path);
  ASSERT_TRUE(reader) << to_text(reader.error());
  LogRecord record;
  ASSERT_TRUE((*reader)->next(record).value_or(false));
  std::filesystem::resize_file(path, 1'400'000);
  expect_error((*reader)->next(record), ErrorCode::kFile, "the file ends at byte 1400000 since it was opened",
               path.string(), "read it when nothing writes to it");
}

}  // namespace
}  // namespace vyre::recording
