#include "vyre/session/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "session/log_run.hpp"
#include "session/replay_expected.hpp"
#include "session/step_text.hpp"
#include "session/workload_text.hpp"
#include "vyre/recording/snapshot.hpp"
#include "vyre/version.hpp"

namespace vyre::session {

namespace {

using recording::CheckpointRecord;
using recording::ControlWriteRecord;
using recording::EndRecord;
using recording::PublicationRecord;
using recording::RunRecord;
using recording::WaitRecord;

constexpr std::size_t kValuesInALine = 16;

class LogExport {
 public:
  LogExport(const ReplayPlan& plan, const TextSink& sink, const ExportOptions& options)
      : plan_(plan), text_(sink, options), steps_(plan.run), trail_(plan.run) {}

  Result<ExportReport> run() {
    VYRE_CHECK(at_log(text_.settings(plan_.run, comments())));
    VYRE_TRY(auto log, LogRun::open(plan_.path, plan_.run_index));
    text_.text() += "steps:\n";
    recording::LogRecord record;
    for (;;) {
      VYRE_TRY(const bool more, log.next(record));
      if (!more) break;
      offset_ = record.offset;
      VYRE_CHECK(at_log(std::visit([this](auto& what) { return take(what); }, record.what)));
      VYRE_CHECK(text_.drain());
    }
    VYRE_CHECK(at_log(publish(true)));
    if (text_.report().steps == 0) text_.text() += "  []\n";
    VYRE_CHECK(expect());
    VYRE_CHECK(text_.finish());
    return std::move(text_.report());
  }

 private:
  /// Gives an error that knows no place the record at hand.
  Result<void> at_log(Result<void> result) const {
    if (!result && result.error().where.empty())
      result.error().where = fmt::format("{}, byte {}", plan_.path.string(), offset_);
    return result;
  }

  [[nodiscard]] std::string comments() const {
    std::string text = fmt::format("Exported by vyre {} from {}, run {} of {}: {} slots.\n", kVersion,
                                   plan_.path.string(), plan_.run_index, plan_.run_count, plan_.slots);
    if (!plan_.run.command.empty())
      text += fmt::format("Recorded by: {} (vyre {}, {}, {})\n", plan_.run.command, plan_.run.vyre_version,
                          plan_.run.backend, plan_.run.device);
    if (plan_.version == 1)
      text +=
          "Version 1 keeps neither ring, tenants nor waits: sizes and tenants are those that were seen.\n";
    if (plan_.damage) text += fmt::format("The log is cut: {}\n", plan_.damage->what);
    return text;
  }

  /// Writes the publication that waits for what follows it.
  Result<void> publish(bool async) {
    if (!pending_) return {};
    std::string remark;
    if (pending_->args_cut) remark = "arguments 4 to 11 are not in a log of version 1";
    std::string said = remark;
    VYRE_CHECK(steps_.append(text_.text(), *pending_, async, said));
    if (!said.empty() && std::ranges::find(text_.report().notes, said) == text_.report().notes.end() &&
        text_.report().notes.size() < kMaxExportNotes)
      text_.report().notes.push_back(said);
    ++text_.report().steps;
    text_.report().slots += pending_->slots.size();
    last_ticket_ = pending_->ticket;
    pending_.reset();
    at_rest_ = false;
    return {};
  }

  void step(const std::string& line) {
    text_.text() += line;
    ++text_.report().steps;
  }

  Result<void> take(PublicationRecord& publication) {
    VYRE_CHECK(publish(true));
    if (publication.epoch && *publication.epoch > epoch_) {
      epoch_ = *publication.epoch;
      step(fmt::format("  - wait: {{epoch: {}}}\n", epoch_));
    }
    pending_ = std::move(publication);
    return {};
  }

  Result<void> take(WaitRecord& wait) {
    const bool is_own =
        wait.awaited == WaitRecord::For::kTicket && pending_ && pending_->ticket == wait.value;
    VYRE_CHECK(publish(!is_own));
    if (is_own) return {};
    switch (wait.awaited) {
      case WaitRecord::For::kTicket:
        text_.remark(
            fmt::format("the run waited for publication {} here, which is not the one before", wait.value));
        break;
      case WaitRecord::For::kAll: step("  - wait: all\n"); break;
      case WaitRecord::For::kEpoch:
        step(fmt::format("  - wait: {{epoch: {}}}\n",
                         wait.value - std::min<std::uint64_t>(wait.value, base_)));
        break;
      case WaitRecord::For::kWindow: step(fmt::format("  - wait: {{window: {}}}\n", wait.value)); break;
    }
    return {};
  }

  Result<void> take(ControlWriteRecord& write) {
    VYRE_CHECK(publish(true));
    at_rest_ = false;
    if (write.word == protocol::kEpochWord && last_ticket_ == 0 && base_ == 0) {
      base_ = write.value;
      text_.remark(fmt::format("the log begins at epoch {}; here epochs count from 0", base_));
      return {};
    }
    VYRE_CHECK(steps_.append(text_.text(), write));
    ++text_.report().steps;
    return {};
  }

  Result<void> take(CheckpointRecord& checkpoint) {
    VYRE_CHECK(publish(true));
    trail_.apply(checkpoint);
    at_rest_ = checkpoint.quiescent;
    if (checkpoint.epoch != epoch_)
      fmt::format_to(std::back_inserter(text_.text()), "  # epoch {}\n", checkpoint.epoch);
    epoch_ = checkpoint.epoch;
    return {};
  }

  Result<void> take(EndRecord& end) {
    VYRE_CHECK(publish(true));
    if (end.verdict == "finished") faulted_ = end.faulted;
    return {};
  }
  Result<void> take(RunRecord&) { return {}; }

  Result<void> expect() {
    auto& out = text_.text();
    if (!at_rest_) {
      out += "# The log does not end at rest, so nothing is expected.\n";
      return {};
    }
    fmt::format_to(std::back_inserter(out), "expect:\n  epoch: {}\n", epoch_ - std::min(epoch_, base_));
    if (faulted_ > 0) fmt::format_to(std::back_inserter(out), "  faults: [{{count: {}}}]\n", faulted_);
    const auto& values = trail_.values();
    if (values.empty()) return {};
    out += "  observables: [";
    for (std::size_t i = 0; i < values.size(); i += kValuesInALine) {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(i);
      const auto count = std::min(kValuesInALine, values.size() - i);
      fmt::format_to(std::back_inserter(out), "{}\n    {}", i == 0 ? "" : ",",
                     fmt::join(first, first + static_cast<std::ptrdiff_t>(count), ", "));
      VYRE_CHECK(text_.drain());
    }
    out += "]\n";
    return {};
  }

  const ReplayPlan& plan_;
  WorkloadText text_;
  StepText steps_;
  ObservableTrail trail_;
  std::uint64_t offset_ = 0;
  std::optional<PublicationRecord> pending_;
  std::uint64_t last_ticket_ = 0;  ///< 0: nothing was published yet
  std::uint32_t epoch_ = 0;        ///< of the checkpoint before, as the log counts
  std::uint32_t base_ = 0;         ///< the epoch that the log begins with
  std::uint64_t faulted_ = 0;
  bool at_rest_ = false;  ///< a checkpoint at rest was the last that happened
};

/// What a snapshot tells of the run that it was taken from.
RunRecord run_of(const recording::Snapshot& snapshot) {
  RunRecord run;
  run.slot_count = static_cast<std::uint32_t>(snapshot.ring.size() / protocol::kSlotWords);
  run.formats = snapshot.formats;
  if (const auto name = snapshot.metadata.find("vyre.name"); name != snapshot.metadata.end())
    run.workload_name = name->second;
  if (!snapshot.debug_log.empty())
    run.debug_records = static_cast<std::uint32_t>((snapshot.debug_log.size() - protocol::kDebugHeaderWords) /
                                                   protocol::kDebugRecordWords);
  else
    run.debug_records = protocol::kDebugDefaultRecords;
  const auto& control = snapshot.control;
  if (control.size() < protocol::kControlFixedWords) {
    run.observable_count = workload::Workload{}.observable_count;
    return run;
  }
  run.observable_count = static_cast<std::uint32_t>(control.size() - protocol::kControlFixedWords);
  for (std::uint32_t id = 0; id < protocol::kTenantCount; ++id) {
    const std::uint32_t mask = control[protocol::kTenantMaskWord + id];
    const std::uint32_t quota = control[protocol::kTenantQuotaWord + id];
    if (mask != 0 || quota != 0)
      run.tenants.push_back({id, std::string(snapshot.names.tenant(id)), quota, mask != 0});
  }
  return run;
}

std::string comments_of(const std::filesystem::path& path, const recording::Snapshot& snapshot) {
  std::string text = fmt::format("Exported by vyre {} from the snapshot {}.\n", kVersion, path.string());
  if (const auto command = snapshot.metadata.find("vyre.command"); command != snapshot.metadata.end())
    text += fmt::format("Taken by: {}\n", command->second);
  text +=
      "A snapshot knows neither the order of its slots, the scheduler, the protection, handlers and tables,\n"
      "nor what the observables were before: its slots are published at once, and nothing is expected.\n";
  return text;
}

}  // namespace

Result<ExportReport> export_log(const ReplayPlan& plan, const TextSink& sink, const ExportOptions& options) {
  VYRE_CHECK(check_can_replay(plan));
  return LogExport(plan, sink, options).run();
}

Result<ExportReport> export_snapshot(const std::filesystem::path& path, const TextSink& sink,
                                     const ExportOptions& options) {
  VYRE_TRY(const auto snapshot, recording::read_snapshot(path));
  if (snapshot.ring.empty())
    return fail(ErrorCode::kBadInput, "the snapshot holds no ring", path.string(),
                "export a log, or a snapshot that vyre run --dump wrote");
  const RunRecord run = run_of(snapshot);
  WorkloadText text(sink, options);
  VYRE_CHECK(text.settings(run, comments_of(path, snapshot)));
  text.report().notes.emplace_back("a snapshot keeps no order: all its slots are published at once");
  StepText steps(run);
  text.text() += "steps:\n";
  for (std::uint32_t index = 0; index < run.slot_count; ++index) {
    const auto words =
        std::span(snapshot.ring).subspan(std::size_t{index} * protocol::kSlotWords, protocol::kSlotWords);
    if (words[protocol::kStatusWord] == static_cast<std::uint32_t>(protocol::Status::kEmpty)) continue;
    PublicationRecord publication;
    publication.first_slot = index;
    auto& slot = publication.slots.emplace_back();
    slot.opcode = words[protocol::kOpcodeWord];
    slot.tenant = words[protocol::kTenantWord];
    slot.priority = words[protocol::kPriorityWord];
    std::ranges::copy(words.subspan(protocol::kArgsWord), slot.args.begin());
    std::string remark;
    if (auto added = steps.append(text.text(), publication, true, remark); !added) {
      added.error().where = fmt::format("{}, slot {}", path.string(), index);
      return std::unexpected(std::move(added).error());
    }
    if (!remark.empty() && text.report().notes.size() < kMaxExportNotes)
      text.report().notes.push_back(remark);
    ++text.report().steps;
    ++text.report().slots;
    VYRE_CHECK(text.drain());
  }
  if (text.report().steps == 0) text.text() += "  []\n";
  VYRE_CHECK(text.finish());
  return std::move(text.report());
}

}  // namespace vyre::session
