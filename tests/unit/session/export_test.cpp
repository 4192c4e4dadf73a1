// Recorded runs as workload files: what runs again must be what was recorded.
#include "vyre/session/export.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "log_files.hpp"
#include "vyre/recording/snapshot.hpp"

namespace {

using namespace vyre;
using recording::LogRecord;
using recording::PublicationForm;
using recording::PublicationRecord;
using test::all_of;

class Export : public test::LogFiles {
 protected:
  static std::string export_text(const std::filesystem::path& path,
                                 const session::ExportOptions& options = {},
                                 session::ExportReport* report = nullptr) {
    const auto plan = session::plan_replay(path);
    EXPECT_TRUE(plan) << to_text(plan.error());
    std::string text;
    if (!plan) return text;
    const auto exported = session::export_log(*plan, into(text), options);
    EXPECT_TRUE(exported) << to_text(exported.error());
    if (exported && report != nullptr) *report = *exported;
    return text;
  }

  static session::TextSink into(std::string& text) {
    return [&text](std::string_view piece) {
      text += piece;
      return Result<void>{};
    };
  }

  /// A log of these publications in a ring of 16 slots.
  std::filesystem::path write(const std::vector<PublicationRecord>& publications) {
    auto writer = recording::create_log(file("made.vrrl"));
    EXPECT_TRUE(writer);
    recording::RunRecord run;
    run.slot_count = 16;
    run.observable_count = 8;
    run.debug_records = 64;
    run.tenants = {{0, "", protocol::kTenantQuotaDefault, true}};
    EXPECT_TRUE((*writer)->append({.what = run}));
    for (const auto& publication : publications) EXPECT_TRUE((*writer)->append({.what = publication}));
    EXPECT_TRUE((*writer)->close());
    return file("made.vrrl");
  }

  static PublicationRecord one_slot(std::uint32_t opcode, std::uint32_t priority = 2) {
    PublicationRecord publication;
    publication.ticket = 1;
    publication.first_slot = 5;
    publication.slots.push_back({.status = 1, .opcode = opcode, .tenant = 0, .priority = priority});
    return publication;
  }

  Error refused(const std::filesystem::path& path) {
    const auto plan = session::plan_replay(path);
    EXPECT_TRUE(plan);
    std::string text;
    const auto exported = session::export_log(*plan, into(text));
    EXPECT_FALSE(exported);
    return exported ? Error{} : exported.error();
  }

  /// Slots, places, order, waits and host writes; not whether a place was asked for, since the export does.
  static void expect_same(const std::vector<LogRecord>& before, const std::vector<LogRecord>& after) {
    const auto a = all_of<PublicationRecord>(before);
    const auto b = all_of<PublicationRecord>(after);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].form, b[i].form) << i;
      EXPECT_EQ(a[i].first_slot, b[i].first_slot) << i;
      EXPECT_EQ(a[i].slots, b[i].slots) << i;
      EXPECT_EQ(a[i].window_required, b[i].window_required) << i;
      EXPECT_EQ(a[i].in_partition, b[i].in_partition) << i;
    }
    EXPECT_EQ(all_of<recording::WaitRecord>(before), all_of<recording::WaitRecord>(after));
    EXPECT_EQ(all_of<recording::ControlWriteRecord>(before), all_of<recording::ControlWriteRecord>(after));
  }
};

constexpr const char* kEveryForm = R"(vyre: 1
name: 'every "form"'
ring: {slots: 32}
control:
  observables: 20
  initial: {2: 50}
  tenants: [{id: 1, name: guest, quota: 4}, {id: 2, name: off, enabled: false}]
debug: {records: 8}
formats: {3: "a {a} \"b\" {b}"}
dfa: {states: 2, edges: [{from: 0, to: 1, range: [97, 99]}]}
steps:
  - store_u32: [42, observable(3)]
  - {opcode: 0x1234, args: [1, 2, 0, 4], unchecked: true, async: true}
  - packed: [{atomic_add: [1, observable(4)]}, {nop: []}, {store_u32: [7, observable(5)]}]
    tenant: guest
  - batch:
      - atomic_add: [1, observable(6)]
      - packed: [{nop: []}]
        tenant: guest
  - fenced_batch: {tag: 9, items: [{atomic_add: [2, observable(7)]}, nop]}
  - fenced_batch: {items: []}
  - work_items: [{opcode: 2, input: 5, output: observable(8), param: 0}, {opcode: nop, input: 1, output: 2, param: 3}]
    async: true
  - wait: {epoch: 2}
  - window: {opcode: nop, ticket: 40, required: [[1, 2], []], lookahead: [[3]]}
    async: true
  - wait: {window: 40}
  - printf: [3, 1, 2]
  - dfa_step: [0, 98, 9]
  - nop
  - atomic_add: [1, observable(10)]
    priority: high
  - atomic_add: {value: 1, to: observable(11)}
    slot: 30
  - set_quota: {tenant: guest, quota: 2}
  - disable_tenant: guest
  - set_observable: {index: 12, value: 77}
  - enable_tenant: guest
  - wait: all
  - store_u32: [1, observable(13)]
    tenant: 30
    unchecked: true
expect:
  faults: [{count: 2}]
)";

TEST_F(Export, EveryFormRunsAgainAsItWasRecorded) {
  const auto first = record(kEveryForm);
  session::ExportReport report;
  const std::string text = export_text(first, {}, &report);
  EXPECT_EQ(report.slots, 20U);
  EXPECT_TRUE(report.notes.empty());
  session::RunOptions options;
  options.record = session::RecordOptions{.path = file("again.vrrl"), .handlers = {}};
  const auto run = test::run_text(text, options);
  EXPECT_EQ(run.verdict, session::Verdict::kPassed) << text;
  EXPECT_GE(run.checks.size(), 22U) << "20 observables, the epoch and the faults";
  expect_same(read_all(first), read_all(file("again.vrrl")));
  const auto a = std::get<recording::RunRecord>(read_all(first).front().what);
  const auto b = std::get<recording::RunRecord>(read_all(file("again.vrrl")).front().what);
  EXPECT_EQ(a.tenants, b.tenants);
  EXPECT_EQ(a.formats, b.formats);
  EXPECT_EQ(a.dfa_table, b.dfa_table);
  EXPECT_EQ(a.initial_observables, b.initial_observables);
  EXPECT_EQ(a.workload_name, b.workload_name);
  EXPECT_EQ(std::pair(a.slot_count, a.observable_count), std::pair(b.slot_count, b.observable_count));
  EXPECT_EQ(a.debug_records, b.debug_records);
}

TEST_F(Export, PrioritiesAndOpenProtectionStay) {
  const auto log = record(R"(vyre: 1
ring: {slots: 64, scheduler: priority}
control: {protection: open, tenants: [{id: 1}]}
steps:
  - {nop: [], priority: idle, async: true}
  - {nop: [], async: true}
  - {store_u32: [5, observable(1)], tenant: 1, priority: critical}
)");
  const std::string text = export_text(log);
  EXPECT_NE(text.find("protection: open"), std::string::npos) << text;
  EXPECT_NE(text.find("scheduler: priority"), std::string::npos) << text;
  session::RunOptions options;
  options.record = session::RecordOptions{.path = file("again.vrrl"), .handlers = {}};
  EXPECT_EQ(test::run_text(text, options).verdict, session::Verdict::kPassed) << text;
  expect_same(read_all(log), read_all(file("again.vrrl")));
}

TEST_F(Export, AMalformedPackedSlotKeepsItsWords) {
  auto odd = one_slot(protocol::kOpPackedSlot);
  odd.slots[0].args = {0x00020201, 77, 161, 9};  // one operation, and a word behind its arguments
  session::ExportReport report;
  const std::string text = export_text(write({odd}), {}, &report);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(text.find("# a packed slot that no list"), std::string::npos) << text;
  session::RunOptions options;
  options.record = session::RecordOptions{.path = file("again.vrrl"), .handlers = {}};
  static_cast<void>(test::run_text(text, options));
  EXPECT_EQ(all_of<PublicationRecord>(read_all(file("again.vrrl"))).at(0).slots, odd.slots);
}

TEST_F(Export, WhatAWorkloadCannotSayIsRefusedWithItsPlace) {
  const auto unknown = refused(write({one_slot(protocol::kOpNop, 9)}));
  EXPECT_EQ(unknown.code, ErrorCode::kUnsupported);
  EXPECT_EQ(unknown.what, "slot 5 with the unknown PRIORITY 9");
  EXPECT_TRUE(unknown.where.starts_with(file("made.vrrl").string() + ", byte ")) << unknown.where;
  EXPECT_EQ(unknown.fix, "replay the log: a workload asks for a priority by its partition of the ring");
  const auto reserved = refused(write({one_slot(protocol::kOpLoadMiss)}));
  EXPECT_EQ(reserved.what, "a slot of opcode 0x0000FFFD, which no workload may publish");
  EXPECT_EQ(reserved.fix, "cut the log to the other opcodes first");
  auto outside = one_slot(protocol::kOpNop);
  outside.first_slot = 16;
  const auto beyond = refused(write({outside}));
  EXPECT_EQ(beyond.code, ErrorCode::kOutOfRange);
  EXPECT_EQ(beyond.what, "slot 16 in a ring of 16 slots");
  EXPECT_EQ(beyond.fix, "give the ring more with --slots");
}

TEST_F(Export, HandlersAndTablesStandBesideTheWorkload) {
  const auto log = rewrite(record("vyre: 1\nsteps: [nop]\n"), "more.vrrl", [](LogRecord& log_record) {
    if (auto* run = std::get_if<recording::RunRecord>(&log_record.what)) {
      run->handlers = {{0x40000001, "twice", "twice.glsl", "// text\n"}};
      run->dfa_table.assign(65 * protocol::kDfaColumns, 7);
    }
  });
  const auto without = refused(log);
  EXPECT_EQ(without.code, ErrorCode::kUnsupported);
  EXPECT_EQ(without.what, "the handler 'twice' needs a file beside the workload");
  EXPECT_EQ(without.fix, "name the workload's file with -o");

  session::ExportReport report;
  const std::string text = export_text(log, {.workload = file("w.yaml")}, &report);
  EXPECT_EQ(report.files, (std::vector{file("w.twice.glsl"), file("w.dfa")}));
  const auto loaded = workload::load_text(text, file("w.yaml").string());
  ASSERT_TRUE(loaded) << to_text(loaded.error().errors.front());
  ASSERT_EQ(loaded->handlers.size(), 1U);
  EXPECT_EQ(loaded->handlers[0].name, "twice");
  EXPECT_EQ(loaded->dfa_table, std::vector<std::uint32_t>(65 * protocol::kDfaColumns, 7));

  // The first stands already: nothing is overwritten, and nothing new is left.
  std::filesystem::remove(file("w.twice.glsl"));
  const auto plan = session::plan_replay(log);
  std::string again;
  const auto refused_again = session::export_log(*plan, into(again), {.workload = file("w.yaml")});
  ASSERT_FALSE(refused_again);
  EXPECT_EQ(refused_again.error().code, ErrorCode::kFile);
  EXPECT_EQ(refused_again.error().what, "cannot write the table of 65 states: File exists");
  EXPECT_EQ(refused_again.error().where, file("w.dfa").string());
  EXPECT_EQ(refused_again.error().fix, "remove it, or name another workload file");
  EXPECT_FALSE(std::filesystem::exists(file("w.twice.glsl")));
  EXPECT_TRUE(std::filesystem::exists(file("w.dfa")));
}

TEST_F(Export, ALogOfVersion1WaitsForItsEpochs) {
  const auto log = record(R"(vyre: 1
ring: {slots: 16}
steps:
  - fenced_batch: {tag: 4, items: [{store_u32: [6, observable(1)]}]}
  - load_u32: [observable(1), 2]
)",
                          "old.vrrl", [](auto& options) { options.version = 1; });
  const std::string text = export_text(log);
  EXPECT_NE(text.find("- wait: {epoch: 1}"), std::string::npos) << text;
  session::RunOptions options;
  options.observe = {{"observable(2)", protocol::kObservableWord + 2}};
  const auto run = test::run_text(text, options);
  EXPECT_EQ(run.verdict, session::Verdict::kPassed) << text;
  ASSERT_EQ(run.observed.size(), 1U);
  EXPECT_EQ(run.observed[0].value, 6U);
}

TEST_F(Export, ASnapshotsSlotsGoWhereTheyAre) {
  session::RunOptions dumping;
  dumping.dump = file("end.vyre");
  ASSERT_FALSE(
      test::run_text("vyre: 1\nname: placed\nring: {slots: 8}\ncontrol: {tenants: [{id: 2, name: guest}]}\n"
                     "steps: [{batch: [{store_u32: [3, observable(1)]}, nop], slot: 4}]\n",
                     dumping)
          .error);
  std::string text;
  const auto exported = session::export_snapshot(file("end.vyre"), into(text));
  ASSERT_TRUE(exported) << to_text(exported.error());
  EXPECT_EQ(exported->slots, 2U);
  EXPECT_NE(text.find("name: \"placed\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{id: 2, name: \"guest\"}"), std::string::npos) << text;
  session::RunOptions options;
  options.record = session::RecordOptions{.path = file("again.vrrl"), .handlers = {}};
  const auto run = test::run_text(text, options);
  EXPECT_EQ(run.verdict, session::Verdict::kPassed) << text;
  const auto publications = all_of<PublicationRecord>(read_all(file("again.vrrl")));
  ASSERT_EQ(publications.size(), 2U);
  EXPECT_EQ(publications[0].first_slot, 4U);
  EXPECT_EQ(publications[0].slots[0].args[0], 3U);
  EXPECT_EQ(publications[1].first_slot, 5U);
}

}  // namespace
