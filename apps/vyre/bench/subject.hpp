/// What `vyre bench` can measure: one row a subject, one file each.
#pragma once

#include <span>
#include <string_view>

#include "bench/request.hpp"
#include "bench/result.hpp"

namespace vyre::cli::bench {

struct Subject {
  std::string_view name;
  std::string_view summary;
  bool needs_device;
  bool has_picture;  ///< `--svg` can draw its results
  /// Errors: what the library's are; kInterrupted. A result that is wrong is no error: Outcome::wrong.
  Result<Outcome> (*run)(const Request& request);
};

/// Every subject, in the order that help lists them.
[[nodiscard]] std::span<const Subject> subjects() noexcept;
/// Shape: one of their names.
[[nodiscard]] const Subject& subject_of(std::string_view name) noexcept;

// One a file.
Result<Outcome> run_latency(const Request& request);
Result<Outcome> run_throughput(const Request& request);
Result<Outcome> run_stream(const Request& request);
Result<Outcome> run_parse(const Request& request);
Result<Outcome> run_publish(const Request& request);
Result<Outcome> run_tune(const Request& request);

}  // namespace vyre::cli::bench
