#include "vyre/handler/compile.hpp"

#include <exception>
#include <vector>

#include <fmt/format.h>

#include "handler/compile_program.hpp"
#include "handler/kernel_cache.hpp"
#include "handler/program.hpp"
#include "vyre_shader_sources.hpp"

namespace vyre::handler {

Result<Kernel> compile(const std::vector<Source>& handlers) {
  try {
    std::vector<ShaderText> kernel;
    for (const auto& file : kShaderFiles) kernel.push_back({.name = file.name, .text = file.text});
    return compile_with(kernel, handlers, KernelCache());
  } catch (const std::exception& error) {
    return fail(ErrorCode::kHandlerCompile, fmt::format("compiling the kernel failed: {}", error.what()),
                "handler::compile", "free some memory and run again");
  }
}

}  // namespace vyre::handler
