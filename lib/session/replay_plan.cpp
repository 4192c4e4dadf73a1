// Looking through a log for the run to play, and for what it needs.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "vyre/recording/log_reader.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::session {

namespace {

/// What is learnt of one run while its records pass by.
struct Seen {
  std::optional<recording::RunRecord> run;
  std::uint64_t slots = 0;
  std::uint64_t first_time_ns = 0;
  bool ended = false;
  std::uint64_t highest_slot_end = 0;
  std::uint32_t tenants = 0;  ///< bit set
};

void see(Seen& seen, const recording::LogRecord& record) {
  if (seen.first_time_ns == 0) seen.first_time_ns = record.time_ns;
  if (std::holds_alternative<recording::EndRecord>(record.what)) seen.ended = true;
  const auto* publication = std::get_if<recording::PublicationRecord>(&record.what);
  if (publication == nullptr) return;
  seen.slots += publication->slots.size();
  seen.highest_slot_end =
      std::max(seen.highest_slot_end, std::uint64_t{publication->first_slot} + publication->slots.size());
  for (const auto& slot : publication->slots)
    if (slot.tenant < protocol::kTenantCount) seen.tenants |= 1U << slot.tenant;
}

/// Version 1 says nothing of the ring: one that holds every slot seen, with every tenant seen.
recording::RunRecord run_of_version_1(const Seen& seen) {
  recording::RunRecord run;
  run.slot_count = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(std::bit_ceil(seen.highest_slot_end), 1, protocol::kMaxSlots));
  run.observable_count = workload::Workload{}.observable_count;
  run.debug_records = protocol::kDebugDefaultRecords;
  for (std::uint32_t id = 0; id < protocol::kTenantCount; ++id)
    if (id == 0 || (seen.tenants >> id & 1U) != 0)
      run.tenants.push_back({id, "", protocol::kTenantQuotaDefault, true});
  return run;
}

}  // namespace

Result<ReplayPlan> plan_replay(const std::filesystem::path& path, const PlanOptions& options) {
  VYRE_TRY(const auto reader, recording::open_log(path));
  ReplayPlan plan{.path = path, .version = reader->version(), .run = {}, .damage = {}};
  std::optional<Seen> chosen;
  Seen current;
  const auto close_run = [&] {
    if (!current.run && plan.version != 1) return;  // records before any run: there are none
    if (!options.run || *options.run == plan.run_count) {
      chosen = std::move(current);
      plan.run_index = plan.run_count;
    }
    ++plan.run_count;
    current = {};
  };
  recording::LogRecord record;
  for (;;) {
    VYRE_TRY(const bool more, reader->next(record));
    if (!more) break;
    if (auto* run = std::get_if<recording::RunRecord>(&record.what)) {
      if (current.run) close_run();
      current.run = std::move(*run);
    } else {
      see(current, record);
    }
  }
  plan.damage = reader->damage();
  close_run();
  if (!chosen)
    return fail(
        ErrorCode::kNotFound,
        options.run ? fmt::format("no run {}, the log holds {}", *options.run, plan.run_count)
                    : std::string("the log holds no run"),
        path.string(),
        options.run && plan.run_count > 0 ? fmt::format("give 0 to {}", plan.run_count - 1) : "record again");
  plan.run = chosen->run ? std::move(*chosen->run) : run_of_version_1(*chosen);
  plan.slots = chosen->slots;
  plan.first_time_ns = chosen->first_time_ns;
  plan.ended = chosen->ended;
  if (options.slot_count) plan.run.slot_count = *options.slot_count;
  if (options.observable_count) plan.run.observable_count = *options.observable_count;
  return plan;
}

Result<void> check_can_replay(const ReplayPlan& plan) {
  if (!plan.run.streams) return {};
  return fail(ErrorCode::kBadInput, "the log is of a run that streamed files, whose bytes it does not hold",
              plan.path.string(),
              plan.run.workload_file.empty()
                  ? "run the workload again"
                  : fmt::format("run the workload again: {}", plan.run.workload_file));
}

}  // namespace vyre::session
