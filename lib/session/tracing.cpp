#include "session/tracing.hpp"

namespace vyre::session {

Result<std::unique_ptr<trace::Tracer>> open_tracer(const std::optional<trace::TraceOptions>& options,
                                                   const recording::RunRecord& origin,
                                                   ring::Backend& backend) {
  if (!options) return std::unique_ptr<trace::Tracer>();
  return trace::Tracer::open(*options,
                             {{"vyre", origin.vyre_version},
                              {"command", origin.command},
                              {"workload", origin.workload_file},
                              {"backend", origin.backend},
                              {"device", origin.device}},
                             backend);
}

Result<void> finish_trace(trace::Tracer* tracer, RunReport& report) {
  if (tracer == nullptr) return {};
  VYRE_TRY(report.trace, tracer->finish());
  return {};
}

}  // namespace vyre::session
