#include "completion.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "topics.hpp"

namespace vyre::cli {
namespace {

/// One option, as far as shells care.
struct Completable {
  std::vector<std::string> names;  ///< with their dashes
  std::string description;
  bool takes_value = false;
  bool takes_file = false;
  std::vector<std::string> choices;
};

std::vector<Completable> options_of(const CLI::App& app) {
  std::vector<Completable> options;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->nonpositional()) continue;
    Completable one{.names = {},
                    .description = option->get_description(),
                    .takes_value = option->get_items_expected_max() > 0,
                    .takes_file = option->get_type_name() == "FILE",
                    .choices = choices_of(*option)};
    for (const auto& name : option->get_lnames()) one.names.push_back("--" + name);
    for (const auto& name : option->get_snames()) one.names.push_back("-" + name);
    options.push_back(std::move(one));
  }
  return options;
}

/// What the first positional of a verb is: fixed words, or else files.
std::vector<std::string> positional_words(const Program::Entry& entry) {
  std::vector<std::string> words;
  for (const CLI::Option* option : entry.app->get_options())
    if (option->get_positional()) words = choices_of(*option);
  if (entry.command->name == "help") {
    for (const Command& command : commands()) words.emplace_back(command.name);
    for (const Topic& topic : topics()) words.emplace_back(topic.name);
    words.emplace_back("topics");
  }
  return words;
}

bool takes_files(const Program::Entry& entry) { return entry.command->needs != Needs::kNothing; }

/// Inside '...' of a POSIX shell or zsh.
std::string shell_quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) safe += c == '\'' ? "'\\''" : std::string(1, c);
  return safe + "'";
}
/// Inside '...' of fish.
std::string fish_quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) safe += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return safe + "'";
}
/// Inside the [...] of zsh's _arguments, which ends at ']' and splits at ':'.
std::string zsh_description(std::string_view text) {
  std::string safe;
  for (const char c : text)
    safe += c == '[' || c == ']' || c == ':' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return safe;
}

std::vector<std::string> verb_names(const Program& program) {
  std::vector<std::string> names;
  for (const auto& entry : program.entries) names.emplace_back(entry.command->name);
  return names;
}

/// The `case` branch of one verb: values of its options first, then what may stand anywhere.
std::string bash_verb(const Program::Entry& entry) {
  std::string text = fmt::format("    {})\n      case $previous in\n", entry.command->name);
  std::vector<std::string> names;
  for (const auto& option : options_of(*entry.app)) {
    names.insert(names.end(), option.names.begin(), option.names.end());
    if (!option.takes_value) continue;
    const std::string words = fmt::format("compgen -W '{}' -- \"$word\"", fmt::join(option.choices, " "));
    text += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, " | "),
                        option.takes_file         ? "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"
                        : !option.choices.empty() ? fmt::format("mapfile -t COMPREPLY < <({})", words)
                                                  : "COMPREPLY=()");
  }
  text += "      esac\n";
  text += fmt::format(
      "      if [[ $word == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\")\n",
      fmt::join(names, " "));
  if (const auto words = positional_words(entry); !words.empty())
    text += fmt::format("      else\n        mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\")\n",
                        fmt::join(words, " "));
  else if (takes_files(entry))
    text += "      else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n";
  return text + "      fi\n      ;;\n";
}

}  // namespace

std::string bash_completion(const Program& program) {
  std::string text =
      "# bash completion for vyre; made by `vyre completion bash`.\n"
      "_vyre() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n";
  text += fmt::format(
      "    mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- \"$word\")\n    return\n  fi\n",
      fmt::join(verb_names(program), " "));
  text += "  case ${COMP_WORDS[1]} in\n";
  for (const auto& entry : program.entries) text += bash_verb(entry);
  return text + "  esac\n}\ncomplete -o filenames -F _vyre vyre\n";
}

std::string fish_completion(const Program& program) {
  std::string text = "# fish completion for vyre; made by `vyre completion fish`.\ncomplete -c vyre -f\n";
  const std::string no_verb =
      fmt::format("not __fish_seen_subcommand_from {}", fmt::join(verb_names(program), " "));
  text += fmt::format("complete -c vyre -n '{}' -l version -d 'Print the version and exit'\n", no_verb);
  for (const auto& entry : program.entries) {
    text += fmt::format("complete -c vyre -n '{}' -a {} -d {}\n", no_verb, entry.command->name,
                        fish_quoted(entry.command->summary));
    const std::string seen =
        fmt::format("complete -c vyre -n '__fish_seen_subcommand_from {}'", entry.command->name);
    for (const auto& option : options_of(*entry.app)) {
      text += seen;
      for (const auto& name : option.names)
        text += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                       : fmt::format(" -s {}", name.substr(1));
      if (option.takes_file) text += " -rF";
      if (option.takes_value && !option.takes_file) text += " -x";
      if (!option.choices.empty()) text += fmt::format(" -a '{}'", fmt::join(option.choices, " "));
      text += fmt::format(" -d {}\n", fish_quoted(option.description));
    }
    if (const auto words = positional_words(entry); !words.empty())
      text += fmt::format("{} -a '{}'\n", seen, fmt::join(words, " "));
    else if (takes_files(entry))
      text += seen + " -F\n";
  }
  return text;
}

std::string zsh_completion(const Program& program) {
  std::string text =
      "#compdef vyre\n# zsh completion for vyre; made by `vyre completion zsh`.\n"
      "_vyre() {\n  local -a verbs\n  verbs=(\n";
  for (const auto& entry : program.entries)
    text += fmt::format("    {}\n",
                        shell_quoted(fmt::format("{}:{}", entry.command->name, entry.command->summary)));
  text +=
      "  )\n  if ((CURRENT == 2)); then\n    _describe verb verbs\n    _arguments '--help' '--version'\n    "
      "return\n  fi\n"
      "  local verb=$words[2]\n  shift words\n  ((CURRENT--))\n  case $verb in\n";
  for (const auto& entry : program.entries) {
    text += fmt::format("    {})\n      _arguments -s", entry.command->name);
    for (const auto& option : options_of(*entry.app)) {
      std::string value;
      if (option.takes_file)
        value = ":file:_files";
      else if (!option.choices.empty())
        value = fmt::format(":value:({})", fmt::join(option.choices, " "));
      else if (option.takes_value)
        value = ":value: ";
      for (const auto& name : option.names)
        text += fmt::format(
            " \\\n        {}",
            shell_quoted(fmt::format("*{}[{}]{}", name, zsh_description(option.description), value)));
    }
    if (const auto words = positional_words(entry); !words.empty())
      text += fmt::format(" \\\n        {}", shell_quoted(fmt::format("1:word:({})", fmt::join(words, " "))));
    else if (takes_files(entry))
      text += " \\\n        '*:workload:_files'";
    text += "\n      ;;\n";
  }
  return text +
         "  esac\n}\nif [[ $funcstack[1] == _vyre ]]; then\n  _vyre \"$@\"\nelse\n  compdef _vyre vyre\nfi\n";
}

}  // namespace vyre::cli
