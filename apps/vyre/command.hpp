/// Verbs of the program, and the table of them that help, completion and parsing are made from.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "context.hpp"
#include "exit_code.hpp"
#include "vyre/base/error.hpp"

namespace vyre::cli {

/// Phases: 1. add_options, 2. the command line is parsed, 3. validate, 4. run.
struct Verb {
  Verb() = default;
  Verb(const Verb&) = delete;
  Verb& operator=(const Verb&) = delete;
  virtual ~Verb() = default;

  /// Adds options that store into members of the verb.
  virtual void add_options(CLI::App& app) = 0;
  /// Checks what single options cannot. No side effects. Any error here is one of usage.
  [[nodiscard]] virtual Result<void> validate() const = 0;
  [[nodiscard]] virtual Result<ExitCode> run(Context& context) = 0;
};

/// What the program prepares before a verb runs, and what completion offers.
enum class Needs : std::uint8_t {
  kNothing,
  kWorkload,   ///< works on workload files
  kRecording,  ///< looks at what a run left: snapshots, logs, raw buffers
  kDevice,     ///< may run a kernel, so interrupts must end it in order
};

struct Command {
  std::string_view name;
  std::string_view summary;
  Needs needs;
  std::unique_ptr<Verb> (*make)();
};

/// Every verb, by name.
[[nodiscard]] std::span<const Command> commands() noexcept;

// One a file in commands/.
std::unique_ptr<Verb> make_bench();
std::unique_ptr<Verb> make_completion();
std::unique_ptr<Verb> make_cut();
std::unique_ptr<Verb> make_devices();
std::unique_ptr<Verb> make_diff();
std::unique_ptr<Verb> make_dump();
std::unique_ptr<Verb> make_encode();
std::unique_ptr<Verb> make_explore();
std::unique_ptr<Verb> make_export();
std::unique_ptr<Verb> make_help();
std::unique_ptr<Verb> make_inspect();
std::unique_ptr<Verb> make_replay();
std::unique_ptr<Verb> make_run();
std::unique_ptr<Verb> make_schema();
std::unique_ptr<Verb> make_stream();
std::unique_ptr<Verb> make_table();
std::unique_ptr<Verb> make_validate();

}  // namespace vyre::cli
