#include "vyre/workload/baselines.hpp"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <string>

namespace vyre::workload {
namespace {

std::unexpected<Error> no_tree(std::string what) {
  return fail(ErrorCode::kBadInput, std::move(what), "", "give a workload with a list of steps");
}

}  // namespace

Result<std::uint64_t> count_steps_in_json_tree(std::string_view text) {
  try {
    const auto tree = nlohmann::json::parse(text);
    const auto& steps = tree.at("steps");
    if (!steps.is_array()) return no_tree("steps is no list");
    return steps.size();
  } catch (const nlohmann::json::exception& error) { return no_tree(error.what()); }
}

Result<std::uint64_t> count_steps_in_yaml_tree(std::string_view text) {
  try {
    const YAML::Node tree = YAML::Load(std::string(text));
    const YAML::Node steps = tree.IsMap() ? tree["steps"] : YAML::Node();
    if (!steps.IsSequence()) return no_tree("steps is no list");
    return steps.size();
  } catch (const YAML::Exception& error) { return no_tree(error.what()); }
}

}  // namespace vyre::workload
