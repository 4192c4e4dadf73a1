#include "program.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "help_format.hpp"
#include "nearest.hpp"
#include "vyre/version.hpp"

namespace vyre::cli {
namespace {

constexpr std::string_view kFooter =
    "`vyre help VERB` lists a verb's options, `vyre help topics` the other topics.\n"
    "Manual pages: vyre(1), vyre-run(1), vyre-workload(5).";

/// Added last, so that help lists them last.
void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--color", common.color, "Colour the text; auto: on a terminal, unless NO_COLOR is set")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str()
      ->group("Common options");
  app.set_help_flag("-h,--help", "Print this help and exit")->group("Common options");
}

/// The first argument that no option or positional took.
std::string first_extra(const Program& program) {
  const auto extras = program.app.remaining(true);
  return extras.empty() ? std::string() : extras.front();
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string describe_extra(const Program& program, const std::string& extra) {
  const auto* chosen = program.chosen();
  std::vector<std::string> names;
  if (chosen != nullptr || extra.starts_with('-')) {
    names = option_names(chosen != nullptr ? *chosen->app : program.app);
  } else {
    for (const Command& command : commands()) names.emplace_back(command.name);
  }
  const std::string name = extra.substr(0, extra.find('='));
  const std::string_view kind = extra.starts_with('-') ? "option" : chosen == nullptr ? "verb" : "argument";
  std::string what = fmt::format("unknown {} '{}'", kind, printable(extra));
  if (const auto near = nearest(name, names)) what += fmt::format("; did you mean '{}'?", *near);
  return what;
}

/// " (from VYRE_LANES)" where the refused value came from the environment.
std::string origin(const CLI::App& app, std::string_view message) {
  for (const CLI::Option* option : app.get_options()) {
    const char* value = option->get_envname().empty() ? nullptr : std::getenv(option->get_envname().c_str());
    if (value != nullptr && message.find(option->get_name()) != std::string_view::npos &&
        message.find(value) != std::string_view::npos)
      return fmt::format(" (from {})", option->get_envname());
  }
  return "";
}

/// CLI11's "Could not convert: --lanes = many".
std::string describe_conversion(std::string_view message) {
  constexpr std::string_view kStart = "Could not convert: ";
  const auto equals = message.find(" = ");
  if (!message.starts_with(kStart) || equals == std::string_view::npos) return std::string(message);
  return fmt::format("{}: '{}' is no number that it takes",
                     message.substr(kStart.size(), equals - kStart.size()), message.substr(equals + 3));
}

}  // namespace

const Program::Entry* Program::chosen() const {
  const auto found = std::ranges::find_if(entries, [](const Entry& entry) { return entry.app->parsed(); });
  return found == entries.end() ? nullptr : &*found;
}

const Program::Entry* Program::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(entries, [name](const Entry& entry) { return entry.command->name == name; });
  return found == entries.end() ? nullptr : &*found;
}

std::unique_ptr<Program> make_program(std::size_t width) {
  auto program = std::make_unique<Program>();
  CLI::App& app = program->app;
  app.name("vyre");
  app.description("Compose, run and inspect ring workloads on a persistent GPU kernel.");
  app.footer(std::string(kFooter));
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.set_version_flag("--version", fmt::format("vyre {}", kVersion), "Print the version and exit");
  app.formatter(std::make_shared<HelpFormat>(width));
  // Only the first word is a verb: `vyre help run`, and a file may be called run.
  app.require_subcommand(0, 1);
  for (const Command& command : commands()) {
    CLI::App* verb_app = app.add_subcommand(std::string(command.name), std::string(command.summary));
    verb_app->group("Verbs");
    verb_app->set_help_flag();
    verb_app->formatter(app.get_formatter());
    auto verb = command.make();
    verb->add_options(*verb_app);
    // A verb with such a callback reads its own environment variables when it is chosen; CLI11 would check
    // those of every verb otherwise.
    verb_app->parse_complete_callback([] {});
    add_common(*verb_app, program->common);
    program->entries.push_back({.command = &command, .verb = std::move(verb), .app = verb_app});
  }
  return program;
}

Error usage_error(const Program& program, const CLI::ParseError& error) {
  const auto* chosen = program.chosen();
  Error usage{.code = ErrorCode::kBadInput,
              .what = printable(error.what()),
              .where = chosen == nullptr ? "vyre" : fmt::format("vyre {}", chosen->command->name),
              .fix = chosen == nullptr
                         ? "`vyre help` lists the verbs"
                         : fmt::format("`vyre help {}` lists the options", chosen->command->name)};
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
    usage.what = describe_conversion(usage.what);
  if (chosen != nullptr) usage.what += origin(*chosen->app, usage.what);
  const std::string extra = first_extra(program);
  // A misspelt option may also have swallowed what is required.
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                       (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && extra.starts_with('-'));
  if (unknown && !extra.empty()) usage.what = describe_extra(program, extra);
  return usage;
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  // CLI11 keeps them in the type's text only: "WHEN:{auto,always,never}".
  const std::string type = option.get_type_name();
  const auto open = type.find(":{");
  if (open == std::string::npos || !type.ends_with('}')) return {};
  return CLI::detail::split(type.substr(open + 2, type.size() - open - 3), ',');
}

}  // namespace vyre::cli
