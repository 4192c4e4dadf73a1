/// `--set NAME=VALUE`, the same for every command that loads workloads.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::cli {

class SetOption {
 public:
  CLI::Option* add_to(CLI::App& app);
  /// Errors: kBadInput, a text that is no NAME=VALUE; `where` is the option.
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> values() const;
  [[nodiscard]] Result<void> validate() const;

 private:
  std::vector<std::string> texts_;
};

}  // namespace vyre::cli
