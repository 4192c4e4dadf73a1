/// `--trace`: a timeline of the run.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "context.hpp"
#include "vyre/session/runner.hpp"
#include "vyre/trace/trace_options.hpp"

namespace vyre::cli {

class TraceOption {
 public:
  void add_to(CLI::App& app, const std::string& group);
  /// Errors: kBadInput (an extension that names no format).
  [[nodiscard]] Result<void> validate() const;
  [[nodiscard]] bool is_given() const noexcept { return file_.has_value(); }
  /// Errors: kFile (the file could not be written).
  [[nodiscard]] Result<std::optional<trace::TraceOptions>> make() const;
  /// After the run: tells what the timeline lacks.
  void finish(Context& context, const session::RunReport& report) const;

 private:
  std::optional<std::string> file_;
};

}  // namespace vyre::cli
