// YAML and JSON as one language: structure, aliases, positions, limits.
#include "support.hpp"

namespace vyre::workload {
namespace {

using test::load_bad;
using test::load_good;
using test::short_text;
using test::steps_of;

TEST(Load, JsonAndYamlAreTheSameLanguage) {
  const std::string json = R"json({"vyre": 1, "ring": {"slots": "4 * 8"},
  "steps": [{"store_u32": {"value": 42, "to": "observable(0)"}}, "nop", {"repeat": {"count": 2, "var": "i",
   "steps": [{"atomic_add": ["i", 161], "async": true}]}}], "expect": {"observables": {"0": 42}}})json";
  for (const char* const file : {"w.json", "w.yaml", "w"}) {  // by name, else by the first byte
    const auto loaded = load_text(json, file);
    ASSERT_TRUE(loaded) << to_text(loaded.error().errors[0]);
    EXPECT_EQ(loaded->slot_count, 32U);
    EXPECT_EQ(loaded->step_count, 3U);
    EXPECT_EQ(loaded->expectations.size(), 1U);
    const auto steps = steps_of(*loaded);
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].position.line, 2U);
    EXPECT_EQ(steps[0].position.column, 13U);
    EXPECT_EQ(steps[2].position.column, 73U);
  }
}

TEST(Load, StepsMayStandBeforeWhatTheyReferTo) {
  const Workload workload =
      load_good("steps:\n  - {nop: {}, tenant: late}\ncontrol: {tenants: [{id: 1, name: late}]}\nvyre: 1\n");
  EXPECT_EQ(steps_of(workload).size(), 1U);
}

TEST(Load, EmptyStepsAreFine) {
  for (const char* const steps : {"steps: []\n", "steps:\n", "steps: ~\n", ""}) {
    const Workload workload = load_good(std::string("vyre: 1\n") + steps);
    EXPECT_EQ(workload.step_count, 0U);
    EXPECT_TRUE(steps_of(workload).empty());
  }
}

TEST(Load, EveryReaderStartsAtTheFirstStep) {
  const Workload workload = load_good("vyre: 1\nsteps: [nop, nop, nop]\n");
  const Workload copy = workload;
  EXPECT_EQ(steps_of(workload).size(), 3U);
  EXPECT_EQ(steps_of(copy).size(), 3U);
  EXPECT_EQ(steps_of(workload).size(), 3U);
}

TEST(Load, AliasesStandForTheirValues) {
  const Workload workload = load_good(R"(
vyre: 1
x-common: &args {value: 5, to: observable(1)}
x-steps: &steps [nop, nop]
steps:
  - store_u32: *args
  - &first {atomic_add: *args}
  - *first
  - batch: *steps
)");
  const auto steps = steps_of(workload);
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(test::values(std::get<SingleStep>(steps[2].action).operation.args),
            (std::vector<std::uint32_t>{5, 161}));
  EXPECT_EQ(std::get<BatchStep>(steps[3].action).items.size(), 2U);
  EXPECT_EQ(steps_of(load_good("vyre: 1\nx-s: &s [nop, nop]\nsteps: *s\n")).size(), 2U);
}

TEST(Load, AliasBombsAreRefused) {
  std::string bomb = "vyre: 1\nx-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (char name = 'b'; name <= 'z'; ++name) {
    bomb += std::string("x-") + name + ": &" + name + " [";
    for (int i = 0; i < 10; ++i) bomb += std::string(i > 0 ? ", *" : "*") + static_cast<char>(name - 1);
    bomb += "]\n";
  }
  const auto errors = load_bad(bomb);
  ASSERT_EQ(errors.errors.size(), 1U);
  EXPECT_EQ(
      short_text(errors.errors[0]),
      "7:34: aliases expand to more than 1020352 values | use 'repeat' to run the same steps many times");
}

TEST(Load, SmallBombsInManyStepsAreRefused) {
  std::string text = "vyre: 1\nx-a: &a [" + std::string(2 * 3000 - 1, '1');
  for (std::size_t i = text.size() - 2; i > text.size() - 6000; i -= 2) text[i] = ',';
  text += "]\nx-b: [";
  for (int i = 0; i < 300; ++i) text += i == 0 ? "*a" : ",*a";
  text += "]\nsteps:\n";
  for (int i = 0; i < 2000; ++i) text += "- *a\n";
  const auto errors = load_bad(text);
  ASSERT_FALSE(errors.errors.empty());
  EXPECT_NE(errors.errors.back().what.find("aliases expand to more than "), std::string::npos)
      << errors.errors.back().what;
}

TEST(Load, RecursiveAliasesAreRefused) {
  EXPECT_EQ(short_text(load_bad("vyre: 1\nx-a: &a [1, *a]\n").errors[0]),
            "2:13: an alias inside the value that it stands for | a value cannot contain itself");
  EXPECT_EQ(short_text(load_bad("&r\nvyre: 1\nx-a: *r\n").errors[0]),
            "3:6: an alias inside the value that it stands for | a value cannot contain itself");
}

TEST(Load, NestingIsBoundedInBothParsers) {
  const auto nested = [](const std::string& open, const std::string& close, int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "1";
    for (int i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_TRUE(load_text("vyre: 1\nx-a: " + nested("[", "]", 63), "w.yaml"));
  EXPECT_TRUE(load_text("{\"vyre\": 1, \"x-a\": " + nested("[", "]", 63) + "}", "w.json"));
  for (const int depth : {64, 1000, 200'000}) {
    const auto yaml = load_bad("vyre: 1\nx-a: " + nested("[", "]", depth));
    EXPECT_EQ(short_text(yaml.errors[0]),
              "2:69: maps and lists nested more than 64 deep | flatten the structure");
    const auto json = load_bad("{\"vyre\": 1, \"x-a\": " + nested("[", "]", depth) + "}");
    EXPECT_EQ(short_text(json.errors[0]),
              "1:83: maps and lists nested more than 64 deep | flatten the structure");
  }
  std::string block = "vyre: 1\nx-a:\n";
  for (int i = 1; i < 300; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(short_text(load_bad(block).errors[0]),
            "66:65: maps and lists nested more than 64 deep | flatten the structure");
  std::string compact = "vyre: 1\nx-a:\n  ";
  for (int i = 0; i < 100'000; ++i) compact += "- ";
  EXPECT_EQ(short_text(load_bad(compact).errors[0]),
            "3:129: maps and lists nested more than 64 deep | flatten the structure");
}

TEST(Load, AllErrorsOfAFileAtOnceInFileOrder) {
  const auto errors = load_bad("vyre: 1\nsteps:\n  - nopp\n  - {nop: {}, slot: 99}\nring: {slots: 0}\n");
  ASSERT_EQ(errors.errors.size(), 3U);
  EXPECT_EQ(errors.errors[0].where, "w.yaml:3:5");
  EXPECT_EQ(errors.errors[1].where, "w.yaml:4:21");
  EXPECT_EQ(errors.errors[2].where, "w.yaml:5:15");
  EXPECT_EQ(errors.omitted, 0U);
  ASSERT_EQ(errors.excerpts.size(), 3U);
  EXPECT_EQ(errors.excerpts[1].text, "  - {nop: {}, slot: 99}");
}

TEST(Load, FurtherErrorsAreCounted) {
  std::string text = "vyre: 1\nsteps:\n";
  for (int i = 0; i < 50; ++i) text += "  - nopp\n";
  const auto errors = load_bad(text, {.set = {}, .max_errors = 3});
  EXPECT_EQ(errors.errors.size(), 3U);
  EXPECT_EQ(errors.omitted, 47U);
  EXPECT_EQ(errors.errors[2].where, "w.yaml:5:5");
}

TEST(Load, PositionsPointIntoExpressions) {
  EXPECT_EQ(load_bad("vyre: 1\nring: {slots: 4 * widht}\n").errors[0].where, "w.yaml:2:19");
  EXPECT_EQ(load_bad("vyre: 1\nring: {slots: \"4 * widht\"}\n").errors[0].where, "w.yaml:2:20");
  EXPECT_EQ(load_bad("{\"vyre\": 1, \"ring\": {\"slots\": \"4 * widht\"}}").errors[0].where, "w.yaml:1:36");
  // Escapes move the text away from the file; then the value itself is meant.
  EXPECT_EQ(load_bad("{\"vyre\": 1, \"ring\": {\"slots\": \"4\\u0020* widht\"}}").errors[0].where,
            "w.yaml:1:31");
  EXPECT_EQ(
      load_bad("x-\xC3\xA4: 1\nvyre: 1\nname: \xC3\xA4\nring: {x-\xC3\xA4: 1, slots: z}\n").errors[0].where,
      "w.yaml:4:23");
  EXPECT_EQ(load_bad("vyre: 1\r\nring: {slots: z}\r\n").errors[0].where, "w.yaml:2:15");
  EXPECT_EQ(load_bad("\xEF\xBB\xBFvyre: 1\nring: {slots: z}\n").errors[0].where, "w.yaml:2:15");
}

TEST(Load, TokensOfJsonAreFoundBehindEscapes) {
  const std::string text =
      R"json({"vyre": 1, "name": "a\\\" : , {", "x-\"": "\\", "ring": {"slots": "z"}})json";
  EXPECT_EQ(load_bad(text).errors[0].where, "w.yaml:1:" + std::to_string(text.find("z\"") + 1));
}

TEST(Load, EveryPrefixOfAFileIsSurvived) {
  const std::string yaml =
      "vyre: 1\nx-a: &a {value: 1, to: \"observable(0)\"}\nsteps:\n  - atomic_add: *a\n  - repeat: {count: "
      "2, var: i, steps: [nop]}\nexpect: {observables: {0: '>= 1'}}\n";
  const std::string json =
      R"json({"vyre": 1, "steps": [{"atomic_add": {"value": 1, "to": "observable(0)"}}, "nop"], "expect": {"epoch": 0}})json";
  for (const auto& [text, file] : {std::pair{yaml, "w.yaml"}, {json, "w.json"}}) {
    ASSERT_TRUE(load_text(text, file));
    for (std::size_t size = 0; size < text.size(); ++size) {
      const auto loaded = load_text(text.substr(0, size), file);
      if (!loaded) { EXPECT_FALSE(loaded.error().errors[0].what.empty()); }
      if (file == std::string("w.json")) { EXPECT_FALSE(loaded) << size; }
    }
  }
}

}  // namespace
}  // namespace vyre::workload
