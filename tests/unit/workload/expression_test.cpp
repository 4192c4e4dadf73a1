// Expressions: what they give, and what each wrong one is told.
#include <limits>

#include "support.hpp"
#include "workload/expression_compiler.hpp"

namespace vyre::workload {
namespace {

Scope make_scope() {
  Scope scope;
  scope.file = std::make_shared<const std::string>("w.yaml");
  scope.parameters = {{"base", 100}, {"width", 4}};
  scope.tenants = {{"worker", 3}};
  scope.loops = {"i", "j"};
  return scope;
}

std::int64_t value_of(const std::string& text, LoopValues loops = {}, WordNames words = WordNames::kRefused) {
  const Scope scope = make_scope();
  const auto compiled = compile_expression(text, scope, words, {7, 3});
  if (!compiled) {
    ADD_FAILURE() << text << ": " << compiled.error().what;
    return -1;
  }
  const auto value = compiled->evaluate(loops);
  EXPECT_TRUE(value) << text;
  return value.value_or(-1);
}

TEST(Expression, Arithmetic) {
  const std::vector<std::pair<std::string, std::int64_t>> cases{
      {"42", 42},
      {"0x2A", 42},
      {"0X2a", 42},
      {"0b101010", 42},
      {"1_000_000", 1'000'000},
      {"4KiB", 4096},
      {"2MiB", 2 << 20},
      {"3GiB", std::int64_t{3} << 30},
      {"1 + 2 * 3", 7},
      {"(1 + 2) * 3", 9},
      {"10 - 4 - 3", 3},
      {"100 / 7 / 2", 7},
      {"-7 / 2", -3},
      {"-7 % 3", -1},
      {"1 << 4 + 1", 32},
      {"0xF0 >> 4 & 3", 3},
      {"1 | 2 ^ 3 & 2", 1 | (2 ^ (3 & 2))},
      {"~0", -1},
      {"- -5", 5},
      {"+5", 5},
      {"2 - -3", 5},
      {"-1 & 0xFFFFFFFF", 0xFFFFFFFF},
      {"-8 >> 1", -4},
      {"min(3, 4) + max(5, 6)", 9},
      {"max(min(1, 2), 0)", 1},
      {"base + width", 104},
      {" \t7\n", 7},
  };
  for (const auto& [text, expected] : cases) {
    const Scope scope = make_scope();
    const auto compiled = compile_expression(text, scope, WordNames::kRefused, {});
    ASSERT_TRUE(compiled) << text << ": " << compiled.error().what;
    EXPECT_TRUE(compiled->is_constant()) << text;
    EXPECT_EQ(*compiled->evaluate(), expected) << text;
  }
}

TEST(Expression, LoopVariablesComeOutermostFirst) {
  const std::array<std::int64_t, 2> loops{3, 5};
  EXPECT_EQ(value_of("i * 10 + j", loops), 35);
  EXPECT_EQ(value_of("-i + base", loops), 97);
  EXPECT_EQ(value_of("min(i, j) << (j - i)", loops), 12);
  EXPECT_EQ(value_of("~j & 0xF", loops), 10);
}

TEST(Expression, CopiesShareTheCode) {
  const Scope scope = make_scope();
  const auto compiled = compile_expression("i + 1", scope, WordNames::kRefused, {});
  const Expression copy = *compiled;
  EXPECT_EQ(*copy.evaluate(std::array<std::int64_t, 2>{4, 0}), 5);
  EXPECT_EQ(*Expression().evaluate(), 0);
  EXPECT_EQ(*Expression(9).evaluate_u32(), 9U);
}

TEST(Expression, NamesOfControlWords) {
  const auto word = [](const std::string& text) {
    const Scope scope = make_scope();
    const auto compiled = compile_expression(text, scope, WordNames::kWord, {});
    EXPECT_TRUE(compiled) << text;
    return compiled ? *compiled->evaluate(std::array<std::int64_t, 2>{6, 0}) : -1;
  };
  EXPECT_EQ(word("shutdown"), 0);
  EXPECT_EQ(word("done_count"), 1);
  EXPECT_EQ(word("epoch"), 128);
  EXPECT_EQ(word("metrics(2)"), 98);
  EXPECT_EQ(word("metrics(atomic_add)"), 98);
  EXPECT_EQ(word("tenant_quota(worker)"), 35);
  EXPECT_EQ(word("priority_fairness(high)"), 137);
  EXPECT_EQ(word("observable(3)"), 163);
  EXPECT_EQ(word("observable(i % 4)"), 162);
  EXPECT_EQ(word("observable(0) + 1"), 161);
  EXPECT_EQ(word("metrics(i)"), 102);
  EXPECT_EQ(word("17"), 17);

  const Scope scope = make_scope();
  EXPECT_EQ(*compile_expression("observable(3)", scope, WordNames::kObservable, {})->evaluate(), 3);
  EXPECT_EQ(*compile_expression("3", scope, WordNames::kObservable, {})->evaluate(), 3);
}

struct Refused {
  std::string text;
  WordNames words;
  std::size_t offset;
  std::string what;
  std::string fix;
};

TEST(Expression, RefusesWithPlaceFactAndRemedy) {
  constexpr auto kPlain = WordNames::kRefused;
  constexpr auto kWord = WordNames::kWord;
  const std::vector<Refused> cases{
      {"", kPlain, 0, "an empty expression", "write a number"},
      {"1 +", kPlain, 3, "the expression ends where a number is due", "write a number"},
      {"1 / (2 - 2)", kPlain, 2, "division by zero in '1 / (2 - 2)'", "change the numbers"},
      {"i + 5 % 0", kPlain, 6, "division by zero in 'i + 5 % 0'", "change the numbers"},
      {"9223372036854775807 + 1", kPlain, 20,
       "overflow of signed 64-bit numbers in '9223372036854775807 + 1'", "change the numbers"},
      {"(-9223372036854775807 - 1) / -1", kPlain, 27,
       "overflow of signed 64-bit numbers in '(-9223372036854775807 - 1) / -1'", "change the numbers"},
      {"1 << 64", kPlain, 2, "shift by a number outside 0..63 in '1 << 64'", "change the numbers"},
      {"1 >> -1", kPlain, 2, "shift by a number outside 0..63 in '1 >> -1'", "change the numbers"},
      {"1 << 63", kPlain, 2, "overflow of signed 64-bit numbers in '1 << 63'", "change the numbers"},
      {"9223372036854775808", kPlain, 0, "'9223372036854775808' does not fit in 64 bits",
       "write a smaller number"},
      {"9000000000GiB", kPlain, 0, "'9000000000GiB' does not fit in 64 bits", "write a smaller number"},
      {"1.5", kPlain, 0, "'1.5' is not an integer", "write a whole number"},
      {"10ms", kPlain, 0, "'10ms' is a duration, a plain number is due here", "leave the unit out"},
      {"12abc", kPlain, 0, "'12abc' is not a number", "numbers look like 42, 1_000, 0x2A, 0b101 or 4KiB"},
      {"0x", kPlain, 0, "'0x' is not a number", "numbers look like 42, 1_000, 0x2A, 0b101 or 4KiB"},
      {"0b2", kPlain, 0, "'0b2' is not a number", "numbers look like 42, 1_000, 0x2A, 0b101 or 4KiB"},
      {"1_", kPlain, 0, "'1_' is not a number", "numbers look like 42, 1_000, 0x2A, 0b101 or 4KiB"},
      {"010", kPlain, 0, "'010' begins with a zero", "write it without, or as 0x for hexadecimal"},
      {"widht", kPlain, 0, "unknown name 'widht'", "did you mean 'width'?"},
      {"nothing_like_it", kPlain, 0, "unknown name 'nothing_like_it'",
       "declare it under 'parameters', or as 'var' of a repeat"},
      {"1 + $", kPlain, 4, "unexpected '$' in an expression", "operators are + - * / % << >> & | ^ ~"},
      {"1 2", kPlain, 2, "unexpected '2' in an expression", "operators are + - * / % << >> & | ^ ~"},
      {"1 == 2", kPlain, 2, "unexpected '== 2' in an expression", "operators are + - * / % << >> & | ^ ~"},
      {"(1", kPlain, 2, "the expression ends where ')' is due", "complete it"},
      {"(1 ]", kPlain, 3, "unexpected ']' where ')' is due", "put ')' here"},
      {"min(1)", kPlain, 5, "unexpected ')' where ',' is due", "put ',' here"},
      {"min(1", kPlain, 5, "the expression ends where ',' is due",
       "complete it; within {} and [] an expression with a comma stands in quotes"},
      {"observable(3)", kPlain, 0, "'observable' names a place, a plain number is due here",
       "write a number; 'load_u32' reads a word when the workload runs"},
      {"epoch", kPlain, 0, "'epoch' names a place, a plain number is due here",
       "write a number; 'load_u32' reads a word when the workload runs"},
      {"epoch", WordNames::kObservable, 0, "'epoch' is no observable",
       "write observable(0), or its plain number"},
      {"epcoh", kWord, 0, "unknown name 'epcoh'", "did you mean 'epoch'?"},
      {"metrics(32)", kWord, 8, "no metrics(32)", "metrics has the numbers 0 to 31"},
      {"metrics(-1)", kWord, 8, "no metrics(-1)", "metrics has the numbers 0 to 31"},
      {"metrics(memcopy)", kWord, 8, "unknown name 'memcopy'", "did you mean 'memcpy'?"},
      {"observable", kWord, 10, "the expression ends where '(' is due", "complete it"},
      {"observable(epoch)", kWord, 11, "'epoch' names a place, a plain number is due here",
       "write a number; 'load_u32' reads a word when the workload runs"},
      {std::string(100, '('), kPlain, 48, "an expression nested too deeply", "split it"},
      {std::string(100, '-') + "1", kPlain, 48, "an expression nested too deeply", "split it"},
      {std::string(5000, '1'), kPlain, 0, "an expression of 5000 characters, 4096 can be read", "shorten it"},
  };
  const Scope scope = make_scope();
  for (const auto& refused : cases) {
    const auto compiled = compile_expression(refused.text, scope, refused.words, {});
    ASSERT_FALSE(compiled) << refused.text;
    EXPECT_EQ(compiled.error().offset, refused.offset) << refused.text;
    EXPECT_EQ(compiled.error().what, refused.what);
    EXPECT_EQ(compiled.error().fix, refused.fix) << refused.text;
  }
}

TEST(Expression, FailsAtRunTimeWithItsPlace) {
  const Scope scope = make_scope();
  const auto error = [&](const std::string& text, std::int64_t i) {
    const auto compiled = compile_expression(text, scope, WordNames::kWord, {7, 3});
    EXPECT_TRUE(compiled) << text;
    const auto value = compiled->evaluate_u32(std::array<std::int64_t, 2>{i, 0});
    EXPECT_FALSE(value) << text;
    return value ? std::string() : to_text(value.error());
  };
  EXPECT_EQ(error("10 / i", 0),
            "w.yaml:7:3: error: division by zero in '10 / i' (loop variables, outermost first: 0, 0)\n"
            "fix: change the expression or the loop's count");
  EXPECT_EQ(
      error("i - 4", 1),
      "w.yaml:7:3: error: 'i - 4' is -3, not within 0..4294967295 (loop variables, outermost first: 1, 0)\n"
      "fix: keep it in range, for instance with '& 0xFFFFFFFF'");
  EXPECT_EQ(error("metrics(i)", 32),
            "w.yaml:7:3: error: index out of range in 'metrics(i)' (loop variables, outermost first: 32, 0)\n"
            "fix: change the expression or the loop's count");
  EXPECT_EQ(
      error("i * i", std::numeric_limits<std::int64_t>::max()),
      "w.yaml:7:3: error: overflow of signed 64-bit numbers in 'i * i' (loop variables, outermost first: "
      "9223372036854775807, 0)\nfix: change the expression or the loop's count");
}

TEST(Expression, StackStaysWithinItsBound) {
  // Right-leaning nesting is what needs most of the stack.
  std::string text = "i";
  for (int k = 0; k < 40; ++k) text = "i + (" + text + ")";
  EXPECT_EQ(value_of(text, std::array<std::int64_t, 2>{2, 0}), 82);
}

}  // namespace
}  // namespace vyre::workload
