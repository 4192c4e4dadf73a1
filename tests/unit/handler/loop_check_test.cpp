#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "handler/compile_program.hpp"
#include "handler/kernel_cache.hpp"
#include "unit/handler/mini_kernel.hpp"

namespace vyre::handler {
namespace {

struct Row {
  const char* name;
  std::string body;        ///< of `void f()`, from line 2 on
  std::uint32_t bad_line;  ///< of the refused loop; 0: accepted
};

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

}  // namespace
}  // namespace vyre::handler
