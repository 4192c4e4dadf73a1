#include "set_option.hpp"

#include "arguments.hpp"

namespace vyre::cli {

CLI::Option* SetOption::add_to(CLI::App& app) {
  return app.add_option("--set", texts_, "Set a parameter of the workload (repeatable)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

Result<std::vector<std::pair<std::string, std::string>>> SetOption::values() const {
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& text : texts_) { VYRE_TRY(values.emplace_back(), named("--set", parse_assignment(text))); }
  return values;
}

Result<void> SetOption::validate() const {
  VYRE_CHECK(values());
  return {};
}

}  // namespace vyre::cli
