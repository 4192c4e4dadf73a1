#include "handler/program.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace vyre::handler {

std::string user_file_name(std::size_t index) { return fmt::format("vyre_user_file_{}", index); }

Program assemble(std::span<const ShaderText> kernel, std::span<const Source> handlers, Variant variant) {
  Program program{.kernel = kernel, .variant = variant, .custom = {}, .user_files = {}};
  std::vector<std::pair<std::string_view, std::string_view>> seen;
  // Forward declarations make the order of files irrelevant.
  for (const Source& source : handlers) program.custom += fmt::format("void {}();\n", source.name);
  for (const Source& source : handlers) {
    const std::pair<std::string_view, std::string_view> file{source.file, source.glsl};
    if (std::ranges::find(seen, file) != seen.end()) continue;
    program.custom += fmt::format("#line 1 \"{}\"\n{}\n", user_file_name(seen.size()), source.glsl);
    seen.push_back(file);
    program.user_files.push_back(source.file);
  }
  program.custom += fmt::format(
      "#line 1 \"{}\"\nbool vyre_run_custom(uint opcode) {{\n  switch (opcode) {{\n", kCustomFile);
  for (const Source& source : handlers)
    program.custom += fmt::format("    case 0x{:x}u: {}(); return true;\n", source.opcode, source.name);
  program.custom += "    default: break;\n  }\n  return false;\n}\n";
  return program;
}

const ShaderText* resolve_include(std::span<const ShaderText> kernel, std::string_view requested,
                                  std::string_view from) {
  namespace fs = std::filesystem;
  const auto find = [kernel](const std::string& name) {
    const auto found = std::ranges::find(kernel, std::string_view(name), &ShaderText::name);
    return found == kernel.end() ? nullptr : &*found;
  };
  const auto* beside = find((fs::path(from).parent_path() / requested).lexically_normal().generic_string());
  return beside != nullptr ? beside : find(fs::path(requested).lexically_normal().generic_string());
}

}  // namespace vyre::handler
