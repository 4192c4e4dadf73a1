/// The control flow of a SPIR-V module with debug information: functions, blocks, loops, calls.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vyre::handler {

struct SourceLine {
  std::string file;  ///< empty when the module tells none
  std::uint32_t line = 0;
};

struct FlowLoop {
  std::uint32_t merge = 0;  ///< label of the block after the loop
  SourceLine place;
};

struct FlowBlock {
  std::uint32_t label = 0;
  std::vector<std::uint32_t> successors;  ///< labels
  std::vector<std::uint32_t> calls;       ///< function ids
  std::optional<FlowLoop> loop;           ///< set where this block is a loop's header
  bool leaves = false;                    ///< returns from the function
};

struct FlowFunction {
  std::uint32_t id = 0;
  std::vector<FlowBlock> blocks;  ///< the entry first
  std::map<std::uint32_t, std::size_t> index_of_label;
};

struct FlowModule {
  std::vector<FlowFunction> functions;
  std::map<std::uint32_t, std::string> names;  ///< by id; glslang writes functions as "name(types"
};

/// Reads a module that a compiler made: it is trusted to be well formed, and reading stops at the first
/// instruction that runs past the end.
[[nodiscard]] FlowModule read_flow(std::span<const std::uint32_t> spirv);

}  // namespace vyre::handler
