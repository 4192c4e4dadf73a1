/// Run results as text, JSON and JUnit XML.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "run_file.hpp"
#include "style.hpp"

namespace vyre::cli {

struct RenderOptions {
  bool stable = false;  ///< leave out times, rates and devices
  bool quiet = false;   ///< only observed words and what went wrong
  Style style;
  std::size_t width = 0;  ///< of the terminal; 0: a line a file, however long
};

/// How many files ended which way.
struct Tally {
  std::size_t passed = 0, failed = 0, unsupported = 0, errors = 0;
};
[[nodiscard]] Tally tally(std::span<const FileResult> results);

/// The report of one file, with a newline after each line. Errors are not in it: they are messages.
[[nodiscard]] std::string render_text(const FileResult& result, const RenderOptions& options);
/// "3 files: 1 passed, 1 failed, 1 unsupported" and a newline.
[[nodiscard]] std::string render_summary(const Tally& tally, const Style& style);

/// One document for all files, ending in a newline.
[[nodiscard]] std::string render_json(std::span<const FileResult> results, ExitCode code,
                                      const RenderOptions& options);
/// JUnit XML: a suite for each file, a case for each expectation, ending in a newline.
[[nodiscard]] std::string render_junit(std::span<const FileResult> results, const RenderOptions& options);

/// Why a slot faulted: "no control word 300".
[[nodiscard]] std::string fault_text(const ring::Fault& fault, const recording::Names& names);

// Shared by the JSON documents of several verbs. Text that is no UTF-8 is replaced, never refused.
[[nodiscard]] nlohmann::ordered_json begin_document(std::string_view schema);
[[nodiscard]] nlohmann::ordered_json to_json(const Error& error);
[[nodiscard]] std::string to_text(const nlohmann::ordered_json& document);

}  // namespace vyre::cli
