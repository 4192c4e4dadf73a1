/// `--record` and its like, and where recordings without a name go.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "context.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::cli {

class RecordingOptions {
 public:
  void add_to(CLI::App& app, const std::string& group);
  [[nodiscard]] Result<void> validate() const;

  /// What to record into, if anything: a named file, or a new one in the state folder. `name` is the
  /// workload's, for such a file. Refuses to replace a file that is no recording.
  /// Errors: kFile, kBadInput.
  [[nodiscard]] Result<std::optional<session::RecordOptions>> make(const std::string& name) const;

  /// After the run: keeps the `latest` link, and tells what the format could not hold.
  void finish(Context& context, const session::RecordOptions& record, const session::RunReport& report) const;

 private:
  std::optional<std::string> file_;  ///< empty: in the state folder
  CLI::Option* option_ = nullptr;
  bool append_ = false;
  std::uint32_t version_ = 2;
  std::uint64_t capacity_ = 65'536;
};

/// The recording that `latest` names. Errors: kNotFound, with how to make one.
[[nodiscard]] Result<std::string> latest_recording();

}  // namespace vyre::cli
