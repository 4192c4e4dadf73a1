#include "handler/loop_check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "handler/program.hpp"
#include "handler/spirv_flow.hpp"

namespace vyre::handler {
namespace {

constexpr std::string_view kStepFunction = "vyre_step(";
constexpr std::string_view kDispatchFunction = "vyre_run_custom(";  ///< of custom_handlers.glsl
constexpr std::uint32_t kManyLoops = 1'000'000;

class LoopChecker {
 public:
  LoopChecker(const FlowModule& module, const Program& program) : module_(module), program_(program) {
    for (const FlowFunction& function : module.functions) functions_[function.id] = &function;
  }

  Result<std::uint32_t> run() {
    for (const FlowFunction& function : module_.functions)
      for (const FlowBlock& block : function.blocks)
        if (block.loop && is_user_file(block.loop->place.file)) VYRE_CHECK(check(function, block));
    std::uint32_t loops = 0;
    for (const FlowFunction& function : module_.functions)
      if (is_called(function.id, kDispatchFunction)) loops = loops_in(function.id);
    if (loops > kMaxLoops)
      return fail(
          ErrorCode::kHandlerCompile,
          fmt::format("the handlers hold {} loops, counting those of a function at each of its calls; {} fit "
                      "into a slice of the kernel",
                      loops, kMaxLoops),
          program_.user_files.empty() ? "" : program_.user_files.front(),
          "merge loops, or call a function with a loop from fewer places");
    return loops;
  }

 private:
  bool is_called(std::uint32_t id, std::string_view prefix) const {
    const auto name = module_.names.find(id);
    return name != module_.names.end() && name->second.starts_with(prefix);
  }

  /// Loops in a function and in all that it calls. Saturates: calls of calls multiply.
  std::uint32_t loops_in(std::uint32_t id) {
    if (const auto known = loops_in_.find(id); known != loops_in_.end()) return known->second;
    loops_in_[id] = 0;
    const auto function = functions_.find(id);
    if (function == functions_.end()) return 0;
    std::uint32_t loops = 0;
    for (const FlowBlock& block : function->second->blocks) {
      loops += block.loop ? 1 : 0;
      for (const std::uint32_t callee : block.calls) loops = std::min(loops + loops_in(callee), kManyLoops);
    }
    return loops_in_[id] = loops;
  }

  bool is_user_file(std::string_view file) const { return user_file(file) != nullptr; }

  const std::string* user_file(std::string_view file) const {
    for (std::size_t index = 0; index < program_.user_files.size(); ++index)
      if (file == user_file_name(index)) return &program_.user_files[index];
    return nullptr;
  }

  /// Walks one pass of the loop around every call of vyre_step: coming back to the header means that
  /// there is a pass without one.
  Result<void> check(const FlowFunction& function, const FlowBlock& header) {
    if (steps(header)) return {};
    std::set<std::uint32_t> seen{header.loop->merge};
    std::vector<std::uint32_t> pending(header.successors);
    while (!pending.empty()) {
      const std::uint32_t label = pending.back();
      pending.pop_back();
      if (label == header.label)
        return fail(ErrorCode::kHandlerCompile, "a pass through this loop can miss vyre_step()",
                    fmt::format("{}:{}", *user_file(header.loop->place.file), header.loop->place.line),
                    "call vyre_step() in every pass of the loop, and leave the loop when it returns false");
      const FlowBlock& block = function.blocks[function.index_of_label.at(label)];
      if (!seen.insert(label).second || steps(block)) continue;
      pending.insert(pending.end(), block.successors.begin(), block.successors.end());
    }
    return {};
  }

  bool steps(const FlowBlock& block) {
    return std::ranges::any_of(block.calls, [this](std::uint32_t id) { return always_steps(id); });
  }

  /// vyre_step itself, or a function in which every way to its end calls it. GLSL forbids recursion.
  bool always_steps(std::uint32_t id) {
    if (is_called(id, kStepFunction)) return true;
    if (const auto known = always_steps_.find(id); known != always_steps_.end()) return known->second;
    always_steps_[id] = false;
    const auto function = functions_.find(id);
    if (function == functions_.end() || function->second->blocks.empty()) return false;
    return always_steps_[id] = !can_leave_without_step(*function->second);
  }

  bool can_leave_without_step(const FlowFunction& function) {
    std::set<std::uint32_t> seen;
    std::vector<std::uint32_t> pending{function.blocks.front().label};
    while (!pending.empty()) {
      const FlowBlock& block = function.blocks[function.index_of_label.at(pending.back())];
      pending.pop_back();
      if (!seen.insert(block.label).second || steps(block)) continue;
      if (block.leaves) return true;
      pending.insert(pending.end(), block.successors.begin(), block.successors.end());
    }
    return false;
  }

  const FlowModule& module_;
  const Program& program_;
  std::map<std::uint32_t, const FlowFunction*> functions_;
  std::map<std::uint32_t, bool> always_steps_;
  std::map<std::uint32_t, std::uint32_t> loops_in_;
};

}  // namespace

Result<std::uint32_t> check_loops(std::span<const std::uint32_t> spirv, const Program& program) {
  const FlowModule module = read_flow(spirv);
  return LoopChecker(module, program).run();
}

}  // namespace vyre::handler
