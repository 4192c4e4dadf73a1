/// Proves, on the compiler's unoptimised output, that every pass through every loop of a handler
/// spends fuel: drivers cut long loops short in silence, and only a counted loop can tell. And counts
/// the loops, since llvmpipe charges for each that it comes by.
#pragma once

#include <cstdint>
#include <span>

#include "vyre/base/error.hpp"

namespace vyre::handler {

struct Program;

/// More could spend a slice of 65,535 back-edges, all that llvmpipe grants, in one pass of the kernel.
inline constexpr std::uint32_t kMaxLoops = 32;

/// Shape: SPIR-V with debug information, as CompileMode::kCheck makes it; trusted to be well formed.
/// Gives the loops that a run of any handler can meet, each as often as its function is inlined.
/// Errors: kHandlerCompile, `where` is the loop's file:line in the user's source; kHandlerCompile for
/// more than kMaxLoops.
[[nodiscard]] Result<std::uint32_t> check_loops(std::span<const std::uint32_t> spirv, const Program& program);

}  // namespace vyre::handler
