// Logs of scans: the rules travel in them as patterns, and come to the same tables; logs of streams are
// refused.
#include <fstream>

#include "log_files.hpp"
#include "session/logged_rules.hpp"
#include "support/expect_error.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/session/cut.hpp"
#include "vyre/session/explore.hpp"
#include "vyre/session/export.hpp"
#include "vyre/session/ring_image.hpp"

namespace {

using namespace vyre;
using recording::PublicationRecord;
using recording::RunRecord;
using test::all_of;

constexpr const char* kScans = R"(vyre: 1
arena: {size: 4KiB, data: [{at: 0, text: "a FOX and a fox\nid=42 "}]}
scan:
  - {literals: [fox, 'd\x20\\', 'd\xff'], name: words, ignore_case: true, escapes: true}
  - {regex: "[a-z]+=[0-9]+[ \\n]"}
steps:
  - scan: {table: words, at: 0, bytes: 15, results: 64, most: 4, exit: 128}
  - scan: {table: 1, at: 0, bytes: 22, results: 256, most: 1}
  - {scan: {table: 7, at: 0, bytes: 22, results: 512}, unchecked: true}
expect:
  arena:
    - {at: 64, words: [2]}
    - {at: 256, words: [1]}
    - {at: 264, words: [0, 22]}
  faults: [{reason: no_scan_table}]
)";

class ScanLog : public test::LogFiles {
 protected:
  static std::string export_text(const std::filesystem::path& path,
                                 const session::ExportOptions& options = {}) {
    const auto plan = session::plan_replay(path);
    EXPECT_TRUE(plan) << to_text(plan.error());
    std::string text;
    const auto exported = session::export_log(
        *plan,
        [&](std::string_view piece) {
          text += piece;
          return Result<void>{};
        },
        options);
    EXPECT_TRUE(exported) << to_text(exported.error());
    return text;
  }
  std::filesystem::path record_scans() { return record(kScans); }
};

TEST_F(ScanLog, HoldsRulesFromWhichTheSameTablesAreBuilt) {
  const auto runs = all_of<RunRecord>(read_all(record_scans()));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_FALSE(runs[0].streams);
  ASSERT_EQ(runs[0].scan_rules.size(), 2U);
  EXPECT_EQ(runs[0].scan_rules[0].name, "words");
  EXPECT_EQ(runs[0].scan_rules[0].patterns, (std::vector<std::string>{"fox", "d \\\\", "d\\xff"}));
  EXPECT_TRUE(runs[0].scan_rules[0].ignore_case);
  EXPECT_TRUE(runs[0].scan_rules[1].is_regex);
  const auto workload = workload::load_text(kScans, "w.yaml");
  ASSERT_TRUE(workload);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto built = session::build_rule(runs[0].scan_rules[i]);
    ASSERT_TRUE(built) << to_text(built.error());
    EXPECT_EQ(built->front(), workload->scan_rules[i].table);
  }
  EXPECT_EQ(*session::scan_tables_for(runs[0]), *session::scan_tables_for(*workload));
}

TEST_F(ScanLog, RunsAgainWithTheSameResults) {
  const auto report = test::run_text(kScans);
  EXPECT_EQ(report.verdict, session::Verdict::kPassed);
  const auto replayed = play(record_scans());
  EXPECT_EQ(replayed.run.verdict, session::Verdict::kPassed);
  EXPECT_FALSE(replayed.divergence);
  EXPECT_GT(replayed.compared, 0U);
  EXPECT_EQ(replayed.run.done, report.done);
  EXPECT_EQ(replayed.run.fault_count, 1U);
}

TEST_F(ScanLog, IsExportedAsRulesAndScanSteps) {
  const std::string text = export_text(record_scans());
  for (const char* line :
       {"scan:\n  - {literals: [\"fox\", \"d \\\\\\\\\", \"d\\\\xff\"], escapes: true, name: words, "
        "ignore_case: true}\n",
        "  - {regex: \"[a-z]+=[0-9]+[ \\\\n]\"}\n",
        "  - scan: {table: words, at: 0, bytes: 15, results: 64, most: 4, exit: 128}\n",
        "  - scan: {table: 1, at: 0, bytes: 22, results: 256, most: 1}\n",
        "  - scan: {table: 7, at: 0, bytes: 22, results: 512}\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  const auto workload = workload::load_text(text, "w.yaml");
  const auto original = workload::load_text(kScans, "w.yaml");
  ASSERT_TRUE(workload) << to_text(workload.error().errors[0]);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(workload->scan_rules[i].table, original->scan_rules[i].table);
  const auto before = all_of<PublicationRecord>(read_all(file("run.vrrl")));
  const auto after = all_of<PublicationRecord>(read_all(record(text.c_str(), "again.vrrl")));
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].slots, after[i].slots) << i;
}

/// YAML holds no bytes that are no UTF-8.
TEST_F(ScanLog, ExportsARegexOfOtherBytesAsATableFile) {
  const auto rule = scan::build_regex("a[\xFF]b");
  ASSERT_TRUE(rule);
  workload::ScanRule made{.name = "bytes", .table = rule->scan, .reverse = rule->reverse, .position = {}};
  const auto logged = session::describe_rule(made);
  EXPECT_EQ(logged.patterns, (std::vector<std::string>{"a[\\xff]b"}));
  const auto log = rewrite(record_scans(), "bytes.vrrl", [&](recording::LogRecord& record) {
    if (auto* run = std::get_if<RunRecord>(&record.what)) run->scan_rules[1] = logged;
  });
  const std::string text = export_text(log, {.workload = file("out.yaml")});
  EXPECT_NE(text.find("  - {tables: \"out.rule1.tables\", name: bytes}\n"), std::string::npos) << text;
  const auto workload = workload::load_text(text, file("out.yaml").string());
  ASSERT_TRUE(workload) << to_text(workload.error().errors[0]);
  EXPECT_EQ(workload->scan_rules[1].table, rule->scan);
  EXPECT_EQ(workload->scan_rules[1].reverse, rule->reverse);
}

TEST_F(ScanLog, OfAnotherTableOrOfNoneIsRefused) {
  RunRecord run = all_of<RunRecord>(read_all(record_scans())).at(0);
  run.vyre_version = "9.9";
  run.scan_rules[1].checksum ^= 1;
  support::expect_error(session::scan_tables_for(run), ErrorCode::kUnsupported,
                        "the rule's patterns come to another table than the one recorded",
                        "scan rule 1 of the log", "record the run again, or replay it with vyre 9.9");
  run.scan_rules[1].patterns = {"a)"};
  support::expect_error(session::scan_tables_for(run), ErrorCode::kBadInput, "this ')' closes nothing",
                        "scan rule 1 of the log, byte 1 of 'a)'",
                        "open it with (, or write \\) for the character");
  run.scan_rules[1].patterns = {};
  support::expect_error(session::scan_tables_for(run), ErrorCode::kBadInput,
                        "0 regular expressions in one rule", "scan rule 1 of the log",
                        "record the run again");
}

TEST_F(ScanLog, OfAStreamIsNotPlayedAgainButCanBeCut) {
  const auto log = rewrite(record_scans(), "stream.vrrl", [](recording::LogRecord& record) {
    if (auto* run = std::get_if<RunRecord>(&record.what)) run->streams = true;
  });
  const auto plan = session::plan_replay(log);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->run.streams);
  const auto refuses = [&](const Result<void>& result) {
    support::expect_error(result, ErrorCode::kBadInput,
                          "the log is of a run that streamed files, whose bytes it does not hold",
                          log.string(), "run the workload again: w.yaml");
  };
  refuses(session::check_can_replay(*plan));
  const auto backend = session::make_reference_backend(session::config_for(plan->run, {}));
  ASSERT_TRUE(backend);
  const auto replayed = session::replay(*plan, **backend);
  EXPECT_EQ(replayed.run.verdict, session::Verdict::kError);
  EXPECT_EQ(replayed.run.published, 0U);
  ASSERT_TRUE(replayed.run.error);
  refuses(std::unexpected(*replayed.run.error));
  const auto explored = session::explore(*plan, {});
  ASSERT_FALSE(explored);
  refuses(std::unexpected(explored.error()));
  const auto exported = session::export_log(*plan, [](std::string_view) { return Result<void>{}; });
  ASSERT_FALSE(exported);
  refuses(std::unexpected(exported.error()));
  ASSERT_TRUE(session::cut_log(*plan, file("cut.vrrl"), {}));
  EXPECT_TRUE(all_of<RunRecord>(read_all(file("cut.vrrl"))).at(0).streams);
}

TEST_F(ScanLog, SaysWhenTheRunStreamed) {
  std::ofstream(file("empty"));
  const auto log =
      record(("vyre: 1\nscan: [literals: [a]]\nsteps: [stream: {files: [" + file("empty").string() + "]}]\n")
                 .c_str());
  EXPECT_TRUE(all_of<RunRecord>(read_all(log)).at(0).streams);
}

TEST(ScanRing, OfAStreamIsNotEncoded) {
  const auto workload = workload::load_text(
      "vyre: 1\nscan: [literals: [a]]\nsteps:\n  - nop\n  - stream: {files: [a]}\n", "w.yaml");
  ASSERT_TRUE(workload);
  support::expect_error(session::encode_ring(*workload, {}), ErrorCode::kBadInput,
                        "how many slots a stream publishes depends on its files", "w.yaml:5:5",
                        "encode the workload without its stream");
}

}  // namespace
