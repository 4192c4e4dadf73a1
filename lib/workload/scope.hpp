/// Scope: the names that expressions may use at some place of a file, and the loops around it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vyre::workload {

struct Scope {
  std::shared_ptr<const std::string> file;
  std::map<std::string, std::int64_t, std::less<>> parameters;
  std::map<std::string, std::uint32_t, std::less<>> tenants;     ///< ids by name
  std::map<std::string, std::uint32_t, std::less<>> resources;   ///< numbers by name
  std::map<std::string, std::uint32_t, std::less<>> scan_rules;  ///< numbers by name
  std::vector<std::string> loops;  ///< loop variables, outermost first; empty names cannot be used

  /// Values of the loop variables to try an expression with: first and last iteration of each loop,
  /// in all combinations up to kMaxCorners. Empty when the code here never runs.
  std::vector<std::vector<std::int64_t>> corners{{}};
};

inline constexpr std::size_t kMaxLoops = 16;
inline constexpr std::size_t kMaxCorners = 64;

}  // namespace vyre::workload
