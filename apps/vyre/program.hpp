/// Program: the option tree of all verbs, from which parsing, help and completion are made.
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"

namespace vyre::cli {

struct Program {
  struct Entry {
    const Command* command = nullptr;
    std::unique_ptr<Verb> verb;
    CLI::App* app = nullptr;  ///< belongs to Program::app
  };

  CLI::App app;
  CommonOptions common;
  std::vector<Entry> entries;  ///< as commands()

  /// The verb that was parsed, or nullptr.
  [[nodiscard]] const Entry* chosen() const;
  [[nodiscard]] const Entry* find(std::string_view name) const;
};

/// Help is wrapped to `width` columns.
[[nodiscard]] std::unique_ptr<Program> make_program(std::size_t width);

/// What CLI11 refused, as an Error with a suggestion where a name is near.
[[nodiscard]] Error usage_error(const Program& program, const CLI::ParseError& error);

/// The values an option accepts when they are a fixed list, else empty.
[[nodiscard]] std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace vyre::cli
