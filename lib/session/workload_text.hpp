/// WorkloadText: a workload file as it is made, handed on piece by piece, and the files beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "vyre/recording/log_records.hpp"
#include "vyre/session/export.hpp"

namespace vyre::session {

/// Thread: one. Sink and options outlive it. What it wrote beside the workload goes again with it, unless
/// finish() was called.
class WorkloadText {
 public:
  WorkloadText(const TextSink& sink, const ExportOptions& options) : sink_(sink), options_(options) {}
  WorkloadText(const WorkloadText&) = delete;
  WorkloadText& operator=(const WorkloadText&) = delete;
  ~WorkloadText();

  /// What is appended here goes out with the next drain().
  [[nodiscard]] std::string& text() noexcept { return text_; }
  /// Hands the text on once enough has come together.
  [[nodiscard]] Result<void> drain();
  /// Hands on the rest.
  [[nodiscard]] Result<void> finish();

  /// Everything before the steps. `comments`: lines without their `#`. Errors: kUnsupported, kFile,
  /// kBadInput (a DFA table that is no whole number of states, scan rules that cannot be built).
  [[nodiscard]] Result<void> settings(const recording::RunRecord& run, std::string_view comments);
  /// A comment among the steps, and a note of the report.
  void remark(const std::string& text);
  [[nodiscard]] ExportReport& report() noexcept { return report_; }

 private:
  void ring_and_control(const recording::RunRecord& run);
  [[nodiscard]] Result<void> handlers(const recording::RunRecord& run);
  [[nodiscard]] Result<void> dfa(const recording::RunRecord& run);
  void payload(const recording::RunRecord& run);
  [[nodiscard]] Result<void> scan_rules(const recording::RunRecord& run);
  [[nodiscard]] Result<std::string> regex_rule(const recording::LoggedScanRule& rule, std::size_t number);
  /// A new file beside the workload; its name from the workload's folder.
  [[nodiscard]] Result<std::string> write_beside(const std::string& suffix, std::string_view bytes,
                                                 std::string_view what);

  const TextSink& sink_;
  const ExportOptions& options_;
  std::string text_;
  ExportReport report_;
  bool finished_ = false;
};

/// A YAML scalar in double quotes.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace vyre::session
