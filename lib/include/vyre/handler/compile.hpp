/// Custom handlers: GLSL functions of the user's, compiled into the kernel at run time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::handler {

/// A custom opcode's GLSL, already read.
struct Source {
  std::uint32_t opcode = 0;  ///< a custom opcode
  std::string name;          ///< the GLSL function is `void <name>()`; an identifier
  std::string file;          ///< for messages
  std::string glsl;
};

struct Kernel {
  std::vector<std::uint32_t> spirv;
  bool from_cache = false;
};

enum class Variant : std::uint8_t {
  kPlain,
  kTraced,  ///< keeps when each slot was claimed and finished; needs VK_KHR_shader_clock
};

/// Compiles the megakernel with the handlers in it, or takes it from the cache
/// ($XDG_CACHE_HOME/vyre/kernels, by content of every source, the compiler's version and ours; a
/// damaged or unwritable cache is ignored).
/// Without handlers it is the kernel that the build compiled.
/// Errors: kHandlerCompile; `where` is the user's file:line, `what` the compiler's words; all
/// errors of one compilation are in `what`, a line each. Loops that never call vyre_step() are refused,
/// since a driver may cut them short in silence.
[[nodiscard]] VYRE_API Result<Kernel> compile(const std::vector<Source>& handlers,
                                              Variant variant = Variant::kPlain);

/// Reads one handler file. Errors: kFile, kBadInput (NUL bytes, more than 1 MiB).
[[nodiscard]] VYRE_API Result<Source> read_source(std::uint32_t opcode, const std::string& name,
                                                  const std::string& path);

}  // namespace vyre::handler
