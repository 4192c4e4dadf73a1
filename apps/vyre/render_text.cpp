#include <algorithm>

#include <fmt/format.h>

#include "render.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::cli {
namespace {

using session::RunReport;
using session::Verdict;

constexpr std::size_t kVerdictWidth = 6;  ///< "ok    "
constexpr std::size_t kMostFaults = 10;   ///< of a failed file; JSON holds them all

std::string verdict_text(Verdict verdict, const Style& style) {
  switch (verdict) {
    case Verdict::kPassed: return style.paint(Paint::kGood, "ok   ");
    case Verdict::kFailed: return style.paint(Paint::kBad, "FAIL ");
    case Verdict::kUnsupported: return style.paint(Paint::kCaution, "skip ");
    case Verdict::kError: break;
  }
  return style.paint(Paint::kBad, "ERROR");
}

std::string facts(const RunReport& report, const RenderOptions& options) {
  std::string text = fmt::format("{}, {}, epoch {}", plural(report.published, "slot"),
                                 plural(report.fault_count, "fault"), report.epoch);
  if (report.waiting > 0) text += fmt::format(", {} never drained", report.waiting);
  if (options.stable) return text;
  text += fmt::format(", {}", duration_text(report.elapsed));
  if (const auto seconds = std::chrono::duration<double>(report.elapsed).count();
      seconds > 0 && report.published > 0)
    text += fmt::format(", {} slots/s", count_text(static_cast<double>(report.published) / seconds));
  return text + fmt::format(" on {}", printable(report.device));
}

std::string headline(const RunReport& report, const RenderOptions& options) {
  const std::string name = printable(report.name.empty() ? report.file : report.name);
  std::string text = name;
  // A backend that never opened has no device, and nothing to tell.
  if (!report.device.empty())
    text += "  " + facts(report, options);
  else if (report.verdict == Verdict::kUnsupported)
    text += "  unsupported here";
  if (options.width > 0) text = wrap(text, options.width, kVerdictWidth);
  if (text.starts_with(name)) text.replace(0, name.size(), options.style.paint(Paint::kStrong, name));
  return fmt::format("{} {}\n", verdict_text(report.verdict, options.style), text);
}

std::string failed_checks(const RunReport& report) {
  std::string text;
  for (const auto& check : report.checks) {
    if (check.passed) continue;
    const std::string place =
        check.position.line == 0
            ? report.file
            : fmt::format("{}:{}:{}", report.file, check.position.line, check.position.column);
    text += fmt::format("  {}: expected {}, but {}\n", place, printable(check.text), printable(check.detail));
  }
  return text;
}

std::string faults(const RunReport& report) {
  std::string text;
  const std::size_t shown = std::min(report.faults.size(), kMostFaults);
  for (const auto& fault : std::span(report.faults).first(shown))
    text += printable(fmt::format("  fault: slot {}, tenant {}, {}: {}", fault.slot,
                                  inspection::tenant_text(fault.tenant, report.names),
                                  inspection::opcode_text(fault.opcode, report.names),
                                  fault_text(fault, report.names))) +
            '\n';
  if (report.fault_count > shown)
    text += fmt::format("  and {} more\n", plural(report.fault_count - shown, "fault"));
  return text;
}

}  // namespace

std::string fault_text(const ring::Fault& fault, const recording::Names& names) {
  return inspection::fault_text(fault.code, fault.detail, names);
}

Tally tally(std::span<const FileResult> results) {
  Tally counts;
  for (const FileResult& result : results) {
    switch (result.report.verdict) {
      case Verdict::kPassed: ++counts.passed; break;
      case Verdict::kFailed: ++counts.failed; break;
      case Verdict::kUnsupported: ++counts.unsupported; break;
      case Verdict::kError: ++counts.errors; break;
    }
  }
  return counts;
}

std::string render_text(const FileResult& result, const RenderOptions& options) {
  const RunReport& report = result.report;
  const bool good = report.verdict == Verdict::kPassed;
  std::string text;
  if (!good || !options.quiet) text += headline(report, options);
  text += failed_checks(report);
  if (!good) text += faults(report);
  if (!options.quiet) {
    for (const auto& line : report.debug_lines) text += fmt::format("  | {}\n", printable(line));
    if (report.debug_lost > 0)
      text += fmt::format("  | {} lost\n", plural(report.debug_lost, "debug record"));
  }
  for (const auto& word : report.observed)
    text += fmt::format("{0} = {1} (0x{1:x})\n", word.name, word.value);
  return text;
}

std::string render_summary(const Tally& counts, const Style& style) {
  const std::size_t files = counts.passed + counts.failed + counts.unsupported + counts.errors;
  const auto part = [&style](std::size_t count, std::string_view what, Paint paint) {
    const std::string text = fmt::format("{} {}", count, what);
    return count == 0 ? text : style.paint(paint, text);
  };
  return fmt::format("{}: {}, {}, {}, {}\n", plural(files, "file"),
                     part(counts.passed, "passed", Paint::kGood), part(counts.failed, "failed", Paint::kBad),
                     part(counts.unsupported, "unsupported", Paint::kCaution),
                     part(counts.errors, counts.errors == 1 ? "error" : "errors", Paint::kBad));
}

}  // namespace vyre::cli
