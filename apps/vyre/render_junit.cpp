#include <pugixml.hpp>

#include <sstream>

#include <fmt/format.h>

#include "render.hpp"

namespace vyre::cli {
namespace {

using session::RunReport;
using session::Verdict;

/// XML 1.0 has no way to write most control characters.
std::string xml_safe(std::string_view text) {
  std::string safe;
  for (const char c : text) safe += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
  return safe;
}

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml_safe(value).c_str());
}

pugi::xml_node add_case(pugi::xml_node suite, const RunReport& report, std::string_view name) {
  pugi::xml_node node = suite.append_child("testcase");
  set(node, "classname", report.file);
  set(node, "name", name);
  return node;
}

void add_problem(pugi::xml_node node, const char* kind, std::string_view message, std::string_view text) {
  pugi::xml_node problem = node.append_child(kind);
  set(problem, "message", message);
  if (!text.empty()) problem.text().set(xml_safe(text).c_str());
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  Counts& operator+=(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    return *this;
  }
};

void set_counts(pugi::xml_node node, const Counts& counts) {
  set(node, "tests", std::to_string(counts.tests));
  set(node, "failures", std::to_string(counts.failures));
  set(node, "errors", std::to_string(counts.errors));
  set(node, "skipped", std::to_string(counts.skipped));
}

/// The case that stands for the run itself, so that a file without expectations is counted too.
void add_run_case(pugi::xml_node suite, const FileResult& result, const RenderOptions& options,
                  Counts& counts) {
  const RunReport& report = result.report;
  pugi::xml_node node = add_case(suite, report, "run");
  if (!options.stable)
    set(node, "time", fmt::format("{:.6f}", std::chrono::duration<double>(report.elapsed).count()));
  ++counts.tests;
  if (result.load_errors) {
    ++counts.errors;
    std::string all;
    for (const Error& error : result.load_errors->errors) all += vyre::to_text(error) + "\n";
    add_problem(node, "error", result.load_errors->errors.front().what, all);
  } else if (report.verdict == Verdict::kUnsupported) {
    ++counts.skipped;
    add_problem(node, "skipped", report.error ? report.error->what : "unsupported", "");
  } else if (report.error) {
    ++counts.errors;
    add_problem(node, "error", report.error->what, vyre::to_text(*report.error));
  }
}

Counts add_suite(pugi::xml_node root, const FileResult& result, const RenderOptions& options) {
  const RunReport& report = result.report;
  pugi::xml_node suite = root.append_child("testsuite");
  set(suite, "name", report.name.empty() ? report.file : report.name);
  Counts counts;
  add_run_case(suite, result, options, counts);
  for (const auto& check : report.checks) {
    pugi::xml_node node = add_case(suite, report, check.text);
    ++counts.tests;
    if (check.passed) continue;
    ++counts.failures;
    add_problem(node, "failure", fmt::format("expected {}, but {}", check.text, check.detail),
                fmt::format("{}:{}:{}", report.file, check.position.line, check.position.column));
  }
  set_counts(suite, counts);
  return counts;
}

}  // namespace

std::string render_junit(std::span<const FileResult> results, const RenderOptions& options) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", "vyre");
  Counts all;
  for (const FileResult& result : results) all += add_suite(root, result, options);
  set_counts(root, all);
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace vyre::cli
