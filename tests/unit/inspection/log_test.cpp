// Replay logs counted, put into words, and compared.
#include "inspection_fixture.hpp"
#include "vyre/inspection/difference.hpp"
#include "vyre/inspection/records.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::inspection {
namespace {

using namespace recording;

std::vector<LogRecord> sample() {
  RunRecord run;
  run.workload_name = "sum";
  run.backend = "reference";
  run.slot_count = 64;
  run.observable_count = 8;
  PublicationRecord publication;
  publication.form = PublicationForm::kBatch;
  publication.ticket = 1;
  publication.first_slot = 4;
  publication.slots = {slot_of(Status::kPublished, protocol::kOpStoreU32, {1, 160}, 1),
                       slot_of(Status::kPublished, protocol::kOpNop, {})};
  CheckpointRecord checkpoint{
      .epoch = 2, .done_count = 2, .published = 2, .quiescent = true, .observables = {{0, 1}}};
  return {
      {.time_ns = 100, .what = run},
      {.time_ns = 200, .what = publication},
      {.time_ns = 300, .what = ControlWriteRecord{.word = 3, .value = 0}},
      {.time_ns = 400, .what = WaitRecord{.awaited = WaitRecord::For::kTicket, .value = 1}},
      {.time_ns = 500, .what = checkpoint},
      {.time_ns = 600, .what = EndRecord{.verdict = "finished", .published = 2, .done = 2, .faulted = 0}}};
}

Inspection write(const Folder& folder, std::string_view name, const std::vector<LogRecord>& records) {
  auto writer = create_log(folder / name);
  EXPECT_TRUE(writer);
  for (const auto& record : records) EXPECT_TRUE((*writer)->append(record));
  EXPECT_TRUE((*writer)->close());
  auto opened = open({.file = folder / name, .as = std::nullopt, .buffers = {}});
  EXPECT_TRUE(opened);
  return opened.value_or(Inspection{});
}

std::vector<std::string> texts(const Inspection& a, const Inspection& b,
                               const std::vector<std::string>& ignore = {}) {
  const auto found = compare(a, b, parse_ignored(ignore).value(), 100);
  if (!found) return {to_text(found.error())};
  std::vector<std::string> texts;
  for (const auto& difference : found->first) texts.push_back(to_text(difference));
  return texts;
}
using Texts = std::vector<std::string>;

TEST(LogSummary, CountsEveryKind) {
  const Folder folder;
  const auto log = write(folder, "a", sample());
  EXPECT_EQ(log.content, Content::kLog);
  const auto summary = summarize_log(log);
  ASSERT_TRUE(summary) << to_text(summary.error());
  EXPECT_EQ(summary->version, 2U);
  EXPECT_EQ(summary->records, 6U);
  EXPECT_EQ(summary->runs + summary->publications + summary->control_writes + summary->waits +
                summary->checkpoints + summary->ends,
            6U);
  EXPECT_EQ(summary->slots, 2U);
  EXPECT_EQ(summary->opcodes.entries, (std::vector<Counted>{{0, 1}, {1, 1}}));
  EXPECT_EQ(summary->tenants.entries, (std::vector<Counted>{{0, 1}, {1, 1}}));
  EXPECT_EQ(summary->first_time_ns, 100U);
  EXPECT_EQ(summary->last_time_ns, 600U);
  EXPECT_EQ(summary->last_epoch, 2U);
  EXPECT_EQ(summary->verdict, "finished");
  EXPECT_EQ(summary->run->workload_name, "sum");
  EXPECT_FALSE(summary->damage);
}

/// Run 0 calls 9 "nine" and tenant 1 "one", run 1 calls 9 "neuf" and 10 "ten".
std::vector<LogRecord> two_runs() {
  RunRecord first, second;
  first.handlers = {{.opcode = 9, .name = "nine", .file = "", .glsl = ""},
                    {.opcode = 11, .name = "eleven", .file = "", .glsl = ""}};
  first.tenants = {{.id = 1, .name = "one", .quota = 1, .enabled = true}};
  second.handlers = {{.opcode = 9, .name = "neuf", .file = "", .glsl = ""},
                     {.opcode = 10, .name = "ten", .file = "", .glsl = ""}};
  PublicationRecord publication;
  publication.slots = {slot_of(Status::kPublished, 9, {1}, 1)};
  const ControlWriteRecord write{.word = protocol::kTenantMaskWord + 1, .value = 0};
  return {{.time_ns = 1, .what = first},
          {.time_ns = 2, .what = publication},
          {.time_ns = 3, .what = write},
          {.time_ns = 4, .what = second},
          {.time_ns = 5, .what = publication}};
}

TEST(LogSummary, NamesOfEveryRunThatNoOtherContradicts) {
  const Folder folder;
  const auto log = write(folder, "a", two_runs());
  EXPECT_EQ(log.names.handler(9), "nine") << "those of the first run";
  const auto summary = summarize_log(log);
  ASSERT_TRUE(summary) << to_text(summary.error());
  EXPECT_EQ(summary->names, (Names{.handlers = {{10, "ten"}, {11, "eleven"}}, .tenants = {{1, "one"}}}));
}

TEST(LogText, TenantsOfControlWrites) {
  const Names names{.handlers = {}, .tenants = {{0, "zero"}, {2, "two"}}};
  const auto text = [&names](std::uint32_t word) {
    return record_text({.what = ControlWriteRecord{.word = word, .value = 7}}, names);
  };
  EXPECT_EQ(text(protocol::kTenantMaskWord + 2), "tenant_mask(2) of two = 7");
  EXPECT_EQ(text(protocol::kTenantQuotaWord), "tenant_quota(0) of zero = 7");
  EXPECT_EQ(text(protocol::kTenantMaskWord + 1), "tenant_mask(1) = 7");
  EXPECT_EQ(text(protocol::kTenantMaskWord - 1), "tenant_base = 7");
  EXPECT_EQ(text(protocol::kObservableWord), "observable(0) = 7");
}

TEST(CompareLogs, EachRunByItsNames) {
  const Folder folder;
  auto records = two_runs();
  const auto a = write(folder, "a", records);
  for (const std::size_t at : {1U, 4U}) {
    auto& slot = std::get<PublicationRecord>(records[at].what).slots[0];
    slot.args[0] = 2;
    slot.tenant = 2;
  }
  const auto b = write(folder, "b", records);
  EXPECT_EQ(texts(a, b), (Texts{"record 1 slot 0 operation: `nine 1` in A, `nine 2` in B",
                                "record 1 slot 0 tenant: 1 (one) in A, 2 in B",
                                "record 4 slot 0 operation: `neuf 1` in A, `neuf 2` in B",
                                "record 4 slot 0 tenant: 1 in A, 2 in B"}));
  records[2].what = WaitRecord{.awaited = WaitRecord::For::kTicket, .value = 1};
  records.pop_back();
  EXPECT_EQ(texts(a, write(folder, "c", records), {"slots"}),
            (Texts{"record 2: `tenant_mask(1) of one = 0` in A, `waited for ticket 1` in B",
                   "record 4: `single of 1 slot at slot 0` in A, absent in B"}));
}

TEST(LogSummary, ACutTailIsToldApartFromDamage) {
  const Folder folder;
  auto log = write(folder, "a", sample());
  std::filesystem::resize_file(log.file, std::filesystem::file_size(log.file) - 1);
  const auto summary = summarize_log(log);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->records, 5U);
  ASSERT_TRUE(summary->damage);
  EXPECT_TRUE(summary->tail_is_cut);
  EXPECT_EQ(summary->damage->where.substr(0, log.file.size()), log.file);
}

TEST(LogText, OneLineARecord) {
  Texts lines;
  for (const auto& record : sample())
    lines.push_back(std::string(kind_of(record)) + ": " + record_text(record));
  EXPECT_EQ(lines, (Texts{"run: run of sum on reference, 64 slots, 8 observables",
                          "publication: batch of 2 slots at slot 4, ticket 1",
                          "control_write: tenant_mask(0) = 0", "wait: waited for ticket 1",
                          "checkpoint: checkpoint at epoch 2, 2 published, 2 done, quiescent: 0=1",
                          "end: end, finished: 2 published, 2 done, 0 faulted"}));
}

TEST(LogRecords, ASnapshotHasNone) {
  expect_error(open_records(inspection_of({})), ErrorCode::kBadInput, "a snapshot holds no records", "test",
               "name a replay log");
}

TEST(CompareLogs, TimesAndOriginCanBeIgnored) {
  const Folder folder;
  auto records = sample();
  const auto a = write(folder, "a", records);
  records[3].time_ns = 450;
  std::get<RunRecord>(records[0].what).device = "another";
  std::get<RunRecord>(records[0].what).slot_count = 128;
  const auto b = write(folder, "b", records);
  EXPECT_EQ(texts(a, a), Texts{});
  EXPECT_EQ(texts(a, b),
            (Texts{"record 0 origin.device: `` in A, `another` in B",
                   "record 0 slot_count: 64 in A, 128 in B", "record 3 timestamp_ns: 400 in A, 450 in B"}));
  EXPECT_EQ(texts(a, b, {"timestamps", "origin", "run"}), Texts{});
  EXPECT_EQ(texts(a, b, {"timestamps", "origin"}), (Texts{"record 0 slot_count: 64 in A, 128 in B"}));
}

TEST(CompareLogs, SlotsAndObservables) {
  const Folder folder;
  auto records = sample();
  const auto a = write(folder, "a", records);
  std::get<PublicationRecord>(records[1].what).slots[0].args[0] = 2;
  std::get<CheckpointRecord>(records[4].what).observables[0] = 2;
  const auto b = write(folder, "b", records);
  EXPECT_EQ(texts(a, b),
            (Texts{"record 1 slot 4 operation: `store_u32 value=1 to=observable(0)` in A, `store_u32 value=2 "
                   "to=observable(0)` in B",
                   "record 4 observables: `0=1` in A, `0=2` in B"}));
  EXPECT_EQ(texts(a, b, {"slots", "checkpoint"}), Texts{});
}

/// Words that the fields' texts leave out must not make two records look alike.
TEST(CompareLogs, HandlersAndTablesOfOneLength) {
  const Folder folder;
  auto records = sample();
  auto& run = std::get<RunRecord>(records[0].what);
  run.handlers = {{.opcode = 0x4000'0001, .name = "h", .file = "h.glsl", .glsl = "aa"}};
  run.dfa_table.assign(256, 0);
  const auto a = write(folder, "a", records);
  run.handlers[0].glsl = "ab";
  const auto b = write(folder, "b", records);
  EXPECT_EQ(texts(a, b), (Texts{"record 0 text of handler 0x40000001: `aa` in A, `ab` in B"}));
  run.dfa_table[7] = 1;
  const auto c = write(folder, "c", records);
  EXPECT_EQ(texts(b, c), (Texts{"record 0 dfa_table word 7: 0 in A, 1 in B"}));
}

TEST(CompareLogs, OneIsLonger) {
  const Folder folder;
  auto records = sample();
  const auto a = write(folder, "a", records);
  records.pop_back();
  const auto b = write(folder, "b", records);
  EXPECT_EQ(texts(a, b),
            (Texts{"record 5: `end, finished: 2 published, 2 done, 0 faulted` in A, absent in B"}));
  EXPECT_EQ(texts(a, b, {"end"}), Texts{});
}

TEST(CompareLogs, AnotherKindOfRecord) {
  const Folder folder;
  auto records = sample();
  const auto a = write(folder, "a", records);
  records[3].what = ControlWriteRecord{.word = 160, .value = 9};
  const auto b = write(folder, "b", records);
  EXPECT_EQ(texts(a, b), (Texts{"record 3: `waited for ticket 1` in A, `observable(0) = 9` in B"}));
}

}  // namespace
}  // namespace vyre::inspection
