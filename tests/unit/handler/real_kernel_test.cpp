// The kernel itself with a handler in it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "handler/loop_check.hpp"
#include "handler/program.hpp"
#include "handler/shader_compiler.hpp"
#include "vyre/handler/compile.hpp"
#include "vyre_shader_sources.hpp"

namespace vyre::handler {
namespace {

class RealKernel : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "vyre-kernel-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    setenv("XDG_CACHE_HOME", name.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("XDG_CACHE_HOME");
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
};

TEST_F(RealKernel, TakesTheExampleHandlerAndKeepsTheResult) {
  const auto source =
      read_source(0x4000'0001, "sum_range", VYRE_SOURCE_DIR "/workloads/handlers/sum_range.glsl");
  ASSERT_TRUE(source.has_value()) << to_text(source.error());
  const auto first = compile({*source});
  ASSERT_TRUE(first.has_value()) << to_text(first.error());
  EXPECT_FALSE(first->from_cache);
  const auto second = compile({*source});
  ASSERT_TRUE(second.has_value()) << to_text(second.error());
  EXPECT_TRUE(second->from_cache);
  EXPECT_EQ(first->spirv, second->spirv);
  EXPECT_FALSE(std::filesystem::is_empty(folder_ / "vyre" / "kernels"));
}

TEST_F(RealKernel, WithoutHandlersIsTheOneThatTheBuildCompiled) {
  const auto kernel = compile({});
  ASSERT_TRUE(kernel.has_value());
  EXPECT_TRUE(std::ranges::equal(kernel->spirv, shaders::kMegakernelSpirv));
}

TEST_F(RealKernel, EveryFunctionOfTheManualPageExists) {
  const Source source{.opcode = 0x4000'0001, .name = "all", .file = "all.glsl", .glsl = R"(void all() {
  uint x = vyre_arg(0u) + vyre_tenant() + vyre_slot() + vyre_control_words() + vyre_observables() + vyre_load(1u);
  vyre_store(160u, x);
  x += vyre_atomic_add(160u, 1u) + vyre_observable_load(0u) + vyre_observable_atomic_add(0u, 1u);
  vyre_observable_store(0u, x);
  vyre_printf(0u, x, x);
  if (vyre_faulted()) return;
  for (uint i = vyre_progress(); i < 3u; ++i) {
    if (!vyre_step()) {
      vyre_yield(i);
      return;
    }
  }
  vyre_fault(7u);
}
)"};
  const auto kernel = compile({source});
  EXPECT_TRUE(kernel.has_value()) << to_text(kernel.error());
}

/// Tracing stores words and turns no loop, so that a traced kernel lives on the same fuel.
TEST_F(RealKernel, ATracedOneIsAnotherAndHasNoMoreLoops) {
  std::vector<ShaderText> kernel;
  for (const auto& file : shaders::kShaderFiles) kernel.push_back({.name = file.name, .text = file.text});
  const std::vector<Source> handlers{
      {.opcode = 0x4000'0001, .name = "f", .file = "f.glsl", .glsl = "void f() { vyre_store(160u, 1u); }"}};
  const auto plain = compile_program(assemble(kernel, handlers), CompileMode::kCheck);
  const Program program = assemble(kernel, handlers, Variant::kTraced);
  const auto traced = compile_program(program, CompileMode::kCheck);
  ASSERT_TRUE(plain && traced);
  EXPECT_NE(*plain, *traced);
  const auto loops = [](const std::vector<std::uint32_t>& spirv) {
    constexpr std::uint32_t kLoopMerge = 246;  // OpLoopMerge
    std::size_t count = 0;
    for (std::size_t at = 5; at < spirv.size(); at += spirv[at] >> 16)
      count += (spirv[at] & 0xFFFF) == kLoopMerge;
    return count;
  };
  EXPECT_EQ(loops(*plain), loops(*traced));
  EXPECT_EQ(check_loops(*traced, program), 0U);
}

/// The kernel budgets for the loops of handlers only, so the functions that they call may have none.
TEST_F(RealKernel, TheApiItselfHasNoLoops) {
  std::vector<ShaderText> kernel;
  for (const auto& file : shaders::kShaderFiles) kernel.push_back({.name = file.name, .text = file.text});
  const std::vector<Source> handlers{
      {.opcode = 0x4000'0001,
       .name = "f",
       .file = "f.glsl",
       .glsl = "void f() { vyre_printf(0u, vyre_load(1u), 2u); vyre_store(160u, 1u); }"}};
  const Program program = assemble(kernel, handlers);
  const auto spirv = compile_program(program, CompileMode::kCheck);
  ASSERT_TRUE(spirv.has_value()) << to_text(spirv.error());
  EXPECT_EQ(check_loops(*spirv, program), 0U);
}

}  // namespace
}  // namespace vyre::handler
