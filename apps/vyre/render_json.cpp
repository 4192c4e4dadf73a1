#include <algorithm>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "render.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/version.hpp"

namespace vyre::cli {
namespace {

using Json = nlohmann::ordered_json;
using session::RunReport;

Json checks_json(const RunReport& report) {
  Json list = Json::array();
  for (const auto& check : report.checks)
    list.push_back({{"text", check.text},
                    {"passed", check.passed},
                    {"line", check.position.line},
                    {"column", check.position.column},
                    {"detail", check.detail}});
  return list;
}

Json observed_json(const RunReport& report) {
  Json list = Json::array();
  for (const auto& word : report.observed)
    list.push_back({{"name", word.name}, {"word", word.word}, {"value", word.value}});
  return list;
}

Json tenant_name(const RunReport& report, std::uint32_t tenant) {
  const auto name = report.names.tenant(tenant);
  return name.empty() ? Json(nullptr) : Json(name);
}

Json faults_json(const RunReport& report, bool stable) {
  auto faults = report.faults;
  // Slots finish in any order.
  if (stable)
    std::ranges::sort(faults, {},
                      [](const auto& f) { return std::tuple(f.slot, f.code, f.detail, f.opcode, f.tenant); });
  Json list = Json::array();
  for (const auto& fault : faults) {
    const auto* info = protocol::find_fault(fault.code);
    list.push_back({{"slot", fault.slot},
                    {"tenant", fault.tenant},
                    {"tenant_name", tenant_name(report, fault.tenant)},
                    {"opcode", fault.opcode},
                    {"opcode_name", inspection::opcode_text(fault.opcode, report.names)},
                    {"reason", info != nullptr ? std::string(info->name) : std::string("unknown")},
                    {"detail", fault.detail},
                    {"text", fault_text(fault, report.names)}});
  }
  return list;
}

Json windows_json(const RunReport& report) {
  Json list = Json::array();
  for (const auto& window : report.windows)
    list.push_back({{"ticket", window.ticket},
                    {"tenant", window.tenant},
                    {"tenant_name", tenant_name(report, window.tenant)},
                    {"opcode", window.opcode},
                    {"opcode_name", inspection::opcode_text(window.opcode, report.names)},
                    {"usable", window.usable()},
                    {"required", window.required},
                    {"required_done", window.required_done},
                    {"lookahead", window.lookahead},
                    {"lookahead_done", window.lookahead_done},
                    {"faulted", window.faulted}});
  return list;
}

Json errors_json(const FileResult& result) {
  Json list = Json::array();
  if (result.load_errors)
    for (const Error& error : result.load_errors->errors) list.push_back(to_json(error));
  if (result.report.error) list.push_back(to_json(*result.report.error));
  return list;
}

Json run_json(const FileResult& result, const RenderOptions& options) {
  const RunReport& report = result.report;
  Json run{{"file", report.file},
           {"name", report.name},
           {"verdict", std::string(session::to_string(report.verdict))},
           {"exit_code", static_cast<int>(result.code)},
           {"backend", report.backend}};
  if (!options.stable) run["device"] = report.device;
  run["published"] = report.published;
  run["done"] = report.done;
  run["faults"] = report.fault_count;
  run["waiting"] = report.waiting;
  run["epoch"] = report.epoch;
  if (!options.stable) {
    const double seconds = std::chrono::duration<double>(report.elapsed).count();
    run["setup_ns"] = report.setup.count();
    run["elapsed_ns"] = report.elapsed.count();
    run["slots_per_s"] = seconds > 0 ? static_cast<double>(report.published) / seconds : 0.0;
  }
  run["observed"] = observed_json(report);
  run["checks"] = checks_json(report);
  run["fault_list"] = faults_json(report, options.stable);
  run["windows"] = windows_json(report);
  run["debug_log"] = report.debug_lines;
  run["debug_lost"] = report.debug_lost;
  run["snapshots"] = Json::array();
  for (const auto& path : report.snapshots) run["snapshots"].push_back(path.string());
  run["errors"] = errors_json(result);
  run["errors_omitted"] = result.load_errors ? result.load_errors->omitted : 0;
  return run;
}

}  // namespace

Json begin_document(std::string_view schema) {
  return {{"schema", std::string(schema)}, {"version", std::string(kVersion)}};
}

Json to_json(const Error& error) {
  return {{"code", std::string(to_string(error.code))},
          {"what", error.what},
          {"where", error.where},
          {"fix", error.fix}};
}

std::string to_text(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_json(std::span<const FileResult> results, ExitCode code, const RenderOptions& options) {
  const Tally counts = tally(results);
  Json document = begin_document("vyre.run/1");
  document["exit_code"] = static_cast<int>(code);
  document["files"] = results.size();
  document["passed"] = counts.passed;
  document["failed"] = counts.failed;
  document["unsupported"] = counts.unsupported;
  document["errors"] = counts.errors;
  document["runs"] = Json::array();
  for (const FileResult& result : results) document["runs"].push_back(run_json(result, options));
  return to_text(document);
}

}  // namespace vyre::cli
