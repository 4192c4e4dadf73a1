#include "vyre/session/cut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "session/log_run.hpp"
#include "session/replay_expected.hpp"
#include "vyre/descriptor/packed.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::session {

namespace {

using protocol::Slot;
using recording::CheckpointRecord;
using recording::ControlWriteRecord;
using recording::EndRecord;
using recording::LogRecord;
using recording::PublicationForm;
using recording::PublicationRecord;
using recording::RunRecord;
using recording::WaitRecord;

bool contains(const std::vector<std::uint32_t>& wanted, std::uint32_t value) {
  return std::ranges::find(wanted, value) != wanted.end();
}

/// Whether `test` holds for the slot's opcode, or for one inside it.
template <class Test>
bool any_opcode(const Slot& slot, const Test& test) {
  if (test(slot.opcode)) return true;
  if (slot.opcode != protocol::kOpPackedSlot) return false;
  const auto inner = descriptor::unpack(slot);
  if (!inner) return false;
  for (std::uint32_t i = 0; i < inner->count; ++i)
    if (test(inner->operations[i].opcode)) return true;
  return false;
}

bool is_fence(std::uint32_t opcode) { return opcode == protocol::kOpBatchFence; }

class Cutter {
 public:
  Cutter(const ReplayPlan& plan, const CutOptions& options, recording::LogWriter* writer)
      : plan_(plan), options_(options), writer_(writer), trail_(plan.run) {}

  /// Without a writer it only counts.
  Result<CutReport> run() {
    VYRE_TRY(const auto start, find_start());
    if (start == 0) VYRE_CHECK(begin(plan_.first_time_ns));
    VYRE_TRY(auto log, LogRun::open(plan_.path, plan_.run_index));
    LogRecord record;
    for (;;) {
      VYRE_TRY(const bool more, log.next(record));
      if (!more || ended_) break;
      time_ns_ = record.time_ns;
      if (record.offset <= start && start != 0)
        VYRE_CHECK(skip(record, record.offset == start));
      else
        VYRE_CHECK(std::visit([this](auto& what) { return take(what); }, record.what));
    }
    return report_;
  }

 private:
  /// The offset of the checkpoint behind which the cut begins; 0: with the run.
  Result<std::uint64_t> find_start() const {
    std::uint64_t start = 0;
    if (!options_.from_epoch || plan_.version == 1) return start;
    VYRE_TRY(auto log, LogRun::open(plan_.path, plan_.run_index));
    LogRecord record;
    for (;;) {
      VYRE_TRY(const bool more, log.next(record));
      if (!more) return start;
      const auto* checkpoint = std::get_if<CheckpointRecord>(&record.what);
      if (checkpoint == nullptr) continue;
      if (checkpoint->quiescent && checkpoint->epoch < *options_.from_epoch) start = record.offset;
      if (options_.until_epoch && checkpoint->epoch >= *options_.until_epoch) return start;
    }
  }

  Result<void> write(decltype(LogRecord::what) what) {
    if (writer_ == nullptr) return {};
    return writer_->append({.time_ns = time_ns_, .offset = 0, .what = std::move(what)});
  }

  Result<void> begin(std::uint64_t time_ns) {
    if (plan_.version == 1) return {};
    time_ns_ = time_ns;
    RunRecord run = plan_.run;
    if (!options_.command.empty()) run.command += (run.command.empty() ? "" : "; ") + options_.command;
    if (report_.from_epoch) {
      run.initial_observables.clear();
      for (std::uint32_t index = 0; index < trail_.values().size(); ++index)
        if (trail_.values()[index] != 0) run.initial_observables[index] = trail_.values()[index];
    }
    VYRE_CHECK(write(std::move(run)));
    for (const auto& [word, value] : words_)
      VYRE_CHECK(write(ControlWriteRecord{.word = word, .value = value}));
    return {};
  }

  /// What stands before the cut only sets the state that it begins with.
  Result<void> skip(const LogRecord& record, bool last) {
    if (const auto* written = std::get_if<ControlWriteRecord>(&record.what);
        written != nullptr && written->word < protocol::kObservableWord)
      words_[written->word] = written->value;
    const auto* checkpoint = std::get_if<CheckpointRecord>(&record.what);
    if (checkpoint == nullptr) return {};
    trail_.apply(*checkpoint);
    base_ = *checkpoint;
    if (!last) return {};
    report_.from_epoch = checkpoint->epoch;
    if (checkpoint->epoch != 0) words_[protocol::kEpochWord] = checkpoint->epoch;
    return begin(record.time_ns);
  }

  [[nodiscard]] bool keeps(const Slot& slot) const {
    return (options_.tenants.empty() || contains(options_.tenants, slot.tenant)) &&
           (options_.opcodes.empty() ||
            any_opcode(slot, [&](std::uint32_t opcode) { return contains(options_.opcodes, opcode); }));
  }

  /// Whether version 1 keeps a slot that was published in this epoch.
  [[nodiscard]] bool in_epochs(std::uint32_t epoch) const {
    return (!options_.from_epoch || std::uint64_t{epoch} + 1 >= *options_.from_epoch) &&
           (!options_.until_epoch || epoch < *options_.until_epoch);
  }

  Result<void> take(PublicationRecord& publication) {
    if (publication.epoch) {
      if (!in_epochs(*publication.epoch)) return {};
      if (!report_.from_epoch && options_.from_epoch) report_.from_epoch = *publication.epoch;
    }
    filter(publication);
    if (publication.slots.empty()) return {};
    if (publication.epoch) {
      const std::uint32_t since =
          *publication.epoch - std::min(*publication.epoch, report_.from_epoch.value_or(0));
      publication.epoch = std::min(since, fences_);  // a later one would never come
    }
    for (const auto& slot : publication.slots) fences_ += any_opcode(slot, is_fence) ? 1 : 0;
    report_.slots += publication.slots.size();
    last_ticket_ = publication.ticket;
    if (publication.form == PublicationForm::kWindow) windows_.insert(publication.window_ticket);
    return write(publication);
  }

  /// Leaves out what is not wanted.
  void filter(PublicationRecord& publication) {
    auto& slots = publication.slots;
    std::vector<std::uint32_t> kept_before{0};  ///< of the slots up to each
    for (const auto& slot : slots) kept_before.push_back(kept_before.back() + (keeps(slot) ? 1U : 0U));
    const std::uint32_t kept = kept_before.back();
    if (kept == slots.size()) return;
    report_.slots_left_out += slots.size() - kept;
    std::uint32_t required = 0;
    for (std::size_t i = 0, to = 0; i < slots.size(); ++i) {
      Slot slot = slots[i];
      const bool keep = kept_before[i + 1] != kept_before[i];
      if (!keep && any_opcode(slot, is_fence)) fence_left_out_ = true;
      if (!keep) continue;
      if (i < publication.window_required) ++required;
      if (is_fence(slot.opcode) && slot.args[0] <= i)
        slot.args[0] = kept_before[i] - kept_before[i - slot.args[0]];
      slots[to++] = slot;
    }
    slots.resize(kept);
    publication.window_required = required;
    if (kept > 0 && publication.form == PublicationForm::kFencedBatch && !is_fence(slots.back().opcode))
      publication.form = kept == 1 ? PublicationForm::kSingle : PublicationForm::kBatch;
  }

  Result<void> take(ControlWriteRecord& written) { return write(written); }

  Result<void> take(WaitRecord& wait) {
    bool stays = true;
    if (wait.awaited == WaitRecord::For::kTicket) stays = wait.value == last_ticket_;
    if (wait.awaited == WaitRecord::For::kWindow)
      stays = windows_.contains(static_cast<std::uint32_t>(wait.value));
    if (wait.awaited == WaitRecord::For::kEpoch) stays = !fence_left_out_;
    if (stays) return write(wait);
    ++report_.waits_left_out;
    return {};
  }

  Result<void> take(CheckpointRecord& checkpoint) {
    ended_ = options_.until_epoch && checkpoint.epoch >= *options_.until_epoch;
    if (report_.slots_left_out > 0) {
      ++report_.checkpoints_left_out;
    } else {
      ++report_.checkpoints;
      checkpoint.published -= std::min(checkpoint.published, base_.published);
      checkpoint.done_count -= base_.done_count;  // counts freely, as the word does
      VYRE_CHECK(write(checkpoint));
    }
    if (!ended_) return {};
    return write(EndRecord{.verdict = "cut", .published = report_.slots});
  }

  Result<void> take(EndRecord& end) {
    const bool whole = report_.slots_left_out == 0 && !report_.from_epoch;
    return write(whole ? end : EndRecord{.verdict = "cut", .published = report_.slots});
  }
  Result<void> take(RunRecord&) { return {}; }

  const ReplayPlan& plan_;
  const CutOptions& options_;
  recording::LogWriter* writer_;
  ObservableTrail trail_;
  CutReport report_;
  std::uint64_t time_ns_ = 0;
  bool ended_ = false;
  CheckpointRecord base_;                         ///< the last before the cut
  std::map<std::uint32_t, std::uint32_t> words_;  ///< that the host wrote before the cut
  std::uint64_t last_ticket_ = 0;                 ///< of the last publication that is kept
  std::set<std::uint32_t> windows_;               ///< that are kept
  std::uint32_t fences_ = 0;                      ///< slots kept that raise the epoch
  bool fence_left_out_ = false;
};

}  // namespace

Result<CutReport> cut_log(const ReplayPlan& plan, const std::filesystem::path& to,
                          const CutOptions& options) {
  std::error_code ignored;
  if (std::filesystem::equivalent(plan.path, to, ignored))
    return fail(ErrorCode::kBadInput, "the cut would stand in place of its own log", to.string(),
                "name another file");
  std::unique_ptr<recording::LogWriter> writer;
  if (plan.version == 1) {
    // Its size stands at the front.
    VYRE_TRY(const auto counted, Cutter(plan, options, nullptr).run());
    VYRE_TRY(writer, recording::create_log_v1(to, std::max<std::uint64_t>(counted.slots, 1)));
  } else {
    VYRE_TRY(writer, recording::create_log(to));
  }
  VYRE_TRY(auto report, Cutter(plan, options, writer.get()).run());
  VYRE_CHECK(writer->close());
  return report;
}

}  // namespace vyre::session
