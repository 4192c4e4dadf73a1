#include "vyre/handler/compile.hpp"

#include <exception>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "handler/compile_program.hpp"
#include "handler/kernel_cache.hpp"
#include "handler/program.hpp"
#include "vyre_shader_sources.hpp"

namespace vyre::handler {

Result<Kernel> compile(const std::vector<Source>& handlers, Variant variant) {
  try {
    // The build compiled this one.
    if (handlers.empty()) {
      std::span<const std::uint32_t> spirv = shaders::kMegakernelSpirv;
      if (variant == Variant::kTraced) spirv = shaders::kMegakernelTracedSpirv;
      return Kernel{.spirv = {spirv.begin(), spirv.end()}, .from_cache = false};
    }
    std::vector<ShaderText> kernel;
    for (const auto& file : shaders::kShaderFiles) kernel.push_back({.name = file.name, .text = file.text});
    return compile_with(kernel, handlers, KernelCache(), variant);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kHandlerCompile, fmt::format("compiling the kernel failed: {}", error.what()),
                "handler::compile", "free some memory and run again");
  }
}

}  // namespace vyre::handler
