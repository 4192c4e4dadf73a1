/// Runs one workload file: load, open a backend, run, all on one page.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "exit_code.hpp"
#include "profile_option.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/session/runner.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::cli {

/// What the command line asks of every file.
struct RunRequest {
  std::string backend = "vulkan";
  gpu::MegakernelOptions kernel;  ///< handlers come from the workload
  ProfileOption profile;          ///< what `kernel` leaves open, once it was read
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<WordRange> observe;
  session::RunOptions options;  ///< but for `observe`
};

struct FileResult {
  session::RunReport report;                        ///< file and verdict always hold
  std::optional<workload::LoadErrors> load_errors;  ///< in place of report.error
  ExitCode code = ExitCode::kDone;
};

[[nodiscard]] FileResult run_file(const std::string& file, const RunRequest& request);
/// The same behind the loading; `file` names what was loaded.
[[nodiscard]] FileResult run_loaded(std::expected<workload::Workload, workload::LoadErrors> workload,
                                    const std::string& file, const RunRequest& request);

/// Reads the GLSL of a workload's handlers. Errors: those of handler::read_source.
[[nodiscard]] Result<std::vector<handler::Source>> read_handlers(const workload::Workload& workload);

/// The exit code of a run that ended so.
[[nodiscard]] ExitCode exit_code_of(const session::RunReport& report);

}  // namespace vyre::cli
