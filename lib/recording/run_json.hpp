/// A RunRecord as the JSON text that replay logs of version 2 hold. The DFA table is not part of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vyre/recording/log_records.hpp"

namespace vyre::recording {

/// What no run can have: a ring, observables, debug records, a DFA table above the protocol's limits, a
/// tenant id beyond the masks. Empty: nothing is wrong.
[[nodiscard]] std::optional<std::string> problem_of(const RunRecord& run);

/// Bytes that are no UTF-8 are replaced by U+FFFD. `run` has no problem.
[[nodiscard]] std::string run_to_json(const RunRecord& run);

/// Keys that are not known are passed over, missing ones leave the field as RunRecord{} has it. Gives what is
/// wrong, or nothing; memory stays in proportion to the text.
[[nodiscard]] std::optional<std::string> run_from_json(std::string_view text, RunRecord& run);

}  // namespace vyre::recording
