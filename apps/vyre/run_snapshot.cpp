#include "run_snapshot.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "interrupts.hpp"
#include "render.hpp"
#include "report_load.hpp"

namespace vyre::cli {
namespace {

/// A file of our own in the folder for temporary files, gone at the end.
class TemporaryFile {
 public:
  static Result<TemporaryFile> make() {
    std::error_code problem;
    const auto folder = std::filesystem::temp_directory_path(problem);
    std::string path = ((problem ? std::filesystem::path("/tmp") : folder) / "vyre-XXXXXX").string();
    const int descriptor = mkstemp(path.data());
    if (descriptor < 0)
      return fail(ErrorCode::kFile, fmt::format("cannot make a temporary file: {}", std::strerror(errno)),
                  path, "let TMPDIR name a folder that you may write to");
    close(descriptor);
    return TemporaryFile(std::move(path));
  }
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// What no line of the file asks for, faults that were not expected for example, stands at line 0.
std::string place_of(const workload::CheckResult& check, const std::string& file) {
  return check.position.line == 0 ? file
                                  : fmt::format("{}:{}:{}", file, check.position.line, check.position.column);
}

void complain_about(const FileResult& result, Context& context) {
  if (result.load_errors) cli::complain(context, result.report.file, *result.load_errors);
  if (result.report.error) context.complain(*result.report.error);
  if (result.report.verdict == session::Verdict::kFailed)
    for (const auto& check : result.report.checks)
      if (!check.passed)
        context.note(fmt::format("{}: expected {}, but {}", place_of(check, result.report.file),
                                 printable(check.text), printable(check.detail)));
}

}  // namespace

Result<Left> run_for_snapshot(const std::string& file, RunRequest request, Context& context) {
  VYRE_TRY(const auto temporary, TemporaryFile::make());
  VYRE_CHECK(request.profile.read(context, request.backend, request.kernel));
  request.options.dump = temporary.path();
  request.options.command = context.command_line();
  request.options.interrupted = &interrupted();
  const FileResult result = run_file(file, request);
  complain_about(result, context);
  Left left{.inspection = std::nullopt, .code = result.code};
  const bool ran = result.code == ExitCode::kDone || result.code == ExitCode::kFailed;
  if (!ran) return left;
  VYRE_TRY(left.inspection, inspection::open({.file = temporary.path(), .as = std::nullopt, .buffers = {}}));
  left.inspection->file = file;
  return left;
}

Result<Left> open_or_run(const inspection::Input& input, const RunRequest& request, Context& context) {
  if (!input.as && !input.file.empty() && input.file != "-") {
    VYRE_TRY(const auto content, inspection::identify(input.file));
    if (content == inspection::Content::kText) return run_for_snapshot(input.file, request, context);
  }
  Left left;
  VYRE_TRY(left.inspection, inspection::open(input));
  return left;
}

}  // namespace vyre::cli
