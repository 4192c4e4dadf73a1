#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "file_output.hpp"
#include "rule_options.hpp"
#include "style.hpp"
#include "vyre/scan/table.hpp"
#include "vyre/scan/table_file.hpp"

namespace vyre::cli {
namespace {

std::uint64_t transition_bytes(const scan::Table& table) {
  return table.transitions.size() * sizeof(table.transitions[0]);
}

std::string table_text(std::size_t index, const scan::Table& table) {
  const std::string rule =
      table.kind == scan::TableKind::kLiterals
          ? fmt::format("{}, longest {}", plural(table.patterns.size(), "pattern"),
                        plural(table.max_length, "byte"))
          : fmt::format(
                "'{}', {}", printable(table.patterns[0]),
                table.max_length == 0 ? "of any length" : "at most " + plural(table.max_length, "byte"));
  return fmt::format("{:3}  {:<13}  {}{}; {}, {} byte classes, {}\n", index, to_string(table.kind), rule,
                     table.ignore_case ? ", both cases" : "", plural(table.state_count(), "state"),
                     table.class_count, bytes_text(transition_bytes(table)));
}

nlohmann::ordered_json table_json(const scan::Table& table) {
  nlohmann::ordered_json json{{"kind", to_string(table.kind)},
                              {"ignore_case", table.ignore_case},
                              {"patterns", table.patterns.size()},
                              {"longest", table.max_length},
                              {"states", table.state_count()},
                              {"classes", table.class_count},
                              {"transition_bytes", transition_bytes(table)}};
  if (table.kind != scan::TableKind::kLiterals) json["regex"] = table.patterns[0];
  return json;
}

class TableVerb final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("ACTION", action_, "build: write a table file; show: say what one holds")
        ->required()
        ->check(CLI::IsMember({"build", "show"}));
    app.add_option("FILE", file_, "The table file to show")->type_name("FILE");
    const auto* building = "Building";
    rules_.add_to(app, building);
    app.add_option("--max-bytes", max_transition_bytes_, "Refuse a table with more transitions")
        ->type_name("SIZE")
        ->transform(CLI::AsSizeValue(false))
        ->capture_default_str()
        ->group(building);
    app.add_option("-o,--output", output_, "The table file to write")->type_name("FILE")->group(building);
    app.add_option("--format", format_, "Form of what show prints")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.footer("All literals share one table, in the order given: files first.");
  }

  Result<void> validate() const override { return action_ == "build" ? validate_build() : validate_show(); }

  Result<ExitCode> run(Context& context) override { return action_ == "build" ? build() : show(context); }

 private:
  Result<void> validate_build() const {
    if (!file_.empty())
      return fail(ErrorCode::kBadInput, fmt::format("build takes no '{}'", printable(file_)),
                  "vyre table build", "name a file of literals with --literals");
    if (!rules_.is_given())
      return fail(ErrorCode::kBadInput, "nothing to look for", "vyre table build",
                  "give --literals, --literal or --regex");
    if (output_.empty())
      return fail(ErrorCode::kBadInput, "no file to write", "vyre table build", "give -o FILE");
    return rules_.validate();
  }

  Result<void> validate_show() const {
    if (file_.empty())
      return fail(ErrorCode::kBadInput, "no file to show", "vyre table show",
                  "name a file that `vyre table build` wrote");
    if (rules_.is_given() || !output_.empty())
      return fail(ErrorCode::kBadInput, "show builds nothing", "vyre table show",
                  "leave out what goes with build");
    return {};
  }

  Result<ExitCode> build() {
    VYRE_CHECK(check_writable(output_));
    const scan::BuildOptions options{.ignore_case = rules_.ignore_case(),
                                     .max_transition_bytes = max_transition_bytes_};
    VYRE_TRY(const auto patterns, rules_.literals());
    std::vector<scan::Table> tables;
    if (!patterns.empty()) { VYRE_TRY(tables.emplace_back(), scan::build_literals(patterns, options)); }
    for (const auto& regex : rules_.regexes()) {
      VYRE_TRY(auto rule, scan::build_regex(regex, options));
      tables.push_back(std::move(rule.scan));
      tables.push_back(std::move(rule.reverse));
    }
    VYRE_CHECK(scan::write_tables(output_, tables));
    return ExitCode::kDone;
  }

  Result<ExitCode> show(Context& context) const {
    VYRE_TRY(const auto tables, scan::read_tables(file_));
    if (format_ == "json") {
      nlohmann::ordered_json json{{"file", file_}, {"tables", nlohmann::ordered_json::array()}};
      for (const auto& table : tables) json["tables"].push_back(table_json(table));
      context.out().write(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
      return ExitCode::kDone;
    }
    for (std::size_t index = 0; index < tables.size(); ++index)
      context.out().write(table_text(index, tables[index]));
    return ExitCode::kDone;
  }

  std::string action_;
  std::string file_;
  RuleOptions rules_;
  std::uint64_t max_transition_bytes_ = scan::BuildOptions{}.max_transition_bytes;
  std::string output_;
  std::string format_ = "text";
};

}  // namespace

std::unique_ptr<Verb> make_table() { return std::make_unique<TableVerb>(); }

}  // namespace vyre::cli
