#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "handler/compile_program.hpp"
#include "handler/kernel_cache.hpp"
#include "unit/handler/mini_kernel.hpp"

namespace vyre::handler {
namespace {

using test::kMiniKernel;

constexpr std::uint32_t kOpcode = 0x4000'0001;

Source handler(std::string glsl, std::string name = "twice", std::uint32_t opcode = kOpcode) {
  return {.opcode = opcode, .name = std::move(name), .file = "my dir/h.glsl", .glsl = std::move(glsl)};
}

Result<Kernel> compile_mini(const std::vector<Source>& handlers) {
  return compile_with(kMiniKernel, handlers, KernelCache(std::filesystem::path()));
}

struct Refused {
  const char* name;
  std::string glsl;
  const char* where;
  const char* what;
  const char* fix;
};

void expect_refused(const std::vector<Source>& handlers, std::string_view where, std::string_view what,
                    std::string_view fix) {
  const auto result = compile_mini(handlers);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kHandlerCompile);
  EXPECT_EQ(result.error().where, where);
  EXPECT_EQ(result.error().what, what);
  EXPECT_EQ(result.error().fix, fix);
}

TEST(HandlerCompile, AcceptsAHandler) {
  const auto kernel =
      compile_mini({handler("void twice() { vyre_observable_store(0u, 2u * vyre_arg(0u)); }\n")});
  ASSERT_TRUE(kernel.has_value()) << to_text(kernel.error());
  EXPECT_FALSE(kernel->from_cache);
  ASSERT_GT(kernel->spirv.size(), 5U);
  EXPECT_EQ(kernel->spirv[0], 0x0723'0203U);
  EXPECT_EQ(kernel->spirv[1], 0x0001'0600U) << "SPIR-V 1.6";
}

TEST(HandlerCompile, AcceptsNoHandlerAtAll) {
  const auto kernel = compile_mini({});
  ASSERT_TRUE(kernel.has_value()) << to_text(kernel.error());
}

TEST(HandlerCompile, TwoHandlersMayShareAFile) {
  const std::string both = "void one() { vyre_observable_store(0u, 1u); }\nvoid two() { one(); }\n";
  const auto kernel = compile_mini({handler(both, "one", kOpcode), handler(both, "two", kOpcode + 1)});
  ASSERT_TRUE(kernel.has_value()) << to_text(kernel.error());
}

TEST(HandlerCompile, HandlersMayCallEachOtherAcrossFiles) {
  Source one = handler("void one() { two(); }\n", "one", kOpcode);
  Source two = handler("void two() { vyre_observable_store(0u, 1u); }\n", "two", kOpcode + 1);
  two.file = "other.glsl";
  const auto kernel = compile_mini({one, two});
  ASSERT_TRUE(kernel.has_value()) << to_text(kernel.error());
}

TEST(HandlerCompile, ErrorsCarryTheUsersFileAndLine) {
  const auto result = compile_mini({handler("// a comment\nvoid twice() {\n  uint x = y;\n  z();\n}\n")});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kHandlerCompile);
  EXPECT_EQ(result.error().where, "my dir/h.glsl:3");
  EXPECT_TRUE(result.error().what.starts_with("'y' : undeclared identifier")) << result.error().what;
  EXPECT_NE(result.error().what.find("\nmy dir/h.glsl:4: error: 'z' : no matching overloaded function"),
            std::string::npos)
      << result.error().what;
  EXPECT_EQ(result.error().fix, "mend the GLSL; vyre-handler(7) lists the functions that handlers may call");
}

TEST(HandlerCompile, TheEleventhFileIsNotTakenForTheFirst) {
  std::vector<Source> handlers;
  for (std::uint32_t i = 0; i < 12; ++i) {
    handlers.push_back(handler("void f" + std::to_string(i) + "() {" + (i == 10 ? "bad" : "") + "}\n",
                               "f" + std::to_string(i), kOpcode + i));
    handlers.back().file = "file" + std::to_string(i);
  }
  const auto result = compile_mini(handlers);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().where, "file10:1");
}

// Without it ctest would name the tests by their bytes, pointers among them.
void PrintTo(const Refused& row, std::ostream* out) { *out << row.name; }

class RefusedText : public testing::TestWithParam<Refused> {};
TEST_P(RefusedText, NamesPlaceAndRemedy) {
  const Refused& row = GetParam();
  expect_refused({handler(row.glsl)}, row.where, row.what, row.fix);
}
INSTANTIATE_TEST_SUITE_P(
    Handler, RefusedText,
    testing::Values(
        Refused{"Main", "void twice() {}\nvoid main() {}\n", "my dir/h.glsl:2",
                "handlers may not use 'main': the kernel has its own entry point",
                "rename the function to the handler's name"},
        Refused{"Binding", "\nlayout(binding = 3) buffer B { uint b[]; };\nvoid twice() {}\n",
                "my dir/h.glsl:2",
                "handlers may not use 'layout': bindings and the workgroup's size belong to the kernel",
                "reach memory through vyre_load, vyre_store and the other functions of vyre-handler(7)"},
        Refused{"Barrier", "void twice() {\n  barrier();\n}\n", "my dir/h.glsl:2",
                "handlers may not use 'barrier': other lanes would wait for this one forever",
                "remove it: the lanes of a workgroup run different slots and never meet"},
        Refused{"BarrierInMacro", "#define B barrier\nvoid twice() {\n  B();\n}\n", "my dir/h.glsl:1",
                "handlers may not use 'barrier': other lanes would wait for this one forever",
                "remove it: the lanes of a workgroup run different slots and never meet"},
        Refused{"Include", "#include \"ring.glsl\"\nvoid twice() {}\n", "my dir/h.glsl:1",
                "handlers may not use '#include': a handler is one file",
                "paste the included text into the handler"},
        Refused{"Version", "#version 460\nvoid twice() {}\n", "my dir/h.glsl:1",
                "handlers may not use '#version': the kernel chooses the version, GLSL 4.60",
                "remove the line"},
        Refused{"OpenBrace", "void twice() {\n  if (true) {\n}\n", "my dir/h.glsl:1", "'{' is never closed",
                "add the missing '}'"},
        Refused{"CloseBrace", "void twice() {\n}\n}\n", "my dir/h.glsl:3", "'}' without '{'",
                "remove it, or add what it closes"},
        Refused{"OpenIf", "#if 1\nvoid twice() {}\n", "my dir/h.glsl:1", "#if is never closed",
                "add the missing #endif"},
        Refused{"NoFunction", "void thrice() {}\n", "my dir/h.glsl", "the file defines no function 'twice'",
                "write `void twice() { ... }`"},
        Refused{"OnlyDeclared", "void twice();\n", "my dir/h.glsl", "the file defines no function 'twice'",
                "write `void twice() { ... }`"},
        Refused{"Empty", "", "my dir/h.glsl", "the file defines no function 'twice'",
                "write `void twice() { ... }`"}),
    [](const auto& row) { return row.param.name; });

TEST(HandlerCompile, RefusesRecursion) {
  const auto result =
      compile_mini({handler("void twice();\nvoid again() { twice(); }\nvoid twice() { again(); }\n")});
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().what.find("Recursion"), std::string::npos) << result.error().what;
}

TEST(HandlerCompile, RefusesTwoHandlersOfOneOpcode) {
  expect_refused({handler("void a() {}", "a"), handler("void b() {}", "b")}, "my dir/h.glsl",
                 "handlers 'a' and 'b' both serve opcode 0x40000001", "give one of them another opcode");
}

TEST(HandlerCompile, RefusesSystemOpcodes) {
  expect_refused({handler("void twice() {}", "twice", 5)}, "my dir/h.glsl",
                 "opcode 0x5 of handler 'twice' belongs to the protocol",
                 "use an opcode from 8 to 0xFFDF, or from 0x10000 to 0x7FFFFFFF");
}

TEST(HandlerCompile, RefusesOpcodesThatAreKeptForOperationsOfOurs) {
  const std::string fix = "use an opcode from 8 to 0xFFDF, or from 0x10000 to 0x7FFFFFFF";
  expect_refused({handler("void twice() {}", "twice", 0xFFE0)}, "my dir/h.glsl",
                 "opcode 0xffe0 of handler 'twice' is reserved for operations of vyre's own", fix);
  expect_refused({handler("void twice() {}", "twice", 0xFFEF)}, "my dir/h.glsl",
                 "opcode 0xffef of handler 'twice' is reserved for operations of vyre's own", fix);
}

TEST(HandlerCompile, RefusesNamesThatAreNone) {
  for (const char* name : {"", "2x", "a b", "a()", "x;"})
    expect_refused({handler("", name)}, "my dir/h.glsl",
                   "'" + std::string(name) + "' cannot name a GLSL function",
                   "use letters, digits and '_', and begin with a letter");
}

TEST(HandlerCompile, RefusesReservedNames) {
  for (const char* name : {"gl_x", "vyre_step", "a__b"})
    expect_refused({handler("", name)}, "my dir/h.glsl",
                   "the handler's name '" + std::string(name) + "' is reserved",
                   "choose a name without 'gl_' or 'vyre_' at its start and without '__'");
}

}  // namespace
}  // namespace vyre::handler
