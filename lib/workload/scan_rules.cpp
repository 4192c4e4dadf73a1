// `scan:` at the top level: rules, each of which becomes one table of the kernel's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/scan/literals_file.hpp"
#include "vyre/scan/table_file.hpp"
#include "workload/names.hpp"
#include "workload/settings.hpp"

namespace vyre::workload {

namespace {

constexpr std::uint64_t kMaxKernelTableBytes = 256ULL << 20;

/// What the kernel keeps of a table. Source: vyre/protocol/kernel_layout.hpp, "Scan tables".
std::uint64_t kernel_bytes(const scan::Table& table) {
  const std::uint64_t words = protocol::kScanHeadWords + table.class_of.size() / 4 +
                              table.transitions.size() + table.output_begin.size() + table.outputs.size();
  return words * sizeof(std::uint32_t);
}

class RuleReader {
 public:
  RuleReader(const ValueReader& values, Workload& workload, Scope& scope)
      : values_(values), problems_(values.problems()), workload_(workload), scope_(scope) {}

  void read(const Node& node) {
    if (!values_.is(node, NodeKind::kSequence, "'scan'")) return;
    for (const auto& entry : node.items) {
      if (full_) return;
      if (values_.is(entry, NodeKind::kMap, "a scan rule")) read_rule(entry);
    }
  }

 private:
  /// The values of one rule's keys; null for those that it lacks.
  struct Keys {
    const Node* literals;
    const Node* literals_file;
    const Node* regex;
    const Node* tables;
    const Node* escapes;
    const Node* ignore_case;
  };

  void read_rule(const Node& node) {
    Fields fields(node, "a scan rule", problems_);
    const Node* const name = fields.optional("name");
    const Keys keys{.literals = fields.optional("literals"),
                    .literals_file = fields.optional("literals_file"),
                    .regex = fields.optional("regex"),
                    .tables = fields.optional("tables"),
                    .escapes = fields.optional("escapes"),
                    .ignore_case = fields.optional("ignore_case")};
    fields.finish();
    const std::size_t first = workload_.scan_rules.size();
    if (check_keys(node, keys)) read_tables(keys);
    // One that went wrong still has its number and its name, so that its uses are not reported as well.
    if (workload_.scan_rules.size() == first) workload_.scan_rules.emplace_back();
    for (auto rule = workload_.scan_rules.begin() + static_cast<std::ptrdiff_t>(first);
         rule != workload_.scan_rules.end(); ++rule)
      rule->position = node.position;
    if (name != nullptr) read_name(*name, first);
    check_size(node);
  }

  bool check_keys(const Node& node, const Keys& keys) {
    const std::array sources{keys.literals, keys.literals_file, keys.regex, keys.tables};
    if (std::ranges::count(sources, nullptr) + 1 != std::ssize(sources)) {
      problems_.add(node.position,
                    "a scan rule needs one of 'literals', 'literals_file', 'regex' and 'tables'",
                    "write literals: [foo, bar] or regex: \"a+b\"");
      return false;
    }
    const std::string_view source = keys.regex != nullptr ? "regex" : "tables";
    if (keys.escapes != nullptr && (keys.regex != nullptr || keys.tables != nullptr)) {
      problems_.add(keys.escapes->position, fmt::format("'escapes' has no meaning beside '{}'", source),
                    keys.regex != nullptr ? "a regular expression has escapes of its own"
                                          : "a table file holds its patterns as bytes");
      return false;
    }
    if (keys.ignore_case != nullptr && keys.tables != nullptr) {
      problems_.add(keys.ignore_case->position, "'ignore_case' has no meaning beside 'tables'",
                    "build the file with vyre table build --ignore-case");
      return false;
    }
    return true;
  }

  void read_tables(const Keys& keys) {
    bool escapes = false;
    scan::BuildOptions options;
    const auto flag = [&](const Node* from, std::string_view label, bool& out) {
      if (from == nullptr) return true;
      const auto value = values_.boolean(*from, label);
      out = value.value_or(false);
      return value.has_value();
    };
    const bool good = flag(keys.escapes, "'escapes'", escapes) &&
                      flag(keys.ignore_case, "'ignore_case'", options.ignore_case);
    if (!good) return;
    if (keys.literals != nullptr) return read_literals(*keys.literals, escapes, options);
    if (keys.literals_file != nullptr) return read_literals_file(*keys.literals_file, escapes, options);
    if (keys.regex != nullptr) return read_regex(*keys.regex, options);
    read_table_file(*keys.tables);
  }

  void read_literals(const Node& list, bool escapes, const scan::BuildOptions& options) {
    if (!values_.is(list, NodeKind::kSequence, "'literals'")) return;
    if (list.items.empty())
      return problems_.add(list.position, "no literals to look for", "give at least one");
    std::vector<std::string> patterns;
    for (const auto& item : list.items) {
      if (!values_.is(item, NodeKind::kString, "a literal")) continue;
      auto literal = scan::read_literal(item.text, escapes, "");
      if (literal)
        patterns.push_back(std::move(*literal));
      else
        problems_.add(item.position, literal.error().what,
                      escapes ? literal.error().fix : without_escapes_fix(item));
    }
    if (patterns.size() == list.items.size()) build_literals(list, patterns, options);
  }

  /// What the scan room proposes is an option of the command line.
  static std::string without_escapes_fix(const Node& item) {
    return item.text.empty() ? "remove it" : "write it as \\x00, every backslash as \\\\, with escapes: true";
  }

  void read_literals_file(const Node& node, bool escapes, const scan::BuildOptions& options) {
    const auto path = file_of(node, "'literals_file'");
    if (!path) return;
    const auto patterns = scan::load_literals(*path, escapes);
    if (!patterns) return add_file_problem(node, patterns.error());
    build_literals(node, *patterns, options);
  }

  void build_literals(const Node& node, const std::vector<std::string>& patterns,
                      const scan::BuildOptions& options) {
    auto table = scan::build_literals(patterns, options);
    if (!table) return add_build_problem(node, table.error());
    workload_.scan_rules.push_back({.name = {}, .table = std::move(*table), .reverse = {}, .position = {}});
  }

  void read_regex(const Node& node, const scan::BuildOptions& options) {
    if (!values_.is(node, NodeKind::kString, "'regex'")) return;
    auto tables = scan::build_regex(node.text, options);
    if (!tables) return add_build_problem(node, tables.error());
    workload_.scan_rules.push_back({.name = {},
                                    .table = std::move(tables->scan),
                                    .reverse = std::move(tables->reverse),
                                    .position = {}});
  }

  void read_table_file(const Node& node) {
    const auto path = file_of(node, "'tables'");
    if (!path) return;
    auto tables = scan::read_tables(*path);
    if (!tables) return add_file_problem(node, tables.error());
    for (auto& table : *tables)
      if (table.kind == scan::TableKind::kRegexReverse)  // behind its regex: the file was checked
        workload_.scan_rules.back().reverse = std::move(table);
      else
        workload_.scan_rules.push_back(
            {.name = {}, .table = std::move(table), .reverse = {}, .position = {}});
  }

  std::optional<std::filesystem::path> file_of(const Node& node, std::string_view label) {
    if (!values_.is(node, NodeKind::kString, label)) return std::nullopt;
    auto path = base_folder(workload_.file) / node.text;
    // A file of that name: the standard input, which others take it for, may be the workload itself.
    return path == "-" ? "./-" : path;
  }

  /// Problems of another file's say where in it they lie.
  void add_file_problem(const Node& node, const Error& error) {
    problems_.add(
        node.position, error.where.empty() ? error.what : fmt::format("{}: {}", error.where, error.what),
        error.code == ErrorCode::kFile ? "name a file; relative names start at the workload's folder"
                                       : error.fix);
  }

  void add_build_problem(const Node& node, const Error& error) {
    problems_.add(
        node.position, error.where.empty() ? error.what : fmt::format("{}, at {}", error.what, error.where),
        error.code == ErrorCode::kTooMany && error.where.empty() ? "split the patterns over several rules"
                                                                 : error.fix);
  }

  void read_name(const Node& node, std::size_t rule) {
    if (!values_.is(node, NodeKind::kString, "a scan rule's 'name'")) return;
    if (!is_identifier(node.text))
      return problems_.add(node.position, fmt::format("{} is no name for a scan rule", quote(node.text)),
                           "names are letters, digits and underscores, no digit first");
    if (scope_.scan_rules.contains(node.text))
      return problems_.add(node.position, fmt::format("two scan rules are called {}", quote(node.text)),
                           "give each its own name");
    const std::size_t count = workload_.scan_rules.size() - rule;
    if (count > 1)
      return problems_.add(node.position, fmt::format("one name for the {} rules of a table file", count),
                           "leave it out: steps may name rules by number");
    scope_.scan_rules[node.text] = static_cast<std::uint32_t>(rule);
    workload_.scan_rules[rule].name = node.text;
  }

  /// What follows is not built any more: it would only take time and memory.
  void check_size(const Node& node) {
    for (; counted_ < workload_.scan_rules.size(); ++counted_)
      kernel_bytes_ += kernel_bytes(workload_.scan_rules[counted_].table);
    if (kernel_bytes_ > kMaxKernelTableBytes) {
      problems_.add(node.position,
                    fmt::format("the scan tables up to here take {} bytes, a kernel takes {}", kernel_bytes_,
                                kMaxKernelTableBytes),
                    "look for less, or split the workload");
      full_ = true;
    } else if (counted_ > scan::kMaxTables) {
      problems_.add(node.position,
                    fmt::format("{} scan rules, at most {} are possible", counted_, scan::kMaxTables),
                    "put literals into one rule, regular expressions into one with '|'");
      full_ = true;
    }
  }

  const ValueReader& values_;
  Problems& problems_;
  Workload& workload_;
  Scope& scope_;
  std::size_t counted_ = 0;  ///< rules whose tables are in kernel_bytes_
  std::uint64_t kernel_bytes_ = 0;
  bool full_ = false;
};

}  // namespace

void read_scan_rules(const Node& node, const ValueReader& values, Workload& workload, Scope& scope) {
  RuleReader(values, workload, scope).read(node);
}

}  // namespace vyre::workload
