// The JSON Schema against the loader: what one accepts the other does, as far as a schema can see.
#define VALIJSON_USE_EXCEPTIONS 1  // else it ends the process
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "support.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "workload/step_keys.hpp"

namespace vyre::workload {
namespace {

using test::read;

const std::filesystem::path kRejected = VYRE_SOURCE_DIR "/tests/integration/rejected";

const nlohmann::json& schema_json() {
  static const nlohmann::json json = nlohmann::json::parse(json_schema());
  return json;
}

const valijson::Schema& schema() {
  static const valijson::Schema* const parsed = [] {
    auto* made = new valijson::Schema;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json()), *made);
    return made;
  }();
  return *parsed;
}

/// The tree of a YAML file with the types that editors see. valijson 1.0 has an adapter for YAML trees,
/// but takes maps and lists for strings in it.
class YamlToJson {
 public:
  nlohmann::json convert(const YAML::Node& node, int depth = 0) {
    if (++nodes_ > 100'000 || depth > 100) throw std::runtime_error("too many nodes");
    nlohmann::json json;
    if (node.IsMap()) {
      json = nlohmann::json::object();
      for (const auto& entry : node) json[entry.first.as<std::string>()] = convert(entry.second, depth + 1);
    } else if (node.IsSequence()) {
      json = nlohmann::json::array();
      for (const auto& item : node) json.push_back(convert(item, depth + 1));
    } else if (node.IsScalar()) {
      json = scalar(node);
    }
    return json;
  }

 private:
  static nlohmann::json scalar(const YAML::Node& node) {
    const auto& text = node.Scalar();
    if (node.Tag() == "!") return text;  // in quotes
    if (text == "true" || text == "false") return text == "true";
    static const std::regex integer("[-+]?[0-9]+|0x[0-9a-fA-F]+");
    static const std::regex real("[-+]?[0-9]+\\.[0-9]*");
    if (std::regex_match(text, integer)) return std::stoll(text, nullptr, text.starts_with("0x") ? 16 : 10);
    if (std::regex_match(text, real)) return std::stod(text);
    return text;
  }

  int nodes_ = 0;
};

/// "" when the tree is valid, else the complaints.
std::string complaints(const nlohmann::json& tree) {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(schema(), valijson::adapters::NlohmannJsonAdapter(tree), &results)) return "";
  std::string text = "refused";
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    text += "\n ";
    for (const auto& part : error.context) text += part;
    text += ": " + error.description;
  }
  return text;
}

std::string complaints_of(const std::filesystem::path& path) {
  try {
    const std::string text = read(path);
    return complaints(path.extension() == ".json" ? nlohmann::json::parse(text)
                                                  : YamlToJson().convert(YAML::Load(text)));
  } catch (const std::exception& error) { return std::string("no tree: ") + error.what(); }
}

bool is_workload(const std::filesystem::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".json";
}

TEST(Schema, IsTheFileThatEditorsUse) {
  EXPECT_EQ(json_schema(), read(VYRE_SOURCE_DIR "/lib/workload/schema/workload.schema.json"));
  EXPECT_EQ(schema_json().at("$schema"), "http://json-schema.org/draft-07/schema#");
}

TEST(Schema, AcceptsEveryExample) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VYRE_SOURCE_DIR "/workloads")) {
    if (!is_workload(entry.path())) continue;
    ++count;
    EXPECT_EQ(complaints_of(entry.path()), "") << entry.path();
    const std::string text = read(entry.path());
    if (entry.path().extension() == ".yaml") {
      EXPECT_TRUE(
          text.starts_with("# yaml-language-server: $schema=../lib/workload/schema/workload.schema.json\n"))
          << entry.path();
    }
  }
  EXPECT_GE(count, 12);
}

TEST(Schema, RefusesWhatBreaksTheStructure) {
  // Files that only the loader can refuse: names, ranges and relations between values.
  std::set<std::string> accepts;
  std::istringstream list(read(kRejected / "schema-accepts.txt"));
  for (std::string line; std::getline(list, line);)
    if (!line.empty() && line[0] != '#') accepts.insert(line);
  for (const auto& entry : std::filesystem::directory_iterator(kRejected)) {
    if (!is_workload(entry.path())) continue;
    const std::string name = entry.path().filename().string();
    const std::string found = complaints_of(entry.path());
    EXPECT_EQ(found.empty(), accepts.erase(name) == 1) << name << " " << found;
  }
  EXPECT_TRUE(accepts.empty()) << *accepts.begin() << " does not exist";
}

TEST(Schema, KnowsEveryNameThatTheLoaderKnows) {
  const auto& step = schema_json().at("definitions").at("step").at("anyOf").at(1).at("properties");
  std::set<std::string> known;
  for (const auto& [name, value] : step.items()) known.insert(name);
  for (const auto& info : protocol::kOpcodes) {
    if (!info.in_files) continue;
    EXPECT_EQ(known.erase(std::string(info.name)), 1U) << info.name;
    const auto& named = schema_json().at("definitions").at("op_" + std::string(info.name)).at("anyOf").at(0);
    ASSERT_EQ(named.at("properties").size(), info.arg_count) << info.name;
    for (std::uint32_t i = 0; i < info.arg_count; ++i)
      EXPECT_TRUE(named.at("properties").contains(std::string(info.args[i].name))) << info.name;
  }
  for (const auto key : kActionKeys) EXPECT_EQ(known.erase(std::string(key)), 1U) << key;
  for (const auto key : kOptionKeys) EXPECT_EQ(known.erase(std::string(key)), 1U) << key;
  EXPECT_TRUE(known.empty()) << *known.begin();
  const auto& reasons = schema_json()
                            .at("definitions")
                            .at("expectations")
                            .at("properties")
                            .at("faults")
                            .at("anyOf")
                            .at(1)
                            .at("items")
                            .at("properties")
                            .at("reason")
                            .at("enum");
  ASSERT_EQ(reasons.size(), protocol::kFaults.size());
  for (std::size_t i = 0; i < reasons.size(); ++i) EXPECT_EQ(reasons[i], protocol::kFaults[i].name);
}

}  // namespace
}  // namespace vyre::workload
