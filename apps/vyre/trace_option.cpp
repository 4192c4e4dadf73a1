#include "trace_option.hpp"

#include <fmt/format.h>

#include "file_output.hpp"
#include "vyre/trace/trace_writer.hpp"

namespace vyre::cli {

void TraceOption::add_to(CLI::App& app, const std::string& group) {
  app.add_option("--trace", file_,
                 "Write a timeline: .pftrace for Perfetto, .json for Chrome's format and Perfetto")
      ->type_name("FILE")
      ->group(group);
}

Result<void> TraceOption::validate() const {
  if (!file_) return {};
  auto format = trace::format_of(*file_);
  if (format) return {};
  Error error = std::move(format).error();
  error.where = "--trace";
  return std::unexpected(std::move(error));
}

Result<std::optional<trace::TraceOptions>> TraceOption::make() const {
  if (!file_) return std::optional<trace::TraceOptions>{};
  VYRE_CHECK(check_writable(*file_));
  return std::optional(trace::TraceOptions{.path = *file_});
}

void TraceOption::finish(Context& context, const session::RunReport& report) const {
  if (!report.trace) return;
  const auto& trace = *report.trace;
  if (!trace.note.empty()) context.note(fmt::format("{}: only what the host saw: {}", *file_, trace.note));
  if (trace.moved_beyond > 0)
    context.note(fmt::format("{}: {} times of the device contradict the host's by more than {} ns", *file_,
                             trace.moved_beyond, trace.error_ns));
}

}  // namespace vyre::cli
