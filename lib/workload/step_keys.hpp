/// The keys of steps that are no opcodes: handlers may not take their names, and misspelt keys are
/// compared with them.
#pragma once

#include <array>
#include <string_view>

namespace vyre::workload {

/// Actions besides the opcodes' and handlers' names.
inline constexpr std::array<std::string_view, 19> kActionKeys{
    "opcode", "packed",   "batch",      "fenced_batch",  "work_items",     "window",    "repeat",
    "wait",   "sleep",    "snapshot",   "enable_tenant", "disable_tenant", "set_quota", "set_observable",
    "load",   "prefetch", "write_back", "scan",          "stream"};

/// What may stand beside an action.
inline constexpr std::array<std::string_view, 6> kOptionKeys{"tenant", "priority",  "slot",
                                                             "async",  "unchecked", "args"};

}  // namespace vyre::workload
