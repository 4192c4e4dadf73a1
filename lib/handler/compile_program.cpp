#include "handler/compile_program.hpp"

#include <string>

#include "handler/kernel_cache.hpp"
#include "handler/loop_check.hpp"
#include "handler/program.hpp"
#include "handler/shader_compiler.hpp"
#include "handler/source_check.hpp"

namespace vyre::handler {

Result<Kernel> compile_with(std::span<const ShaderText> kernel, std::span<const Source> handlers,
                            const KernelCache& cache, Variant variant) {
  VYRE_CHECK(check_sources(handlers));
  const Program program = assemble(kernel, handlers, variant);
  const std::string key = KernelCache::key_of(program);
  if (auto kept = cache.find(key)) return Kernel{.spirv = std::move(*kept), .from_cache = true};

  VYRE_TRY(const auto unoptimised, compile_program(program, CompileMode::kCheck));
  VYRE_TRY(const std::uint32_t loop_count, check_loops(unoptimised, program));
  VYRE_TRY(auto spirv, compile_program(program, CompileMode::kRelease, loop_count));
  cache.keep(key, spirv);
  return Kernel{.spirv = std::move(spirv), .from_cache = false};
}

}  // namespace vyre::handler
