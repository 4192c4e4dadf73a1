/// What may be asked of any run: how long waits take, what is observed, and what is written beside it.
#pragma once

#include <CLI/CLI.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "context.hpp"
#include "record_options.hpp"
#include "run_file.hpp"
#include "trace_option.hpp"

namespace vyre::cli {

/// `--timeout`, `--record` and its like, `--trace`, `--observe`, `--dump`.
/// Phases: 1. the add_ functions, 2. validate(), 3. fill(), 4. for each run record() before and finish()
/// behind.
class OutcomeOptions {
 public:
  void add_timeout(CLI::App& app, const std::string& group);
  void add_recording(CLI::App& app, const std::string& group);
  void add_report(CLI::App& app, const std::string& group);

  /// `runs`: how many there will be. Errors: kBadInput.
  [[nodiscard]] Result<void> validate(std::size_t runs) const;
  /// Puts into `request` what is the same for every run. Errors: kFile (a file could not be written).
  [[nodiscard]] Result<void> fill(const Context& context, RunRequest& request) const;
  /// What the next run records into. `name` is the workload's. Errors: as RecordingOptions::make().
  [[nodiscard]] Result<std::optional<session::RecordOptions>> record(const std::string& name) const {
    return record_.make(name);
  }
  /// Tells what recording and timeline lack.
  void finish(Context& context, const RunRequest& request, const session::RunReport& report) const;

 private:
  RecordingOptions record_;
  TraceOption trace_;
  std::vector<std::string> observe_;
  std::string timeout_;
  std::optional<std::string> dump_;
};

}  // namespace vyre::cli
