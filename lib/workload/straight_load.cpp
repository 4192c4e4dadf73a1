#include "workload/straight_load.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "workload/json_scanner.hpp"
#include "workload/reader.hpp"
#include "workload/settings.hpp"
#include "workload/step_parser.hpp"

namespace vyre::workload {

namespace {

/// Top-level keys that no step depends on: they may stand below the steps.
bool may_follow_steps(std::string_view key) noexcept {
  constexpr std::array<std::string_view, 4> kKeys{"name", "description", "timeout", "expect"};
  return is_free_key(key) || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

/// The settings are read twice, before the steps and at the end, so these, which take long to build, must
/// wait for the second reading of the text.
bool is_costly(std::string_view key) noexcept { return key == "scan" || key == "dfa"; }

/// Takes the steps as they come. Whatever does not fit ends the reading.
class StraightSink final : public DocumentSink {
 public:
  StraightSink(const WorkloadSource& source, const LoadOptions& options)
      : options_(options),
        kept_nodes_(source.format == FileFormat::kYaml ? kKeptYamlNodes : kKeptJsonNodes),
        problems(source.file, source.text.view(), 1) {
    root.kind = NodeKind::kMap;
    settings_.file = source.file;
    scope_.file = source.scope.file;
  }

  bool top_level(const Node& key, Node value) override {
    if (parser ? !may_follow_steps(key.text) : is_costly(key.text)) return false;
    if (root.items.empty()) root.position = key.position;
    root.items.push_back(key);
    root.items.push_back(std::move(value));
    return problems.empty();
  }
  bool steps_begin() override {
    if (parser) return false;
    read_settings(root, options_, settings_, scope_, problems);
    settings_ = without_tables(settings_);
    parser.emplace(settings_, scope_, problems);
    return problems.empty();
  }
  bool step(Node node) override {
    auto parsed = parser->parse(node);
    if (!parsed || !problems.empty()) return false;
    ++step_count;
    if (!kept) return true;
    nodes_ += count_nodes(node);
    if (nodes_ > kept_nodes_)
      kept.reset();
    else
      kept->push_back(std::move(*parsed));
    return true;
  }

 private:
  const LoadOptions& options_;
  std::size_t kept_nodes_;
  std::size_t nodes_ = 0;
  Workload settings_;  ///< all that stands above the steps
  Scope scope_;

 public:
  Problems problems;
  Node root;
  std::optional<StepParser> parser;  ///< once the steps have begun
  std::uint64_t step_count = 0;
  std::optional<std::vector<Step>> kept{std::in_place};
};

bool read_document(WorkloadSource& source, StraightSink& sink) {
  const std::string_view text = source.text.view();
  if (source.format == FileFormat::kYaml) return read_yaml(text, sink.problems, sink);
  NodeBuilder builder(sink.problems, sink, text.size());
  JsonScanner scanner(text, builder);
  const bool complete = scanner.read();
  source.json_steps = scanner.steps();
  return complete;
}

}  // namespace

std::size_t count_nodes(const Node& node) noexcept {
  std::size_t count = 1;
  for (const auto& item : node.items) count += count_nodes(item);
  return count;
}

Workload without_tables(Workload& workload) {
  std::vector<ScanRule> rules = std::exchange(workload.scan_rules, {});
  Workload settings = workload;
  settings.dfa_table.clear();
  settings.arena_data.clear();
  settings.expectations.clear();
  for (const auto& rule : rules)
    settings.scan_rules.push_back({.name = rule.name, .table = {}, .reverse = {}, .position = {}});
  workload.scan_rules = std::move(rules);
  return settings;
}

std::optional<Workload> load_straight(WorkloadSource& source, const LoadOptions& options) {
  StraightSink sink(source, options);
  if (!read_document(source, sink) || !sink.parser || !sink.problems.empty()) return std::nullopt;
  // Once more, with what stands below the steps; of what they depend on nothing is new.
  Workload workload;
  workload.file = source.file;
  Scope scope;
  scope.file = source.scope.file;
  read_settings(sink.root, options, workload, scope, sink.problems);
  if (!sink.problems.empty()) return std::nullopt;
  source.scope = std::move(scope);
  source.settings = without_tables(workload);
  source.kept = std::move(sink.kept);
  workload.has_streams = sink.parser->saw_stream();
  workload.operations = sink.parser->operations();
  workload.step_count = sink.step_count;
  return workload;
}

}  // namespace vyre::workload
