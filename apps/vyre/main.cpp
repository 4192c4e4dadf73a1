// Parses the command line, chooses the verb, runs it, exits.
#include <unistd.h>

#include <exception>
#include <string>

#include <fmt/format.h>

#include "context.hpp"
#include "interrupts.hpp"
#include "program.hpp"

namespace vyre::cli {
namespace {

/// The command as a shell would take it again.
std::string command_line(int argc, char** argv) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./,:+@%";
  std::string line = "vyre";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
      line += fmt::format(" {}", word);
      continue;
    }
    line += " '";
    for (const char c : word) line += c == '\'' ? "'\\''" : std::string(1, c);
    line += "'";
  }
  return line;
}

ExitCode run_verb(const Program::Entry& entry, Context& context) {
  if (const auto valid = entry.verb->validate(); !valid) {
    context.complain(valid.error());
    return ExitCode::kUsage;
  }
  if (entry.command->needs == Needs::kDevice) catch_interrupts();
  const auto code = entry.verb->run(context);
  if (code) return *code;
  context.complain(code.error());
  return exit_code_of(code.error().code);
}

ExitCode parse_and_run(int argc, char** argv, Output& out, Output& err) {
  Context context(out, err, command_line(argc, argv));
  const auto program = make_program(out.width());
  context.choose_colors(program->common);
  try {
    program->app.parse(argc, argv);
  } catch (const CLI::Success&) {
    // --help or --version, here or after a verb.
    const auto* chosen = program->chosen();
    out.write(program->app.count("--version") > 0 ? program->app.version() + "\n"
              : chosen != nullptr                 ? chosen->app->help("vyre")
                                                  : program->app.help());
    return ExitCode::kDone;
  } catch (const CLI::ParseError& error) {
    context.complain(usage_error(*program, error));
    return ExitCode::kUsage;
  }
  context.choose_colors(program->common);
  const auto* chosen = program->chosen();
  if (chosen != nullptr) return run_verb(*chosen, context);
  err.write(program->app.help());
  return ExitCode::kUsage;
}

int run_program(int argc, char** argv) {
  Output err(STDERR_FILENO, "standard error");
  Output out(STDOUT_FILENO, "standard output");
  ExitCode code = ExitCode::kBadInput;
  try {
    code = parse_and_run(argc, argv, out, err);
  } catch (const std::exception& error) { err.write(fmt::format("vyre: error: {}\n", error.what())); }
  if (const auto flushed = out.flush(); !flushed) {
    err.write(to_text(flushed.error()) + "\n");
    code = worst(code, ExitCode::kFile);
  }
  return static_cast<int>(code);
}

}  // namespace
}  // namespace vyre::cli

int main(int argc, char** argv) { return vyre::cli::run_program(argc, argv); }
