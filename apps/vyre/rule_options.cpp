#include "rule_options.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vyre/scan/literals_file.hpp"

namespace vyre::cli {

void RuleOptions::add_to(CLI::App& app, const std::string& group) {
  app.add_option("--literals", literal_files_, "Look for each line of FILE (repeatable; - is standard input)")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--literal", literals_, "Look for TEXT (repeatable)")
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--regex", regexes_, "Look for a regular expression, with tables of its own (repeatable)")
      ->type_name("RE")
      ->allow_extra_args(false)
      ->group(group);
  app.add_flag("--escapes", escapes_, "Read \\n, \\t, \\r, \\\\ and \\xNN in literals")->group(group);
  app.add_flag("-i,--ignore-case", ignore_case_, "Match ASCII letters of both cases")->group(group);
}

Result<void> RuleOptions::validate() const {
  if (std::ranges::count(literal_files_, "-") > 1)
    return fail(ErrorCode::kBadInput, "the standard input cannot be read twice", "--literals", "give - once");
  return {};
}

bool RuleOptions::reads_standard_input() const { return std::ranges::count(literal_files_, "-") > 0; }

Result<std::vector<std::string>> RuleOptions::literals() const {
  std::vector<std::string> patterns;
  for (const auto& path : literal_files_) {
    VYRE_TRY(auto more, scan::load_literals(path, escapes_));
    std::ranges::move(more, std::back_inserter(patterns));
  }
  for (const auto& text : literals_) {
    VYRE_TRY(auto literal, scan::read_literal(text, escapes_, "--literal"));
    patterns.push_back(std::move(literal));
  }
  return patterns;
}

}  // namespace vyre::cli
