/// What a file left behind: a snapshot as it is, or a workload that is run first.
#pragma once

#include <optional>
#include <string>

#include "context.hpp"
#include "exit_code.hpp"
#include "run_file.hpp"
#include "vyre/inspection/inspection.hpp"

namespace vyre::cli {

struct Left {
  std::optional<inspection::Inspection> inspection;  ///< none: the run left nothing, and said why
  ExitCode code = ExitCode::kDone;                   ///< of the run
};

/// Runs the workload and reads all its buffers. What went wrong in the run is told to the person; a failed
/// expectation leaves buffers all the same. Errors: kFile (no room for a temporary snapshot).
[[nodiscard]] Result<Left> run_for_snapshot(const std::string& file, RunRequest request, Context& context);

/// Opens a snapshot or log, or runs a file that begins like text.
[[nodiscard]] Result<Left> open_or_run(const inspection::Input& input, const RunRequest& request,
                                       Context& context);

}  // namespace vyre::cli
