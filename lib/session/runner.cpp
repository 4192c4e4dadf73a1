#include "vyre/session/runner.hpp"

#include <algorithm>

#include "session/outcome.hpp"
#include "session/player.hpp"

namespace vyre::session {

namespace {

/// Tenants and observables as the workload wants them before its first step.
Result<void> prepare(const workload::Workload& workload, Backend& backend) {
  const std::uint32_t tenant_count = config_for(workload).tenant_count;
  for (std::uint32_t id = 0; id < tenant_count; ++id) {
    const auto tenant = std::find_if(workload.tenants.begin(), workload.tenants.end(),
                                     [id](const workload::Tenant& candidate) { return candidate.id == id; });
    const bool exists = tenant != workload.tenants.end();
    const std::uint32_t mask = exists && tenant->enabled ? protocol::kTenantMaskEnabled : 0;
    const std::uint32_t quota = exists ? tenant->quota : 0;
    if (mask != protocol::kTenantMaskEnabled)
      VYRE_CHECK(backend.write_control(protocol::kTenantMaskWord + id, mask));
    if (quota != protocol::kTenantQuotaDefault)
      VYRE_CHECK(backend.write_control(protocol::kTenantQuotaWord + id, quota));
  }
  for (const auto& [index, value] : workload.initial_observables)
    VYRE_CHECK(backend.write_control(protocol::kObservableWord + index, value));
  return {};
}

bool all_passed(const std::vector<workload::CheckResult>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.passed; });
}

/// Plays the workload, then reads everything back, also after an error: a dump is worth most then.
Result<void> play(const workload::Workload& workload, Backend& backend, const RunOptions& options,
                  std::vector<std::uint32_t>& control, RunReport& report) {
  RunConsumer consumer(backend, options.interrupted);
  ring::Publisher publisher(backend.ring_memory(), consumer);
  Player player(workload, backend, consumer, publisher, options);
  Result<void> result = prepare(workload, backend);
  if (result) result = player.play();
  report.elapsed = player.elapsed();
  report.snapshots = player.snapshots();
  // Interrupted, the kernel may be in the middle of something: let it come to rest first.
  if (!result && result.error().code == ErrorCode::kInterrupted)
    if (auto stopped = backend.stop(); !stopped) result = std::move(stopped);
  publisher.reap();
  auto collected = collect(workload, backend, publisher, options, control, report);
  if (result) result = std::move(collected);
  if (options.dump) {
    auto dumped = snapshot(*options.dump, workload, backend, options);
    if (dumped)
      report.snapshots.push_back(*options.dump);
    else if (result)
      result = std::move(dumped);
  }
  return result;
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kPassed: return "passed";
    case Verdict::kFailed: return "failed";
    case Verdict::kUnsupported: return "unsupported";
    case Verdict::kError: return "error";
  }
  return "error";
}

BackendConfig config_for(const workload::Workload& workload) {
  std::uint32_t tenant_count = 1;
  for (const auto& tenant : workload.tenants) tenant_count = std::max(tenant_count, tenant.id + 1);
  return {.slot_count = workload.slot_count,
          .observable_count = workload.observable_count,
          .tenant_count = tenant_count,
          .debug_records = workload.debug_records,
          .scheduler = workload.scheduler,
          .open_protection = workload.open_protection,
          .dfa_table = workload.dfa_table};
}

RunReport run(const workload::Workload& workload, Backend& backend, const RunOptions& options) {
  RunReport report;
  report.file = workload.file;
  report.name = workload.name;
  report.backend = backend.name();
  report.device = backend.device_name();
  std::vector<std::uint32_t> control;
  Result<void> result = play(workload, backend, options, control, report);
  if (auto stopped = backend.stop(); result && !stopped) result = std::move(stopped);
  if (!result) {
    report.error = std::move(result).error();
    report.verdict = Verdict::kError;
    return report;
  }
  report.checks = workload::check(workload.expectations, outcome_of(report, control));
  report.verdict = all_passed(report.checks) ? Verdict::kPassed : Verdict::kFailed;
  return report;
}

}  // namespace vyre::session
