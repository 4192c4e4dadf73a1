/// What a workload calls its custom opcodes and its tenants. Snapshots and logs carry these names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "vyre/base/export.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::recording {

/// Any name may come from a file: it may hold control characters, and two numbers may share one.
struct Names {
  std::map<std::uint32_t, std::string> handlers{};  ///< by opcode
  std::map<std::uint32_t, std::string> tenants{};   ///< by id

  /// Empty where there is no name.
  [[nodiscard]] std::string_view handler(std::uint32_t opcode) const { return find(handlers, opcode); }
  [[nodiscard]] std::string_view tenant(std::uint32_t id) const { return find(tenants, id); }

  friend bool operator==(const Names&, const Names&) = default;

 private:
  static std::string_view find(const std::map<std::uint32_t, std::string>& names, std::uint32_t number) {
    const auto found = names.find(number);
    return found == names.end() ? std::string_view() : std::string_view(found->second);
  }
};

/// Those of a recorded run; what it gives no name is left out.
[[nodiscard]] VYRE_API Names names_of(const RunRecord& run);

}  // namespace vyre::recording
