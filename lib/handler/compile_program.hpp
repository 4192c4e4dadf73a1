/// Handlers and kernel sources to SPIR-V, with the cache and the kernel's sources given by the caller.
#pragma once

#include <span>

#include "vyre/base/error.hpp"
#include "vyre/handler/compile.hpp"

namespace vyre::handler {

struct ShaderText;
class KernelCache;

/// As compile(). Only a kernel that passed every check is kept in the cache.
[[nodiscard]] Result<Kernel> compile_with(std::span<const ShaderText> kernel,
                                          std::span<const Source> handlers, const KernelCache& cache,
                                          Variant variant = Variant::kPlain);

}  // namespace vyre::handler
