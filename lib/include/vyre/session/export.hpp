/// Export: a recorded run, or the ring of a snapshot, as a workload file that publishes the same slots again.
///
/// The text is YAML as vyre-workload(5) says. It goes out as it is made, so that a log of any length needs
/// memory for its longest publication, its table and its observables alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::session {

/// Takes the text piece by piece. An error of it ends the export.
using TextSink = std::function<Result<void>(std::string_view text)>;

struct ExportOptions {
  /// The file that the text goes to. Handlers and large tables are written beside it, under names that begin
  /// with its own. Unset: there is no such place, and what needs one is refused.
  std::optional<std::filesystem::path> workload{};
};

struct ExportReport {
  std::uint64_t steps = 0;
  std::uint64_t slots = 0;
  std::vector<std::filesystem::path> files;  ///< written beside the workload
  std::vector<std::string> notes;            ///< what the workload does not say; at most kMaxExportNotes
};
inline constexpr std::size_t kMaxExportNotes = 16;

/// The plan's run: each publication at its place, waits and host actions in their order, and as expectations
/// the observables and the epoch that the log saw when all had come to rest.
/// Errors: those of open_log(), of check_can_replay() and of the sink; kUnsupported (a slot, a host write or
/// a start that a workload cannot say, with byte offset; a file beside the workload, but there is none);
/// kOutOfRange (a slot outside the ring); kFile (a file beside the workload exists already, or cannot be
/// written). After an error no file stands beside the workload that this call made.
[[nodiscard]] VYRE_API Result<ExportReport> export_log(const ReplayPlan& plan, const TextSink& sink,
                                                       const ExportOptions& options = {});

/// Every slot of the snapshot's ring that is not EMPTY, at its place, all at once: a snapshot knows neither
/// the order nor what the observables were before, so nothing is expected. Errors: those of read_snapshot()
/// and of export_log(); kBadInput (a snapshot without a ring).
[[nodiscard]] VYRE_API Result<ExportReport> export_snapshot(const std::filesystem::path& path,
                                                            const TextSink& sink,
                                                            const ExportOptions& options = {});

}  // namespace vyre::session
