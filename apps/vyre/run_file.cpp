#include "run_file.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "interrupts.hpp"

namespace vyre::cli {
namespace {

using session::Verdict;

Result<std::unique_ptr<session::Backend>> open_backend(const workload::Workload& workload,
                                                       const RunRequest& request) {
  const bool trace = request.options.trace.has_value();
  if (request.backend == "reference") return session::make_reference_backend(workload, trace);
  gpu::MegakernelOptions kernel = request.kernel;
  VYRE_TRY(kernel.handlers, read_handlers(workload));
  VYRE_TRY(const auto scan_tables, session::scan_tables_for(workload));
  auto config = session::config_for(workload, scan_tables);
  config.trace = trace;
  request.profile.apply(kernel, config);
  return gpu::open_megakernel(config, kernel);
}

session::RunReport failed(session::RunReport report, Error error) {
  report.verdict = error.code == ErrorCode::kUnsupported ? Verdict::kUnsupported : Verdict::kError;
  report.error = std::move(error);
  return report;
}

session::RunReport run_workload(const workload::Workload& workload, const RunRequest& request) {
  session::RunReport report;
  report.file = workload.file;
  report.name = workload.name;
  report.backend = request.backend;
  auto words = expand_words(request.observe, workload.observable_count);
  if (!words) return failed(std::move(report), std::move(words.error()));

  const auto start = std::chrono::steady_clock::now();
  auto backend = open_backend(workload, request);
  if (!backend) return failed(std::move(report), std::move(backend.error()));
  const auto setup = std::chrono::steady_clock::now() - start;

  session::RunOptions options = request.options;
  options.observe = std::move(*words);
  if (options.record) {
    auto handlers = read_handlers(workload);
    if (!handlers) return failed(std::move(report), std::move(handlers.error()));
    for (auto& source : *handlers)
      options.record->handlers.push_back(
          {source.opcode, std::move(source.name), std::move(source.file), std::move(source.glsl)});
  }
  report = session::run(workload, **backend, options);
  report.setup = setup;
  return report;
}

}  // namespace

Result<std::vector<handler::Source>> read_handlers(const workload::Workload& workload) {
  std::vector<handler::Source> sources;
  for (const auto& handler : workload.handlers) {
    VYRE_TRY(sources.emplace_back(),
             handler::read_source(handler.opcode, handler.name, handler.path.string()));
  }
  return sources;
}

FileResult run_file(const std::string& file, const RunRequest& request) {
  return run_loaded(workload::load_file(file, {.set = request.set}), file, request);
}

FileResult run_loaded(std::expected<workload::Workload, workload::LoadErrors> workload,
                      const std::string& file, const RunRequest& request) {
  FileResult result;
  if (!workload) {
    result.report.file = file;
    result.report.backend = request.backend;
    result.code = exit_code_of(workload.error().errors.front().code);
    result.load_errors = std::move(workload.error());
    return result;
  }
  result.report = run_workload(*workload, request);
  result.code = exit_code_of(result.report);
  return result;
}

ExitCode exit_code_of(const session::RunReport& report) {
  if (report.error && report.error->code == ErrorCode::kInterrupted) return interrupt_exit_code();
  switch (report.verdict) {
    case Verdict::kPassed: return ExitCode::kDone;
    case Verdict::kFailed: return ExitCode::kFailed;
    case Verdict::kUnsupported: return ExitCode::kNoDevice;
    case Verdict::kError: break;
  }
  return report.error ? exit_code_of(report.error->code) : ExitCode::kDevice;
}

}  // namespace vyre::cli
