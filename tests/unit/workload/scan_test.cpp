// `scan` as rules and as a step: what SCAN walks, and its arguments.
#include <fstream>

#include "support.hpp"
#include "support/temporary_folder.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/scan/table_file.hpp"

namespace vyre::workload {
namespace {

using test::load_bad;
using test::load_good;

std::vector<std::string> names_of(const Workload& workload) {
  std::vector<std::string> names;
  for (const auto& rule : workload.scan_rules) names.push_back(rule.name);
  return names;
}

TEST(ScanRules, AreTablesInFileOrder) {
  const Workload workload = load_good(
      "vyre: 1\nscan:\n  - {literals: [foo, Bar], name: words, ignore_case: true}\n"
      "  - {literals: ['a\\x00\\n', \"b\\\\\\\\\"], escapes: true}\n  - {regex: a+b, name: rule}\n");
  ASSERT_EQ(workload.scan_rules.size(), 3U);
  EXPECT_EQ(names_of(workload), (std::vector<std::string>{"words", "", "rule"}));
  const auto words = scan::build_literals(std::vector<std::string>{"foo", "Bar"}, {.ignore_case = true});
  EXPECT_EQ(workload.scan_rules[0].table, *words);
  EXPECT_EQ(workload.scan_rules[0].position.line, 3U);
  EXPECT_EQ(workload.scan_rules[1].table.patterns,
            (std::vector<std::string>{std::string("a\0\n", 3), "b\\"}));
  EXPECT_FALSE(workload.scan_rules[1].reverse);
  const auto rule = scan::build_regex("a+b");
  EXPECT_EQ(workload.scan_rules[2].table, rule->scan);
  EXPECT_EQ(workload.scan_rules[2].reverse, rule->reverse);
}

TEST(ScanRules, OfFilesBesideTheWorkload) {
  const vyre::test::TemporaryFolder folder;
  std::ofstream(folder / "words.txt") << "one\\t\ntwo\n";
  const auto rule = scan::build_regex("x[0-9]");
  const auto literals = scan::build_literals(std::vector<std::string>{"three"});
  ASSERT_TRUE(scan::write_tables(folder / "rules.tables",
                                 std::vector<scan::Table>{rule->scan, rule->reverse, *literals}));
  const auto loaded = load_text(
      "vyre: 1\nscan:\n  - {literals_file: words.txt, escapes: true}\n  - tables: rules.tables\n"
      "  - {regex: y, name: last}\narena: {size: 64}\n"
      "steps: [scan: {table: last, at: 0, bytes: 16, results: 32}]\n",
      (folder / "w.yaml").string());
  ASSERT_TRUE(loaded) << to_text(loaded.error().errors[0]);
  ASSERT_EQ(loaded->scan_rules.size(), 4U);
  EXPECT_EQ(loaded->scan_rules[0].table.patterns, (std::vector<std::string>{"one\t", "two"}));
  EXPECT_EQ(loaded->scan_rules[1].table, rule->scan);
  EXPECT_EQ(loaded->scan_rules[1].reverse, rule->reverse);
  EXPECT_EQ(loaded->scan_rules[2].table, *literals);
  EXPECT_FALSE(loaded->scan_rules[2].reverse);
  const auto step = test::steps_of(*loaded).at(0);
  EXPECT_EQ(test::values(std::get<SingleStep>(step.action).operation.args).at(4), 3U);
}

TEST(ScanStep, BecomesTheArgumentsOfScan) {
  const std::string before =
      "arena: {size: 8KiB}\nscan: [{literals: [a]}, {literals: [b], name: second}]\n"
      "control: {tenants: [{id: 3}]}\n";
  const Step step = test::only_step(
      "{scan: {table: second, at: 32, bytes: 100, results: 1024, most: 7, entry: 4, exit: 8}, tenant: 3, "
      "async: true}",
      before);
  EXPECT_TRUE(step.async);
  const auto& single = std::get<SingleStep>(step.action);
  EXPECT_EQ(*single.tenant.evaluate_u32(), 3U);
  EXPECT_EQ(single.operation.opcode, protocol::kOpScan);
  const descriptor::Scan expected{
      .at = 32, .bytes = 100, .table = 1, .results = 256, .most = 7, .entry = 1, .exit = 2};
  EXPECT_EQ(descriptor::Scan::from_args(test::values(single.operation.args)), expected);
}

TEST(ScanStep, TakesExpressionsOfLoops) {
  const Workload workload = load_good(
      "vyre: 1\narena: {size: 4KiB}\nscan: [{literals: [a]}, {regex: b}]\nsteps:\n"
      "  - repeat: {count: 2, var: i, steps: [scan: {table: i, at: i * 16, bytes: 16, results: 64 + i * "
      "8}]}\n");
  const auto steps = test::steps_of(workload);
  const auto& inner = std::get<RepeatStep>(steps.at(0).action).steps.at(0);
  const std::array<std::int64_t, 1> second{1};
  const descriptor::Scan expected{.at = 16, .bytes = 16, .table = 1, .results = 18};
  EXPECT_EQ(
      descriptor::Scan::from_args(test::values(std::get<SingleStep>(inner.action).operation.args, second)),
      expected);
}

/// The loader tries the first and the last iteration; those between are refused when they come.
TEST(ScanStep, APlaceBetweenTwoWordsIsAnErrorAndNotRounded) {
  const Workload workload = load_good(
      "vyre: 1\narena: {size: 4KiB}\nscan: [literals: [a]]\nsteps:\n"
      "  - repeat: {count: 3, var: i, steps: [scan: {table: 0, at: 0, bytes: 16, results: 64 + i * 2}]}\n");
  const auto steps = test::steps_of(workload);
  const auto& inner = std::get<RepeatStep>(steps.at(0).action).steps.at(0);
  const std::array<std::int64_t, 1> loops{1};
  const auto word = std::get<SingleStep>(inner.action).operation.args.at(5).evaluate_u32(loops);
  ASSERT_FALSE(word);
  EXPECT_EQ(word.error().what, "no multiple of 4 bytes in '64 + i * 2' (loop variables, outermost first: 1)");
  EXPECT_EQ(word.error().where, "w.yaml:5:84");
  EXPECT_EQ(word.error().fix, "change the expression or the loop's count");
}

TEST(ScanStep, UncheckedTakesWhatTheKernelRefuses) {
  const Step step =
      test::only_step("{scan: {table: 9, at: 3, bytes: 64MiB, results: 4096}, unchecked: true}", "");
  const descriptor::Scan expected{.at = 3, .bytes = 64U << 20, .table = 9, .results = 1024};
  EXPECT_EQ(descriptor::Scan::from_args(test::values(std::get<SingleStep>(step.action).operation.args)),
            expected);
}

TEST(ScanStep, RawArgumentsNeedNoHandler) {
  const Step step = test::only_step("{opcode: scan, args: [0, 0, 0, 16, 0, 8, 0, 0, 0]}");
  EXPECT_EQ(std::get<SingleStep>(step.action).operation.opcode, protocol::kOpScan);
}

TEST(DfaOfATableFile, IsExpanded) {
  const vyre::test::TemporaryFolder folder;
  const auto first = scan::build_literals(std::vector<std::string>{"ab"});
  const auto second = scan::build_literals(std::vector<std::string>{"xyz"});
  ASSERT_TRUE(scan::write_tables(folder / "t", std::vector<scan::Table>{*first, *second}));
  const auto load = [&](const std::string& dfa) {
    return load_text("vyre: 1\ndfa: " + dfa + "\n", (folder / "w.yaml").string());
  };
  EXPECT_EQ(load("{table: t}")->dfa_table, *scan::expand(*first));
  EXPECT_EQ(load("{table: t, index: 1}")->dfa_table, *scan::expand(*second));
  const auto beyond = load("{table: t, index: 2}");
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().errors[0].what, "'index' is 2, not within 0..1");
}

struct Bad {
  std::string_view name, text, place, what, fix;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }
class BadScan : public testing::TestWithParam<Bad> {};

TEST_P(BadScan, IsRefusedWithPlaceAndRemedy) {
  const auto errors = load_bad("vyre: 1\n" + std::string(GetParam().text)).errors;
  ASSERT_EQ(errors.size(), 1U) << to_text(errors.back());
  EXPECT_EQ(errors[0].where, "w.yaml:" + std::string(GetParam().place));
  EXPECT_EQ(errors[0].what, GetParam().what);
  EXPECT_EQ(errors[0].fix, GetParam().fix);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadScan,
    testing::Values(
        Bad{"EmptyRegex", "scan: [regex: \"\"]\n", "2:15", "an empty regular expression",
            "write what to look for"},
        Bad{"WrongRegex", "scan:\n  - regex: \"a)b\"\n", "3:12",
            "this ')' closes nothing, at byte 1 of 'a)b'", "open it with (, or write \\) for the character"},
        Bad{"RegexOfNothing", "scan: [regex: \"a*\"]\n", "2:15",
            "the regular expression matches the empty string, so every place, at 'a*'",
            "make a part of it due, as a+ in place of a*"},
        Bad{"EmptyLiteral", "scan: [literals: [a, \"\"]]\n", "2:22",
            "an empty pattern, which every place would match", "remove it"},
        Bad{"NulInALiteral", "scan: [literals: [\"a\\x00\"]]\n", "2:19", "a NUL in a pattern",
            "write it as \\x00, every backslash as \\\\, with escapes: true"},
        Bad{"BadEscape", "scan: [{literals: ['a\\q'], escapes: true}]\n", "2:20", "an escape that is unknown",
            "write \\n, \\t, \\r, \\xNN, or \\\\ for a backslash"},
        Bad{"NoTableFile", "scan: [tables: /nowhere/t]\n", "2:16",
            "/nowhere/t: cannot open: No such file or directory (ENOENT)",
            "name a file; relative names start at the workload's folder"},
        Bad{"NoRegularFile", "scan: [tables: /dev/null]\n", "2:16", "/dev/null: is no regular file",
            "name a file; relative names start at the workload's folder"},
        Bad{"NumbersAreNoLiterals", "scan: [literals: [42]]\n", "2:19",
            "a literal must be a string, found the number 42", "put it in quotes: \"42\""},
        Bad{"HandlerOfOurs", "handlers: [{opcode: 0xFFEF, name: h, file: /etc/passwd}]\n", "2:21",
            "opcode 0x0000FFEF is reserved for operations of vyre's own",
            "custom opcodes are 8 to 0x7FFFFFFF, without 0xFFE0 to 0xFFFF"},
        Bad{"TwoSources", "scan: [{regex: a, tables: b}]\n", "2:8",
            "a scan rule needs one of 'literals', 'literals_file', 'regex' and 'tables'",
            "write literals: [foo, bar] or regex: \"a+b\""},
        Bad{"EscapesOfARegex", "scan: [{regex: a, escapes: true}]\n", "2:28",
            "'escapes' has no meaning beside 'regex'", "a regular expression has escapes of its own"},
        Bad{"CasesOfTables", "scan: [{tables: b, ignore_case: true}]\n", "2:33",
            "'ignore_case' has no meaning beside 'tables'",
            "build the file with vyre table build --ignore-case"},
        Bad{"TwiceCalled", "scan: [{regex: a, name: n}, {regex: b, name: n}]\n", "2:46",
            "two scan rules are called 'n'", "give each its own name"},
        Bad{"NoName", "scan: [{regex: a, name: a-b}]\n", "2:25", "'a-b' is no name for a scan rule",
            "names are letters, digits and underscores, no digit first"},
        Bad{"NoLiterals", "scan: [literals: []]\n", "2:18", "no literals to look for", "give at least one"},
        Bad{"LoneIndex", "dfa: {states: 1, index: 0}\n", "2:25", "'index' has no meaning without 'table'",
            "it picks one of the tables of a file that vyre table build wrote"},
        Bad{"NoRule", "arena: {size: 64}\nsteps: [scan: {table: 0, at: 0, bytes: 1, results: 16}]\n", "3:23",
            "no scan rule '0'", "declare it under 'scan'"},
        Bad{"MisspeltRule",
            "arena: {size: 64}\nscan: [{regex: a, name: words}]\n"
            "steps: [scan: {table: wrods, at: 0, bytes: 1, results: 16}]\n",
            "4:23", "no scan rule 'wrods'", "did you mean 'words'?"},
        Bad{"RuleBeyond",
            "arena: {size: 64}\nscan: [regex: a]\nsteps: [scan: {table: 1, at: 0, bytes: 1, results: 16}]\n",
            "4:23", "'table' is 1, not within 0..0", "write 0"},
        Bad{"OddPlace",
            "arena: {size: 64}\nscan: [regex: a]\nsteps: [scan: {table: 0, at: 8, bytes: 1, results: 16}]\n",
            "4:30", "'at' is 8, no multiple of 16", "scans begin at multiples of 16"},
        Bad{"BytesBeyond",
            "arena: {size: 64}\nscan: [regex: a]\nsteps: [scan: {table: 0, at: 48, bytes: 17, results: "
            "16}]\n",
            "4:30", "a scan of 17 bytes at 48 leaves the arena of 64", "raise 'size' in 'arena'"},
        Bad{"TooLong",
            "arena: {size: 64MiB}\nscan: [regex: a]\n"
            "steps: [scan: {table: 0, at: 0, bytes: 33554433, results: 16}]\n",
            "4:40", "'bytes' is 33554433, not within 0..33554432", "write a number from 0 to 33554432"},
        Bad{"ResultsBeyond",
            "arena: {size: 64}\nscan: [regex: a]\n"
            "steps: [scan: {table: 0, at: 0, bytes: 1, results: 48, most: 2}]\n",
            "4:52", "what a scan finds of 24 bytes at 48 leaves the arena of 64", "raise 'size' in 'arena'"},
        Bad{"OddResults",
            "arena: {size: 64}\nscan: [regex: a]\nsteps: [scan: {table: 0, at: 0, bytes: 1, results: 6}]\n",
            "4:52", "'results' is 6, no multiple of 4", "the arena is made of 32-bit words"},
        Bad{"CellNought",
            "arena: {size: 64}\nscan: [regex: a]\n"
            "steps: [scan: {table: 0, at: 0, bytes: 1, results: 16, exit: 0}]\n",
            "4:62", "'exit' is 0, not within 4..17179869180", "write a number from 4 to 17179869180"},
        Bad{"InABatch",
            "arena: {size: 64}\nscan: [regex: a]\n"
            "steps: [batch: [scan: {table: 0, at: 0, bytes: 1, results: 16}]]\n",
            "4:17", "'scan' is a step with a map of its own",
            "write - scan: {table: 0, at: 0, bytes: 64, results: 1024}"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(ScanRules, OfABrokenFileSayWhereItIsBroken) {
  const vyre::test::TemporaryFolder folder;
  const auto literals = scan::build_literals(std::vector<std::string>{"a"});
  auto bytes = *scan::encode_tables(std::vector<scan::Table>{*literals});
  bytes[8] = std::byte{2};
  std::ofstream(folder / "t")
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  std::ofstream(folder / "words") << "a\n\n";
  const auto first = [&](const std::string& rule) {
    const auto loaded = load_text("vyre: 1\nscan: [" + rule + "]\n", (folder / "w.yaml").string());
    return loaded ? Error{} : loaded.error().errors[0];
  };
  const Error table = first("tables: t");
  const Error expected = scan::decode_tables(bytes, (folder / "t").string()).error();
  EXPECT_EQ(table.where, (folder / "w.yaml").string() + ":2:16");
  EXPECT_EQ(table.what, expected.where + ": " + expected.what);
  EXPECT_EQ(table.fix, expected.fix);
  EXPECT_EQ(first("literals_file: words").what,
            (folder / "words").string() + ":2:1: an empty pattern, which every place would match");
}

TEST(ScanRules, StopAtWhatAKernelHolds) {
  // Each of them has a state of 256 classes for nearly every byte of its literals: 60 MB of transitions.
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    every_byte += "\\x";
    every_byte += kDigits[static_cast<std::size_t>(byte) / 16];
    every_byte += kDigits[static_cast<std::size_t>(byte) % 16];
  }
  const vyre::test::TemporaryFolder folder;
  std::ofstream file(folder / "long.txt");
  for (int i = 0; i < 235; ++i) file << every_byte;
  file << "\n";
  file.close();
  std::string text = "vyre: 1\nscan:\n";
  for (int i = 0; i < 6; ++i)
    text += "  - {literals_file: " + (folder / "long.txt").string() + ", escapes: true}\n";
  const auto errors = load_bad(text).errors;
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].where, "w.yaml:7:5");
  EXPECT_EQ(errors[0].what, "the scan tables up to here take 309229180 bytes, a kernel takes 268435456");
  EXPECT_EQ(errors[0].fix, "look for less, or split the workload");
}

}  // namespace
}  // namespace vyre::workload
