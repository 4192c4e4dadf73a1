#include "bench/generated_workload.hpp"

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vyre::cli::bench {
namespace {

enum class Value : std::uint8_t { kNone, kNumber, kTwo, kObservable, kNextObservable };

struct Argument {
  std::string_view name;
  Value value = Value::kNone;
};
struct Operation {
  std::string_view opcode;
  std::array<Argument, 3> arguments;
};
constexpr std::array<Operation, 4> kOperations{{
    {"atomic_add", {{{"value", Value::kNumber}, {"to", Value::kObservable}, {}}}},
    {"store_u32", {{{"value", Value::kNumber}, {"to", Value::kObservable}, {}}}},
    {"memcpy", {{{"words", Value::kTwo}, {"from", Value::kObservable}, {"to", Value::kNextObservable}}}},
    {"compare_swap", {{{"expected", Value::kNumber}, {"desired", Value::kTwo}, {"at", Value::kObservable}}}},
}};
constexpr std::uint64_t kObservables = 60;

std::string value_text(Value value, std::uint64_t step, std::string_view quote) {
  switch (value) {
    case Value::kNumber: return std::to_string(step * 7919 % 100'000);
    case Value::kTwo: return "2";
    case Value::kObservable: return fmt::format("{0}observable({1}){0}", quote, step % kObservables);
    case Value::kNextObservable:
      return fmt::format("{0}observable({1}){0}", quote, (step + 2) % kObservables);
    case Value::kNone: break;
  }
  return "";
}

/// "{value: 7, to: observable(3)}", with quotes where JSON wants them.
std::string arguments_text(const Operation& operation, std::uint64_t step, std::string_view quote) {
  std::vector<std::string> fields;
  for (const Argument& argument : operation.arguments)
    if (argument.value != Value::kNone)
      fields.push_back(
          fmt::format("{0}{1}{0}: {2}", quote, argument.name, value_text(argument.value, step, quote)));
  return fmt::format("{{{}}}", fmt::join(fields, ", "));
}

bool is_async(std::uint64_t step) { return step % 2 == 1; }
const Operation& operation_of(std::uint64_t step) { return kOperations[step / 2 % kOperations.size()]; }

}  // namespace

std::string generated_json(std::uint64_t steps) {
  std::string text = "{\"vyre\": 1,\n \"name\": \"generated\",\n \"steps\": [\n";
  for (std::uint64_t step = 0; step < steps; ++step) {
    const Operation& operation = operation_of(step);
    text += fmt::format("  {{\"{}\": {}{}}}{}\n", operation.opcode, arguments_text(operation, step, "\""),
                        is_async(step) ? ", \"async\": true" : "", step + 1 < steps ? "," : "");
  }
  return text + " ]}\n";
}

std::string generated_yaml(std::uint64_t steps) {
  std::string text = "vyre: 1\nname: generated\nsteps:\n";
  for (std::uint64_t step = 0; step < steps; ++step) {
    const Operation& operation = operation_of(step);
    text += fmt::format("  - {}: {}\n", operation.opcode, arguments_text(operation, step, ""));
    if (is_async(step)) text += "    async: true\n";
  }
  return text;
}

}  // namespace vyre::cli::bench
