/// `--literals`, `--literal`, `--regex` and their like: what to look for.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::cli {

class RuleOptions {
 public:
  void add_to(CLI::App& app, const std::string& group);
  /// Errors: kBadInput.
  [[nodiscard]] Result<void> validate() const;

  [[nodiscard]] bool is_given() const noexcept {
    return !literal_files_.empty() || !literals_.empty() || !regexes_.empty();
  }
  [[nodiscard]] bool reads_standard_input() const;

  /// Of all literals together: those of files first. Errors: as scan::load_literals() and read_literal().
  [[nodiscard]] Result<std::vector<std::string>> literals() const;
  [[nodiscard]] const std::vector<std::string>& regexes() const noexcept { return regexes_; }
  [[nodiscard]] bool ignore_case() const noexcept { return ignore_case_; }

 private:
  std::vector<std::string> literal_files_;
  std::vector<std::string> literals_;
  std::vector<std::string> regexes_;
  bool escapes_ = false;
  bool ignore_case_ = false;
};

}  // namespace vyre::cli
