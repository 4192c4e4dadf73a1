/// Program: every GLSL text that goes into one kernel, under the names that the compiler is told.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/handler/compile.hpp"

namespace vyre::handler {

/// A kernel source, embedded at build time.
struct ShaderText {
  std::string_view name;  ///< path below shaders/: "megakernel.comp", "include/ring.glsl"
  std::string_view text;
};

inline constexpr std::string_view kEntryFile = "megakernel.comp";
inline constexpr std::string_view kCustomFile = "custom_handlers.glsl";

struct Program {
  std::span<const ShaderText> kernel;
  Variant variant = Variant::kPlain;
  std::string custom;                   ///< the text of custom_handlers.glsl
  std::vector<std::string> user_files;  ///< file n of the user's is called user_file_name(n) in `custom`
};

/// What the compiler sees instead of the user's path, which may hold anything.
[[nodiscard]] std::string user_file_name(std::size_t index);

/// Writes custom_handlers.glsl: the handlers' texts, each file once, and the switch over their opcodes.
[[nodiscard]] Program assemble(std::span<const ShaderText> kernel, std::span<const Source> handlers,
                               Variant variant = Variant::kPlain);

/// Resolves an #include of `requested` in `from`: relative to it, then from the top of shaders/.
/// nullptr when there is no such text.
[[nodiscard]] const ShaderText* resolve_include(std::span<const ShaderText> kernel,
                                                std::string_view requested, std::string_view from);

}  // namespace vyre::handler
