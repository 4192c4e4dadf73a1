/// Loading in one reading: each step becomes a Step, or is only checked, as soon as its text has been read.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "vyre/workload/workload.hpp"
#include "workload/node.hpp"
#include "workload/problems.hpp"
#include "workload/step_source.hpp"

namespace vyre::workload {

/// Steps are kept in memory while their nodes stay below this, else read again from the text. Reading
/// YAML again costs ten times as much as JSON.
constexpr std::size_t kKeptJsonNodes = 65'536;
constexpr std::size_t kKeptYamlNodes = 1'000'000;

/// A node and all that is in it.
[[nodiscard]] std::size_t count_nodes(const Node& node) noexcept;

/// What steps refer to, without what is large. `workload` is as before.
[[nodiscard]] Workload without_tables(Workload& workload);

/// Loads a workload whose steps need nothing that stands below them, which is how nearly all are written, and
/// in which nothing is wrong. nullopt for any other, without a word about why: its steps are for a second
/// reading, when the whole of the settings is known, and then every error is found, in the one wording and
/// order there is.
/// `source` has file, format and text, which has passed check_text; it is filled when there is a result,
/// which has no source yet, and left unusable for steps when there is none.
[[nodiscard]] std::optional<Workload> load_straight(WorkloadSource& source, const LoadOptions& options);

}  // namespace vyre::workload
