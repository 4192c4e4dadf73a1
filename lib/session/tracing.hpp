/// The timeline of a run: opened before it, finished once the backend has stopped.
#pragma once

#include <memory>
#include <optional>

#include "trace/tracer.hpp"
#include "vyre/recording/log_records.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::session {

/// Null where no timeline is asked for. Errors: those of Tracer::open().
[[nodiscard]] Result<std::unique_ptr<trace::Tracer>> open_tracer(
    const std::optional<trace::TraceOptions>& options, const recording::RunRecord& origin,
    ring::Backend& backend);

/// Writes what is left, and into the report what there was. Nothing to do for null. Errors: kFile.
[[nodiscard]] Result<void> finish_trace(trace::Tracer* tracer, RunReport& report);

}  // namespace vyre::session
