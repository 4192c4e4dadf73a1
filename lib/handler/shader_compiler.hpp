/// Runs libshaderc over a Program; the only file pair that includes its header is this one's .cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::handler {

struct Program;

enum class CompileMode : std::uint8_t {
  kCheck,    ///< unoptimised, with debug information: for check_loops
  kRelease,  ///< what the device gets
};

/// Target: Vulkan 1.3, SPIR-V 1.6, as the build compiles the kernel without handlers.
/// `loop_count` is what check_loops found; the kernel budgets for it.
/// Errors: kHandlerCompile with every message of the compiler, in the user's files and lines.
[[nodiscard]] Result<std::vector<std::uint32_t>> compile_program(const Program& program, CompileMode mode,
                                                                 std::uint32_t loop_count = 0);

/// Names the compiler that is linked: changes whenever its output may change.
[[nodiscard]] std::string compiler_identity();

}  // namespace vyre::handler
