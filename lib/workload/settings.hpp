/// Everything of a workload but its steps.
#pragma once

#include "vyre/workload/workload.hpp"
#include "workload/node.hpp"
#include "workload/problems.hpp"
#include "workload/scope.hpp"
#include "workload/values.hpp"

namespace vyre::workload {

/// Reads the top-level entries into `workload`, whose `file` is set, and makes the names that steps
/// may use. `root` is a map of all entries but the steps.
void read_settings(const Node& root, const LoadOptions& options, Workload& workload, Scope& scope,
                   Problems& problems);

/// `dfa:`: a dense table, a sparse one or a file; see vyre-workload(5), "DFA tables".
void read_dfa(const Node& node, const ValueReader& values, const std::filesystem::path& folder,
              std::vector<std::uint32_t>& table);

/// `arena:` and `resources:`, either of which may be missing; see vyre-workload(5), "Payload".
void read_payload(const Node* arena, const Node* resources, const ValueReader& values, Workload& workload,
                  Scope& scope);

/// `scan:`: what the tables of SCAN are built from; see vyre-workload(5), "scan".
void read_scan_rules(const Node& node, const ValueReader& values, Workload& workload, Scope& scope);

/// Words at a place of the arena: an entry of its `data`, or of what is expected there.
[[nodiscard]] std::optional<ArenaPiece> read_arena_piece(const Node& node, const ValueReader& values,
                                                         const Workload& workload);

/// `expect:`; the workload's other settings are read already.
void read_expectations(const Node& node, const ValueReader& values, Workload& workload);

/// The folder that relative paths in the file start from.
[[nodiscard]] std::filesystem::path base_folder(const std::string& file);

}  // namespace vyre::workload
