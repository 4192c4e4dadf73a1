/// The workload that `vyre stream` runs, as text: what it does, a workload file can say too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::cli {

/// What the command line asks for.
struct StreamRequest {
  std::vector<std::string> files;     ///< files, folders, "-"
  std::vector<std::string> literals;  ///< bytes; all in one rule, which comes first
  std::vector<std::string> regexes;   ///< then a rule each
  std::vector<std::string> tables;    ///< table files
  bool ignore_case = false;
  std::string handler = "scan";  ///< "scan", "nop", or a file of GLSL
  std::vector<std::uint32_t> args;
  std::uint32_t observables = 64;
  std::uint64_t chunk_bytes = 1U << 20;
  std::uint32_t depth = 8;
  std::uint32_t jobs = 1;
  std::string road = "auto";
  bool direct = false;
  bool in_order = true;
  std::uint32_t max_matches = 65'536;
};

/// What the workload is called, in messages and recordings. Its relative names start at the current folder.
inline constexpr const char* kStreamWorkloadName = "stream.json";

/// The function that a handler's file has to define: its name without the extension.
[[nodiscard]] std::string handler_name(const std::string& file);

/// What the workload's text could not say, or would be refused for in words that speak of it.
/// Errors: kBadInput; `where` names the option.
[[nodiscard]] Result<void> check(const StreamRequest& request);

/// JSON. The request has passed check().
[[nodiscard]] std::string workload_text(const StreamRequest& request);

/// Builds the rules one by one, for the error of the one that cannot be built: its place is in what the
/// person wrote, where the workload's would be in a text that nobody sees.
[[nodiscard]] Result<void> check_rules(const StreamRequest& request);

}  // namespace vyre::cli
