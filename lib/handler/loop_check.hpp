/// Proves, on the compiler's unoptimised output, that every pass through every loop of a handler
/// spends fuel: drivers cut long loops short in silence, and only a counted loop can tell.
#pragma once

#include <cstdint>
#include <span>

#include "vyre/base/error.hpp"

namespace vyre::handler {

struct Program;

/// Shape: SPIR-V with debug information, as CompileMode::kCheck makes it; trusted to be well formed.
/// Errors: kHandlerCompile, `where` is the loop's file:line in the user's source.
[[nodiscard]] Result<void> check_loops(std::span<const std::uint32_t> spirv, const Program& program);

}  // namespace vyre::handler
