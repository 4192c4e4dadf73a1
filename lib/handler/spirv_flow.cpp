#include "handler/spirv_flow.hpp"

#include <spirv/unified1/spirv.hpp11>

#include <cstddef>

namespace vyre::handler {
namespace {

constexpr std::size_t kHeaderWords = 5;

/// A literal string: four characters a word, the first in the low byte, ended by a zero byte.
std::string read_string(std::span<const std::uint32_t> words) {
  std::string text;
  for (const std::uint32_t word : words) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      const auto c = static_cast<char>((word >> shift) & 0xFF);
      if (c == '\0') return text;
      text += c;
    }
  }
  return text;
}

class FlowReader {
 public:
  FlowModule run(std::span<const std::uint32_t> spirv) {
    std::size_t at = kHeaderWords;
    while (at < spirv.size()) {
      const std::size_t count = spirv[at] >> spv::WordCountShift;
      if (count == 0 || count > spirv.size() - at) break;
      take(static_cast<spv::Op>(spirv[at] & spv::OpCodeMask), spirv.subspan(at + 1, count - 1));
      at += count;
    }
    return std::move(module_);
  }

 private:
  using Words = std::span<const std::uint32_t>;

  void take(spv::Op op, Words words) {
    switch (op) {
      case spv::Op::OpString: strings_[words[0]] = read_string(words.subspan(1)); break;
      case spv::Op::OpName: module_.names[words[0]] = read_string(words.subspan(1)); break;
      case spv::Op::OpLine: place_ = {.file = strings_[words[0]], .line = words[1]}; break;
      case spv::Op::OpNoLine: place_ = {}; break;
      case spv::Op::OpFunction:
        module_.functions.push_back({.id = words[1], .blocks = {}, .index_of_label = {}});
        break;
      case spv::Op::OpLabel: begin_block(words[0]); break;
      case spv::Op::OpFunctionCall: block().calls.push_back(words[2]); break;
      case spv::Op::OpLoopMerge: block().loop = FlowLoop{.merge = words[0], .place = place_}; break;
      default: take_end_of_block(op, words); break;
    }
  }

  void begin_block(std::uint32_t label) {
    FlowFunction& function = module_.functions.back();
    function.index_of_label[label] = function.blocks.size();
    FlowBlock& begun = function.blocks.emplace_back();
    begun.label = label;
  }

  void take_end_of_block(spv::Op op, Words words) {
    switch (op) {
      case spv::Op::OpBranch: block().successors = {words[0]}; break;
      case spv::Op::OpBranchConditional: block().successors = {words[1], words[2]}; break;
      case spv::Op::OpSwitch:
        // selector, default label, then (literal, label); the selectors of GLSL are 32 bits wide.
        for (std::size_t i = 1; i < words.size(); i += 2) block().successors.push_back(words[i]);
        break;
      case spv::Op::OpReturn:
      case spv::Op::OpReturnValue: block().leaves = true; break;
      default: return;
    }
    place_ = {};
  }

  FlowBlock& block() { return module_.functions.back().blocks.back(); }

  FlowModule module_;
  std::map<std::uint32_t, std::string> strings_;
  SourceLine place_;
};

}  // namespace

FlowModule read_flow(std::span<const std::uint32_t> spirv) { return FlowReader().run(spirv); }

}  // namespace vyre::handler
