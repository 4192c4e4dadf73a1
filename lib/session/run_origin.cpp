#include "session/run_origin.hpp"

#include <algorithm>

#include "session/logged_rules.hpp"
#include "vyre/version.hpp"

namespace vyre::session {

namespace {

std::uint32_t tenant_count_of(const recording::RunRecord& run) {
  std::uint32_t count = 1;
  for (const auto& tenant : run.tenants) count = std::max(count, tenant.id + 1);
  return count;
}

}  // namespace

recording::RunRecord describe_run(const workload::Workload& workload, const ring::Backend& backend,
                                  const RunOptions& options) {
  recording::RunRecord run;
  run.vyre_version = kVersion;
  run.command = options.command;
  run.workload_file = workload.file;
  run.workload_name = workload.name;
  run.backend = backend.name();
  run.device = backend.device_name();
  run.slot_count = workload.slot_count;
  run.observable_count = workload.observable_count;
  run.debug_records = workload.debug_records;
  run.priority_scheduler = workload.scheduler == ring::Scheduler::kPriority;
  run.open_protection = workload.open_protection;
  for (const auto& tenant : workload.tenants)
    run.tenants.push_back({tenant.id, tenant.name, tenant.quota, tenant.enabled});
  for (const auto& [index, value] : workload.initial_observables) run.initial_observables[index] = value;
  run.formats = workload.formats;
  if (options.record)
    run.handlers = options.record->handlers;
  else
    // Nothing will run again from this: the names are enough.
    for (const auto& handler : workload.handlers)
      run.handlers.push_back({handler.opcode, handler.name, "", ""});
  run.dfa_table = workload.dfa_table;
  run.arena_words = workload.arena_words;
  for (const auto& piece : workload.arena_data) run.arena_data.push_back({piece.first_word, piece.words});
  for (const auto& resource : workload.resources)
    run.resources.push_back({.name = resource.name,
                             .file = std::filesystem::absolute(resource.path).string(),
                             .offset = resource.offset,
                             .bytes = resource.bytes,
                             .first_word = resource.first_word,
                             .writable = resource.writable});
  for (const auto& rule : workload.scan_rules) run.scan_rules.push_back(describe_rule(rule));
  run.streams = workload.has_streams;
  return run;
}

recording::RunRecord describe_replay(recording::RunRecord recorded, const ring::Backend& backend,
                                     std::string command) {
  recorded.vyre_version = kVersion;
  recorded.command = std::move(command);
  recorded.backend = backend.name();
  recorded.device = backend.device_name();
  return recorded;
}

Result<std::unique_ptr<IoService>> start_io(const recording::RunRecord& run, ring::Backend& backend) {
  std::vector<ResourceFile> files;
  files.reserve(run.resources.size());
  for (const auto& resource : run.resources) files.push_back({resource.file, resource.writable});
  return IoService::start(backend, files);
}

BackendConfig config_for(const recording::RunRecord& run, std::span<const std::uint32_t> scan_tables) {
  return {.slot_count = run.slot_count,
          .observable_count = run.observable_count,
          .tenant_count = tenant_count_of(run),
          .debug_records = run.debug_records,
          .scheduler = run.priority_scheduler ? ring::Scheduler::kPriority : ring::Scheduler::kSlot,
          .open_protection = run.open_protection,
          .dfa_table = run.dfa_table,
          .arena_words = run.arena_words,
          .resources = ranges_of(run.resources),
          .scan_tables = scan_tables};
}

Result<void> write_initial_state(const recording::RunRecord& run, ring::Backend& backend) {
  const std::uint32_t count = tenant_count_of(run);
  for (std::uint32_t id = 0; id < count; ++id) {
    const auto tenant =
        std::ranges::find_if(run.tenants, [id](const auto& candidate) { return candidate.id == id; });
    const bool exists = tenant != run.tenants.end();
    const std::uint32_t mask = exists && tenant->enabled ? protocol::kTenantMaskEnabled : 0;
    const std::uint32_t quota = exists ? tenant->quota : 0;
    if (mask != protocol::kTenantMaskEnabled)
      VYRE_CHECK(backend.write_control(protocol::kTenantMaskWord + id, mask));
    if (quota != protocol::kTenantQuotaDefault)
      VYRE_CHECK(backend.write_control(protocol::kTenantQuotaWord + id, quota));
  }
  const auto payload = backend.payload_memory();
  for (const auto& data : run.arena_data)
    std::ranges::copy(data.words, payload.arena.subspan(data.first_word).begin());
  for (const auto& [index, value] : run.initial_observables)
    VYRE_CHECK(backend.write_control(protocol::kObservableWord + index, value));
  return {};
}

}  // namespace vyre::session
