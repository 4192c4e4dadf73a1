#include "help_format.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "program.hpp"
#include "style.hpp"

namespace vyre::cli {
namespace {

constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kMostWidth = 100;  ///< longer lines are hard to read
constexpr std::size_t kMargin = 2;

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// "-o, --output".
std::string names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

HelpFormat::HelpFormat(std::size_t width) : width_(std::clamp(width, kLeastWidth, kMostWidth)) {
  column_width(std::min<std::size_t>(28, width_ / 2 - 6));
  label("OPTIONS", "[options]");
}

std::string HelpFormat::make_usage(const CLI::App* app, std::string name) const {
  const bool has_verbs = !app->get_subcommands({}).empty();
  std::string usage = fmt::format("Usage: {} {}", name, has_verbs ? "VERB [options] [file...]" : "[options]");
  if (!has_verbs)
    for (const CLI::Option* option : app->get_options())
      if (option->get_positional()) {
        const std::string shape =
            option->get_expected_max() > 1 ? option->get_name() + "..." : option->get_name();
        usage += option->get_required() ? fmt::format(" {}", shape) : fmt::format(" [{}]", shape);
      }
  return usage + "\n";
}

std::string HelpFormat::make_description(const CLI::App* app) const {
  return wrap(app->get_description(), width_, 0) + "\n\n";
}

std::string HelpFormat::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
  for (auto at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n")) text.erase(at, 1);
  return text;
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  const std::string left =
      is_positional ? option->get_name(true) : names_of(*option) + make_option_opts(option);
  std::string right = option->get_description();
  // A flag's default says nothing, and where a list of choices is shown the default stands in it.
  if (takes_value(*option) && !option->get_default_str().empty())
    right += fmt::format(" (default: {})", option->get_default_str());
  if (!option->get_envname().empty()) right += fmt::format(" [{}]", option->get_envname());
  return columns(left, right);
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
  if (!takes_value(*option)) return "";
  const auto choices = choices_of(*option);
  if (!choices.empty()) return fmt::format(" {}", fmt::join(choices, "|"));
  const std::string type = option->get_type_name();
  return " " + type.substr(0, type.find(':'));
}

std::string HelpFormat::make_subcommand(const CLI::App* app) const {
  return columns(app->get_name(), app->get_description());
}

std::string HelpFormat::make_footer(const CLI::App* app) const {
  std::string text;
  for (const auto& line : CLI::detail::split(app->get_footer(), '\n'))
    if (!line.empty()) text += wrap(line, width_, 0) + "\n";
  return text;
}

std::string HelpFormat::columns(const std::string& left, const std::string& right) const {
  const std::size_t indent = get_column_width();
  std::string text = fmt::format("{:{}}{}", "", kMargin, left);
  if (text.size() + kMargin > indent)
    text += fmt::format("\n{:{}}", "", indent);
  else
    text.resize(indent, ' ');
  return text + wrap(right, width_, indent) + "\n";
}

}  // namespace vyre::cli
