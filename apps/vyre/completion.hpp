/// Completion scripts, made from the option tree.
#pragma once

#include <string>

#include "program.hpp"

namespace vyre::cli {

[[nodiscard]] std::string bash_completion(const Program& program);
[[nodiscard]] std::string fish_completion(const Program& program);
[[nodiscard]] std::string zsh_completion(const Program& program);

}  // namespace vyre::cli
