#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "handler/compile_program.hpp"
#include "handler/kernel_cache.hpp"
#include "handler/loop_check.hpp"
#include "handler/program.hpp"
#include "handler/shader_compiler.hpp"
#include "unit/handler/mini_kernel.hpp"

namespace vyre::handler {
namespace {

struct Row {
  const char* name;
  std::string body;        ///< of `void f()`, from line 2 on
  std::uint32_t bad_line;  ///< of the refused loop; 0: accepted
};

// Without it ctest would name the tests by their bytes, pointers among them.
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Loops : public testing::TestWithParam<Row> {};

TEST_P(Loops, MustSpendFuelInEveryPass) {
  const Row& row = GetParam();
  const Source source{.opcode = 0x4000'0001, .name = "f", .file = "h.glsl", .glsl = "// loops\n" + row.body};
  const auto result = compile_with(test::kMiniKernel, {{source}}, KernelCache(std::filesystem::path()));
  if (row.bad_line == 0) {
    EXPECT_TRUE(result.has_value()) << to_text(result.error());
    return;
  }
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kHandlerCompile);
  EXPECT_EQ(result.error().where, "h.glsl:" + std::to_string(row.bad_line));
  EXPECT_EQ(result.error().what, "a pass through this loop can miss vyre_step()");
  EXPECT_EQ(result.error().fix,
            "call vyre_step() in every pass of the loop, and leave the loop when it returns false");
}

INSTANTIATE_TEST_SUITE_P(
    Handler, Loops,
    testing::Values(
        Row{"None", "void f() { vyre_observable_store(0u, 1u); }", 0},
        Row{"Body", "void f() { for (uint i = 0u; i < vyre_arg(0u); ++i) { if (!vyre_step()) return; } }", 0},
        Row{"Condition", "void f() { uint i = 0u; while (i < vyre_arg(0u) && vyre_step()) ++i; }", 2},
        Row{"ConditionFirst", "void f() { uint i = 0u; while (vyre_step() && i < vyre_arg(0u)) ++i; }", 0},
        Row{"Increment",
            "void f() { for (uint i = 0u; i < 9u; vyre_step(), ++i) vyre_observable_store(i, i); }", 0},
        Row{"DoWhile", "void f() { uint i = 0u; do { ++i; } while (vyre_step() && i < 9u); }", 0},
        Row{"Missing",
            "void f() {\n  for (uint i = 0u; i < vyre_arg(0u); ++i)\n    vyre_observable_store(i, i);\n}", 3},
        Row{"Endless", "void f() {\n  while (true) {\n    vyre_observable_store(0u, 1u);\n  }\n}", 3},
        Row{"InOneBranch",
            "void f() {\n  for (uint i = 0u; i < 9u; ++i) {\n    if (i > 3u) vyre_step();\n  }\n}", 3},
        Row{"InBothBranches",
            "void f() { for (uint i = 0u; i < 9u; ++i) { if (i > 3u) { vyre_step(); } else { vyre_step(); } "
            "} }",
            0},
        Row{"SkippedByContinue",
            "void f() {\n  for (uint i = 0u; i < 9u; ++i) {\n    if (i == 4u) continue;\n    vyre_step();\n  "
            "}\n}",
            3},
        Row{"SkippedByBreak",
            "void f() { for (uint i = 0u; i < 9u; ++i) { if (i == 4u) break; vyre_step(); } }", 0},
        Row{"InnerOnly",
            "void f() {\n  for (uint i = 0u; i < 9u; ++i) {\n    for (uint j = 0u; j < i; ++j) "
            "vyre_step();\n  }\n}",
            3},
        Row{"OuterOnly",
            "void f() {\n  for (uint i = 0u; i < 9u; ++i) {\n    vyre_step();\n    for (uint j = 0u; j < i; "
            "++j)\n"
            "      vyre_observable_store(j, i);\n  }\n}",
            5},
        Row{"InHelper", "bool go() { return vyre_step(); }\nvoid f() { while (true) { if (!go()) return; } }",
            0},
        Row{"InHelperSometimes",
            "void go(uint i) { if (i > 2u) vyre_step(); }\nvoid f() {\n  for (uint i = 0u; i < 9u; ++i) "
            "go(i);\n}",
            4},
        Row{"LoopInHelper",
            "void go() {\n  for (uint i = 0u; i < 9u; ++i) vyre_observable_store(i, i);\n}\nvoid f() { go(); "
            "}",
            3},
        Row{"SwitchAllCases",
            "void f() { for (uint i = 0u; i < 9u; ++i) { switch (i) { case 1u: vyre_step(); break; default: "
            "vyre_step(); break; } } }",
            0},
        Row{"SwitchOneCase",
            "void f() {\n  for (uint i = 0u; i < 9u; ++i) {\n    switch (i) { case 1u: vyre_step(); break; "
            "}\n  }\n}",
            3},
        Row{"ByMacro",
            "#define REPEAT for (uint i = 0u; i < 9u; ++i)\nvoid f() {\n  REPEAT vyre_observable_store(i, "
            "i);\n}",
            4}),
    [](const auto& row) { return row.param.name; });

std::uint32_t loops_in(const std::string& glsl) {
  const std::vector<Source> handlers{{.opcode = 0x4000'0001, .name = "f", .file = "h.glsl", .glsl = glsl}};
  const Program program = assemble(test::kMiniKernel, handlers);
  const auto spirv = compile_program(program, CompileMode::kCheck);
  EXPECT_TRUE(spirv.has_value()) << to_text(spirv.error());
  const auto loops = check_loops(spirv.value_or(std::vector<std::uint32_t>{}), program);
  EXPECT_TRUE(loops.has_value()) << to_text(loops.error());
  return loops.value_or(0);
}

TEST(HandlerLoops, AreCountedAtEachCallOfTheirFunction) {
  EXPECT_EQ(loops_in("void f() {}"), 0U);
  EXPECT_EQ(loops_in("void f() { while (vyre_step()) while (vyre_step()) {} }"), 2U);
  EXPECT_EQ(
      loops_in("void g() { while (vyre_step()) {} }\nvoid h() { g(); g(); }\nvoid f() { h(); h(); g(); }"),
      5U);
}

TEST(HandlerLoops, MoreThanFitIntoASliceAreRefused) {
  std::string glsl = "void g() { while (vyre_step()) {} }\nvoid f() {";
  for (std::uint32_t i = 0; i < kMaxLoops; ++i) glsl += " g();";
  EXPECT_EQ(loops_in(glsl + " }"), kMaxLoops);
  const Source source{.opcode = 0x4000'0001, .name = "f", .file = "h.glsl", .glsl = glsl + " g(); }"};
  const auto refused = compile_with(test::kMiniKernel, {{source}}, KernelCache(std::filesystem::path()));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(
      refused.error().what,
      "the handlers hold 33 loops, counting those of a function at each of its calls; 32 fit into a slice of "
      "the kernel");
  EXPECT_EQ(refused.error().where, "h.glsl");
  EXPECT_EQ(refused.error().fix, "merge loops, or call a function with a loop from fewer places");
}

}  // namespace
}  // namespace vyre::handler
