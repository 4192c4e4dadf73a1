/// Handlers and tenants by name: on the command line, and made fit for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/recording/names.hpp"

namespace vyre::cli {

/// Control characters as \xNN, so that no file can drive the terminal.
[[nodiscard]] recording::Names printable(const recording::Names& names);

/// The opcodes that a built-in's name, a handler's name or a number stands for: several where a file gives
/// one name to several. Errors: kBadInput, with the nearest name.
[[nodiscard]] Result<std::vector<std::uint32_t>> parse_opcode(const std::string& text,
                                                              const recording::Names& names,
                                                              std::string_view option);
/// The same for tenants.
[[nodiscard]] Result<std::vector<std::uint32_t>> parse_tenant(const std::string& text,
                                                              const recording::Names& names,
                                                              std::string_view option);

}  // namespace vyre::cli
