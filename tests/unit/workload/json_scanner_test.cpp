// The fast reader of JSON beside the parser that says what is wrong: it may take less, never other things.
#include "workload/json_scanner.hpp"

#include <random>

#include "support.hpp"
#include "workload/source_text.hpp"

namespace vyre::workload {
namespace {

/// All that a reading tells, as text.
struct Telling final : DocumentSink {
  bool top_level(const Node& key, Node value) override {
    tell(key);
    tell(value);
    return true;
  }
  bool steps_begin() override {
    told += "steps:\n";
    return true;
  }
  bool step(Node node) override {
    tell(node);
    return true;
  }
  void tell(const Node& node) {
    told += std::to_string(static_cast<int>(node.kind)) + (node.verbatim ? "v" : "") +
            (node.quoted ? "q" : "") + ' ' + std::to_string(node.position.line) + ':' +
            std::to_string(node.position.column) + ' ' + node.text + '\n';
    for (const auto& item : node.items) tell(item);
    told += ".\n";
  }
  std::string told;
};

struct Reading {
  bool complete = false;
  std::string told;
  std::uint64_t problems = 0;
  std::optional<JsonListStart> steps;
};

Reading scan(std::string_view text) {
  Telling sink;
  Problems problems("w.json", text, 20);
  NodeBuilder builder(problems, sink, text.size());
  JsonScanner scanner(text, builder);
  const bool complete = scanner.read();
  return {complete, sink.told, problems.count(), scanner.steps()};
}

Reading parse(std::string_view text) {
  Telling sink;
  Problems problems("w.json", text, 20);
  const auto reading = read_json(text, problems, sink);
  return {reading.complete, sink.told, problems.count(), reading.steps};
}

void expect_same(const std::string& text) {
  const Reading ours = scan(text);
  const Reading theirs = parse(text);
  ASSERT_TRUE(theirs.complete) << text;
  ASSERT_EQ(ours.told, theirs.told) << text;
  ASSERT_EQ(ours.problems, theirs.problems) << text;
  ASSERT_EQ(ours.steps.has_value(), theirs.steps.has_value()) << text;
  if (!ours.steps) return;
  ASSERT_EQ(ours.steps->offset, theirs.steps->offset) << text;
  ASSERT_EQ(ours.steps->position.line, theirs.steps->position.line) << text;
  ASSERT_EQ(ours.steps->position.column, theirs.steps->position.column) << text;
}

const std::vector<std::string> kValid{
    R"({})",
    " \t\r\n{ \"vyre\" : 1 ,\r\n\t\"steps\" : [ ] }\n",
    R"({"vyre": 1, "steps": [{"nop": {}}, "nop", {"sleep": "1ms"}, [[], [{}]], null, true, false]})",
    "{\"name\": \"h\xC3\xA9llo \xE2\x82\xAC\", \"steps\": [{\"x-\xF0\x9F\x98\x80\": 1, \"nop\": "
    "[]}],\n\"x\": 2}",
    R"({"a": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "b": "\\", "é\n": "é\"é", "after": 1})",
    R"({"n": [0, -0, 7, -7, 123456789012345678, 1234567890123456789012345678901234567890, 1.5, -0.5e-3, 1E+9]})",
    R"({"steps": [{"store_u32": {"value": 1, "to": 2, "to": 3}}], "steps": [1], "steps": 2})",
    R"({"steps": {"nop": [1]}, "deep": [[[[[[[[[[{"a":[]}]]]]]]]]]]})",
};

TEST(JsonScanner, TellsWhatTheParserTells) {
  for (const auto& text : kValid) {
    EXPECT_TRUE(scan(text).complete) << text;
    expect_same(text);
  }
}

TEST(JsonScanner, TakesNothingThatIsNoJson) {
  const std::vector<std::string> texts{"",
                                       "[]",
                                       "1",
                                       "{",
                                       "}",
                                       "{}}",
                                       "{} {}",
                                       "{,}",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":1,}",
                                       "{\"a\":[1,]}",
                                       "{\"a\":[,]}",
                                       "{\"a\":[1 2]}",
                                       "{\"a\" 1}",
                                       "{\"a\":1 \"b\":2}",
                                       "{a:1}",
                                       "{'a':1}",
                                       "{\"a\":01}",
                                       "{\"a\":-}",
                                       "{\"a\":+1}",
                                       "{\"a\":.5}",
                                       "{\"a\":1.}",
                                       "{\"a\":1e}",
                                       "{\"a\":0x1}",
                                       "{\"a\":1-2}",
                                       "{\"a\":1e999}",
                                       "{\"a\":nul}",
                                       "{\"a\":trueish}",
                                       "{\"a\":True}",
                                       "{\"a\":\"",
                                       "{\"a\":\"\\x\"}",
                                       "{\"a\":\"\\u12\"}",
                                       "{\"a\":\"\\ud800\"}",
                                       "{\"a\":\"tab\there\"}",
                                       "{\"a\":\"line\nhere\"}",
                                       "{\"a\":1}//",
                                       "{\"a\":\"\\\"}",
                                       "{\"a\":" + std::string(400, '9') + "}",
                                       "{null:1}",
                                       "{1:1}",
                                       "{\"a\":{\"b\":1,},\"c\":2}",
                                       "{\"a\":" + std::string(70, '[') + std::string(70, ']') + "}"};
  for (const auto& text : texts) {
    EXPECT_FALSE(scan(text).complete) << text;
    EXPECT_FALSE(parse(text).complete) << text;
  }
}

TEST(JsonScanner, TakesNothingElseOfDamagedTexts) {
  constexpr std::string_view kBytes = "{}[],:\"\\/0159.eE+-tfnu \n\tab\x7F";
  std::mt19937 random(20261125);
  std::size_t taken = 0;
  for (int round = 0; round < 40'000; ++round) {
    std::string text = kValid[random() % kValid.size()];
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % (text.size() + 1);
      const char byte = kBytes[random() % kBytes.size()];
      const auto way = random() % 3;
      if (way == 0 || at == text.size())
        text.insert(at, 1, byte);
      else if (way == 1)
        text[at] = byte;
      else
        text.erase(at, 1);
    }
    if (check_text(text) || !scan(text).complete) continue;
    ++taken;
    expect_same(text);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(taken, 1'000U);
}

}  // namespace
}  // namespace vyre::workload
