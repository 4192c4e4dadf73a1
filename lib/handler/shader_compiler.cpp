#include "handler/shader_compiler.hpp"

#include <dlfcn.h>
#include <shaderc/shaderc.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "handler/compiler_messages.hpp"
#include "handler/program.hpp"

namespace vyre::handler {
namespace {

constexpr std::string_view kLoopsMacro = "VYRE_HANDLER_LOOPS";  ///< read by shaders/include/lane.glsl
constexpr std::string_view kTraceMacro = "VYRE_TRACE";          ///< read by shaders/include/trace.glsl

struct Release {
  void operator()(shaderc_compiler_t compiler) const { shaderc_compiler_release(compiler); }
  void operator()(shaderc_compile_options_t options) const { shaderc_compile_options_release(options); }
  void operator()(shaderc_compilation_result_t result) const { shaderc_result_release(result); }
};
using Compiler = std::unique_ptr<shaderc_compiler, Release>;
using Options = std::unique_ptr<shaderc_compile_options, Release>;
using Compilation = std::unique_ptr<shaderc_compilation_result, Release>;

shaderc_include_result* make_include(std::string_view name, std::string_view text) {
  return new shaderc_include_result{.source_name = name.data(),
                                    .source_name_length = name.size(),
                                    .content = text.data(),
                                    .content_length = text.size(),
                                    .user_data = nullptr};
}

/// Called by the compiler: nothing may throw through it, so running out of memory ends the process.
shaderc_include_result* resolve(void* user_data, const char* requested, int /*type*/, const char* requesting,
                                std::size_t /*depth*/) noexcept {
  const auto& program = *static_cast<const Program*>(user_data);
  if (requested == kCustomFile) return make_include(kCustomFile, program.custom);
  const ShaderText* found = resolve_include(program.kernel, requested, requesting);
  if (found == nullptr) return make_include("", "no such file among the kernel's sources");
  return make_include(found->name, found->text);
}

void release_include(void* /*user_data*/, shaderc_include_result* result) noexcept { delete result; }

Options make_options(const Program& program, CompileMode mode, std::uint32_t loop_count) {
  Options options(shaderc_compile_options_initialize());
  if (!options) return options;
  shaderc_compile_options_set_target_env(options.get(), shaderc_target_env_vulkan,
                                         shaderc_env_version_vulkan_1_3);
  shaderc_compile_options_set_target_spirv(options.get(), shaderc_spirv_version_1_6);
  // The callback only reads; the C interface has no const.
  shaderc_compile_options_set_include_callbacks(options.get(), resolve, release_include,
                                                const_cast<Program*>(&program));
  const std::string loops = std::to_string(loop_count);
  shaderc_compile_options_add_macro_definition(options.get(), kLoopsMacro.data(), kLoopsMacro.size(),
                                               loops.data(), loops.size());
  if (program.variant == Variant::kTraced)
    shaderc_compile_options_add_macro_definition(options.get(), kTraceMacro.data(), kTraceMacro.size(),
                                                 nullptr, 0);
  if (mode == CompileMode::kCheck) shaderc_compile_options_set_generate_debug_info(options.get());
  shaderc_compile_options_set_optimization_level(options.get(), mode == CompileMode::kCheck
                                                                    ? shaderc_optimization_level_zero
                                                                    : shaderc_optimization_level_performance);
  return options;
}

}  // namespace

Result<std::vector<std::uint32_t>> compile_program(const Program& program, CompileMode mode,
                                                   std::uint32_t loop_count) {
  const ShaderText* entry = resolve_include(program.kernel, kEntryFile, "");
  const Compiler compiler(shaderc_compiler_initialize());
  const Options options = make_options(program, mode, loop_count);
  if (entry == nullptr || !compiler || !options)
    return fail(ErrorCode::kHandlerCompile, "the GLSL compiler could not be started",
                "shaderc_compiler_initialize", "free some memory and run again");
  const std::string name(entry->name);
  const Compilation result(shaderc_compile_into_spv(compiler.get(), entry->text.data(), entry->text.size(),
                                                    shaderc_compute_shader, name.c_str(), "main",
                                                    options.get()));
  if (!result)
    return fail(ErrorCode::kHandlerCompile, "the GLSL compiler returned nothing", "shaderc_compile_into_spv",
                "free some memory and run again");
  if (shaderc_result_get_compilation_status(result.get()) != shaderc_compilation_status_success)
    return std::unexpected(to_error(shaderc_result_get_error_message(result.get()), program));

  const std::size_t size_bytes = shaderc_result_get_length(result.get());
  std::vector<std::uint32_t> spirv(size_bytes / sizeof(std::uint32_t));
  const char* bytes = shaderc_result_get_bytes(result.get());
  std::copy_n(bytes, spirv.size() * sizeof(std::uint32_t), reinterpret_cast<char*>(spirv.data()));
  return spirv;
}

std::string compiler_identity() {
  unsigned version = 0;
  unsigned revision = 0;
  shaderc_get_spv_version(&version, &revision);
  std::string identity = fmt::format("spirv {:x}.{}", version, revision);
  // shaderc tells no version of its own, so the file that holds it stands for it.
  Dl_info info{};
  struct stat status {};
  if (dladdr(reinterpret_cast<const void*>(&shaderc_compile_into_spv), &info) != 0 &&
      info.dli_fname != nullptr && stat(info.dli_fname, &status) == 0)
    identity +=
        fmt::format(" size {} modified {}.{}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  return identity;
}

}  // namespace vyre::handler
