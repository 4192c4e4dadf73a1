#include "session/replayer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "session/stall.hpp"

namespace vyre::session {

namespace {

using recording::CheckpointRecord;
using recording::ControlWriteRecord;
using recording::LogRecord;
using recording::PublicationForm;
using recording::PublicationRecord;
using recording::WaitRecord;

constexpr std::size_t kMaxKeptPublications = 64;
constexpr std::size_t kMaxKeptOpcodes = 8;
/// How often a replay at the recorded speed looks whether it was interrupted.
constexpr std::chrono::milliseconds kNap{20};

bool is_tenant_word(std::uint32_t word) {
  return (word >= protocol::kTenantMaskWord && word < protocol::kTenantMaskWord + protocol::kTenantCount) ||
         (word >= protocol::kTenantQuotaWord &&
          word < protocol::kTenantQuotaWord + protocol::kTenantCounters);
}

}  // namespace

Replayer::Replayer(const ReplayPlan& plan, ring::Backend& backend, RunConsumer& consumer,
                   ring::Publisher& publisher, Recorder* recorder, trace::Tracer* tracer,
                   const ReplayOptions& options, ReplayReport& report)
    : plan_(plan),
      backend_(backend),
      consumer_(consumer),
      publisher_(publisher),
      recorder_(recorder),
      tracer_(tracer),
      options_(options),
      report_(report),
      trail_(plan.run),
      first_time_ns_(plan.first_time_ns) {}

Result<void> Replayer::settle_all() {
  const trace::WaitSpan span(tracer_, "all slots", 0);
  return settle(backend_, publisher_, deadline());
}

bool Replayer::is_past_the_end(const CheckpointRecord& checkpoint) const {
  return options_.until_epoch && checkpoint.epoch >= *options_.until_epoch;
}

Result<Replayer::Landmarks> Replayer::find_landmarks() const {
  Landmarks landmarks;
  VYRE_TRY(auto log, LogRun::open(plan_.path, plan_.run_index));
  LogRecord record;
  for (;;) {
    VYRE_TRY(const bool more, log.next(record));
    if (!more) break;
    const auto* checkpoint = std::get_if<CheckpointRecord>(&record.what);
    if (checkpoint == nullptr) continue;
    if (options_.from_epoch && checkpoint->quiescent && checkpoint->epoch < *options_.from_epoch)
      landmarks.start = record.offset;
    landmarks.last_checkpoint = record.offset;
    if (is_past_the_end(*checkpoint)) break;
  }
  return landmarks;
}

Result<void> Replayer::play() {
  VYRE_TRY(landmarks_, find_landmarks());
  expected_ = expect_own();
  if (options_.against) { VYRE_TRY(expected_, expect_from(*options_.against)); }
  VYRE_TRY(auto log, LogRun::open(plan_.path, plan_.run_index));
  return play(std::move(log));
}

Result<void> Replayer::play(LogRun log) {
  started_ = finished_ = ring::Clock::now();
  Result<void> played;
  LogRecord record;
  for (;;) {
    VYRE_TRY(const bool more, log.next(record));
    if (!more) break;
    offset_ = record.offset;
    played = offset_ <= landmarks_.start && landmarks_.start != 0 ? skip(record) : play_record(record);
    finished_ = ring::Clock::now();
    if (!played) break;
    const auto* checkpoint = std::get_if<CheckpointRecord>(&record.what);
    if (checkpoint != nullptr && is_past_the_end(*checkpoint)) break;
  }
  if (played) played = settle_all();
  finished_ = ring::Clock::now();
  if (played) return {};
  Error error = std::move(played).error();
  if (error.where.empty()) error.where = fmt::format("{}, byte {}", plan_.path.string(), offset_);
  if (error.code == ErrorCode::kTimeout && backend_.health())
    error.what += "\n" + stall_report(backend_, publisher_, recording::names_of(plan_.run));
  return std::unexpected(std::move(error));
}

Result<void> Replayer::play_record(const LogRecord& record) {
  VYRE_CHECK(consumer_.health());
  if (options_.original_timing) VYRE_CHECK(wait_for_time(record.time_ns));
  return std::visit([this](const auto& what) { return play(what); }, record.what);
}

Result<void> Replayer::skip(const LogRecord& record) {
  first_time_ns_ = record.time_ns;
  if (const auto* write = std::get_if<ControlWriteRecord>(&record.what)) return play(*write);
  if (const auto* checkpoint = std::get_if<CheckpointRecord>(&record.what)) {
    trail_.apply(*checkpoint);
    epoch_ = checkpoint->epoch;
  }
  return record.offset == landmarks_.start ? begin_here() : Result<void>{};
}

Result<void> Replayer::begin_here() {
  VYRE_CHECK(backend_.write_control(protocol::kEpochWord, epoch_));
  for (std::uint32_t index = 0; index < trail_.values().size(); ++index)
    VYRE_CHECK(backend_.write_control(protocol::kObservableWord + index, trail_.values()[index]));
  return {};
}

Result<void> Replayer::wait_for_time(std::uint64_t time_ns) {
  if (time_ns <= first_time_ns_) return {};
  const trace::WaitSpan span(tracer_, "recorded time", time_ns - first_time_ns_);
  const std::chrono::duration<double, std::nano> distance(static_cast<double>(time_ns - first_time_ns_) /
                                                          options_.speed);
  const auto due = started_ + std::chrono::duration_cast<ring::Clock::duration>(distance);
  for (;;) {
    const auto left = due - ring::Clock::now();
    if (left <= ring::Clock::duration::zero()) return {};
    std::this_thread::sleep_for(std::min<ring::Clock::duration>(left, kNap));
    VYRE_CHECK(consumer_.health());
  }
}

Result<void> Replayer::play(const PublicationRecord& publication) {
  std::span<const protocol::Slot> slots = publication.slots;
  const bool is_window = publication.form == PublicationForm::kWindow;
  auto required = is_window ? std::optional(publication.window_required) : std::nullopt;
  if (options_.only_tenant) {
    filtered_.clear();
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      if (slots[i].tenant == *options_.only_tenant)
        filtered_.push_back(slots[i]);
      else if (required && i < publication.window_required)
        --*required;
    }
    if (filtered_.empty()) return {};
    slots = filtered_;
  }
  // Version 1 knows no waits, but the epoch that stood at each publication.
  if (publication.epoch && *publication.epoch > epoch_) {
    const trace::WaitSpan span(tracer_, "epoch", *publication.epoch);
    VYRE_CHECK(wait_epoch(backend_, consumer_, *publication.epoch, deadline()));
    epoch_ = *publication.epoch;
  }
  ring::PublishOptions placement{.priority = {}, .at_slot = {}, .deadline = deadline()};
  if (publication.in_partition && slots[0].priority < protocol::kPriorityCount)
    placement.priority = static_cast<protocol::Priority>(slots[0].priority);
  if (publication.at_slot || plan_.version == 1) placement.at_slot = publication.first_slot;
  if (tracer_ != nullptr) tracer_->about_to_publish();
  VYRE_TRY(last_ticket_,
           publisher_.publish(descriptor::Recorded{.slots = slots, .window_required = required}, placement));
  last_recorded_ticket_ = publication.ticket;
  remember(publication);
  return {};
}

void Replayer::remember(const PublicationRecord& publication) {
  if (publications_.size() == kMaxKeptPublications) {
    publications_.pop_front();
    ++publications_omitted_;
  }
  auto& kept = publications_.emplace_back();
  kept = {.ticket = publication.ticket,
          .first_slot = publication.first_slot,
          .slot_count = static_cast<std::uint32_t>(publication.slots.size()),
          .opcodes = {}};
  for (const auto& slot : publication.slots) {
    if (kept.opcodes.size() == kMaxKeptOpcodes) break;
    if (std::ranges::find(kept.opcodes, slot.opcode) == kept.opcodes.end())
      kept.opcodes.push_back(slot.opcode);
  }
}

Result<void> Replayer::play(const ControlWriteRecord& write) {
  VYRE_CHECK(backend_.write_control(write.word, write.value));
  if (recorder_ != nullptr) recorder_->control_written(write.word, write.value);
  if (is_tenant_word(write.word))
    publisher_.ring_again();  // the kernel forgot the slots that it might not run
  return {};
}

Result<void> Replayer::play(const WaitRecord& wait) {
  Result<void> waited;
  switch (wait.awaited) {
    case WaitRecord::For::kTicket:
      // A run waits for what it published last; anything else means that this one was left out.
      if (wait.value != last_recorded_ticket_) return {};
      {
        const trace::WaitSpan span(tracer_, "ticket", last_ticket_.id);
        waited = publisher_.wait(last_ticket_, deadline());
      }
      break;
    case WaitRecord::For::kAll: waited = settle_all(); break;
    case WaitRecord::For::kEpoch:
      if (options_.only_tenant) return {};  // the fences may be among what is left out
      publisher_.ring_again();              // a shuffled schedule may hold the fences back
      {
        const trace::WaitSpan span(tracer_, "epoch", wait.value);
        waited = wait_epoch(backend_, consumer_, static_cast<std::uint32_t>(wait.value), deadline());
      }
      break;
    case WaitRecord::For::kWindow: {
      const trace::WaitSpan span(tracer_, "window", wait.value);
      waited = publisher_.wait_window(static_cast<std::uint32_t>(wait.value), deadline());
    }
      if (!waited && waited.error().code == ErrorCode::kNotFound && options_.only_tenant) return {};
      break;
  }
  if (waited && recorder_ != nullptr)
    recorder_->waited(wait.awaited, wait.awaited == WaitRecord::For::kTicket ? last_ticket_.id : wait.value,
                      publisher_);
  return waited;
}

Result<void> Replayer::play(const CheckpointRecord& checkpoint) {
  trail_.apply(checkpoint);
  const bool last = offset_ == landmarks_.last_checkpoint;
  std::optional<std::vector<std::uint32_t>> expected;
  if (expected_ && (!options_.only_tenant || options_.against)) {
    VYRE_TRY(expected, expected_->at(checkpoint, trail_.values(), last));
  }
  if (!expected) {
    ++report_.not_compared;
  } else {
    VYRE_CHECK(settle_all());
    ++report_.compared;
    if (!report_.divergence) VYRE_CHECK(compare(checkpoint, *expected));
  }
  epoch_ = checkpoint.epoch;
  publications_.clear();
  publications_omitted_ = 0;
  return {};
}

Result<void> Replayer::compare(const CheckpointRecord& checkpoint,
                               const std::vector<std::uint32_t>& expected) {
  Divergence divergence{.source = options_.against ? options_.against->string() : std::string(),
                        .epoch = checkpoint.epoch,
                        .record_offset = offset_,
                        .publications = {}};
  std::uint32_t differing = 0;
  const auto check = [&](std::uint32_t word, std::uint32_t recorded, std::uint32_t replayed) {
    if (recorded == replayed) return;
    if (differing++ != 0) return;
    divergence.word = word;
    divergence.recorded = recorded;
    divergence.replayed = replayed;
  };
  if (!options_.against) {
    std::uint32_t epoch = 0;
    VYRE_CHECK(backend_.read_control(protocol::kEpochWord, {&epoch, 1}));
    check(protocol::kEpochWord, checkpoint.epoch, epoch);
  }
  std::vector<std::uint32_t> now(std::min<std::size_t>(expected.size(), plan_.run.observable_count));
  VYRE_CHECK(backend_.read_control(protocol::kObservableWord, now));
  for (std::uint32_t index = 0; index < now.size(); ++index)
    check(protocol::kObservableWord + index, expected[index], now[index]);
  if (differing == 0) return {};
  divergence.other_words = differing - 1;
  divergence.publications.assign(publications_.begin(), publications_.end());
  divergence.publications_omitted = publications_omitted_;
  report_.divergence = std::move(divergence);
  return {};
}

}  // namespace vyre::session
