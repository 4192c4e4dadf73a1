#include "session/recorder.hpp"

#include <chrono>

#include "vyre/ring/publication.hpp"

namespace vyre::session {

namespace {

using recording::PublicationForm;

using std::chrono::nanoseconds;

/// What the wall clock is ahead of the one that publications are timed by. Taken once for a log, so that a
/// wall clock that is set meanwhile does not show.
nanoseconds wall_clock_lead() {
  return nanoseconds(std::chrono::system_clock::now().time_since_epoch()) -
         nanoseconds(ring::Clock::now().time_since_epoch());
}

PublicationForm form_of(const descriptor::Descriptor& descriptor) {
  struct {
    PublicationForm operator()(const descriptor::Single&) const { return PublicationForm::kSingle; }
    PublicationForm operator()(const descriptor::Packed&) const { return PublicationForm::kPacked; }
    PublicationForm operator()(const descriptor::Batch&) const { return PublicationForm::kBatch; }
    PublicationForm operator()(const descriptor::FencedBatch&) const { return PublicationForm::kFencedBatch; }
    PublicationForm operator()(const descriptor::WorkItems&) const { return PublicationForm::kWorkItems; }
    PublicationForm operator()(const descriptor::Window&) const { return PublicationForm::kWindow; }
    PublicationForm operator()(const descriptor::Recorded& recorded) const {
      if (recorded.window_required) return PublicationForm::kWindow;
      return recorded.slots.size() == 1 ? PublicationForm::kSingle : PublicationForm::kBatch;
    }
  } form;
  return std::visit(form, descriptor);
}

Result<std::unique_ptr<recording::LogWriter>> open_writer(const RecordOptions& options) {
  if (options.version == 1)
    return options.append ? recording::append_log_v1(options.path)
                          : recording::create_log_v1(options.path, options.capacity);
  return options.append ? recording::append_log(options.path) : recording::create_log(options.path);
}

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::open(const RecordOptions& options, recording::RunRecord origin,
                                                 ring::Backend& backend) {
  VYRE_TRY(auto writer, open_writer(options));
  std::unique_ptr<Recorder> recorder(
      new Recorder(std::move(writer), backend, options.version, wall_clock_lead()));
  recorder->observables_.resize(origin.observable_count);
  for (const auto& [index, value] : origin.initial_observables)
    if (index < recorder->observables_.size()) recorder->observables_[index] = value;
  if (options.version != 1) {
    VYRE_CHECK(recorder->writer_->append(
        {.time_ns = recorder->wall_clock_ns(ring::Clock::now()), .offset = 0, .what = std::move(origin)}));
    VYRE_CHECK(recorder->writer_->flush());
  }
  return recorder;
}

std::uint64_t Recorder::wall_clock_ns(ring::Clock::time_point when) const {
  return static_cast<std::uint64_t>((wall_clock_lead_ + nanoseconds(when.time_since_epoch())).count());
}

void Recorder::note(Result<void> written) {
  if (!written && !error_) error_ = std::move(written).error();
}

void Recorder::append(const decltype(recording::LogRecord::what)& what) {
  if (error_ || version_ == 1) return;
  note(writer_->append({.time_ns = wall_clock_ns(ring::Clock::now()), .offset = 0, .what = what}));
}

std::uint32_t Recorder::read_word(std::uint32_t word) {
  std::uint32_t value = 0;
  note(backend_.read_control(word, {&value, 1}));
  return value;
}

void Recorder::on_publication(const ring::Publication& publication) noexcept {
  const std::lock_guard lock(mutex_);
  if (error_) return;
  try {
    slots_.resize(publication.ticket.slot_count);
    const ring::RingView copy{
        {reinterpret_cast<std::uint32_t*>(slots_.data()), slots_.size() * protocol::kSlotWords}};
    static_cast<void>(ring::publish_for_doorbell(copy, 0, publication.descriptor, publication.priority));
    head_.form = form_of(publication.descriptor);
    head_.ticket = publication.ticket.id;
    head_.first_slot = publication.ticket.first_slot;
    head_.at_slot = publication.at_slot;
    head_.in_partition = publication.in_partition;
    head_.window_ticket = head_.window_required = 0;
    if (const auto* window = std::get_if<descriptor::Window>(&publication.descriptor)) {
      head_.window_ticket = window->ticket;
      head_.window_required = static_cast<std::uint32_t>(window->required.size());
    } else if (const auto* recorded = std::get_if<descriptor::Recorded>(&publication.descriptor);
               recorded != nullptr && recorded->window_required) {
      head_.window_ticket = slots_.front().args[0];
      head_.window_required = *recorded->window_required;
    }
    // Only version 1 has a place for it, and a read of device memory costs a microsecond.
    if (version_ == 1) head_.epoch = read_word(protocol::kEpochWord);
    published_ += slots_.size();
    for (const auto& slot : slots_)
      if (slot.opcode == protocol::kOpBatchFence || slot.opcode == protocol::kOpPackedSlot)
        fence_published_ = true;
    note(writer_->append_publication(wall_clock_ns(publication.published_at), head_, slots_));
  } catch (const std::exception& exception) {  // out of memory
    note(fail(ErrorCode::kTooMany, exception.what(), "recording", "record a smaller run"));
  }
}

void Recorder::control_written(std::uint32_t word, std::uint32_t value) {
  const std::lock_guard lock(mutex_);
  append(recording::ControlWriteRecord{.word = word, .value = value});
}

void Recorder::waited(recording::WaitRecord::For awaited, std::uint64_t value,
                      const ring::Publisher& publisher) {
  const bool at_rest = publisher.counts().in_flight == 0;
  bool epoch_changed = false;
  {
    const std::lock_guard lock(mutex_);
    append(recording::WaitRecord{.awaited = awaited, .value = value});
    epoch_changed = fence_published_ && read_word(protocol::kEpochWord) != epoch_;
  }
  if (epoch_changed) checkpoint(at_rest);
}

void Recorder::checkpoint(bool at_rest) {
  const std::lock_guard lock(mutex_);
  if (error_ || version_ == 1) return;
  recording::CheckpointRecord checkpoint;
  checkpoint.epoch = epoch_ = read_word(protocol::kEpochWord);
  checkpoint.done_count = read_word(protocol::kDoneCountWord);
  checkpoint.published = published_;
  checkpoint.quiescent = at_rest;
  std::vector<std::uint32_t> now(observables_.size());
  note(backend_.read_control(protocol::kObservableWord, now));
  for (std::uint32_t index = 0; index < now.size(); ++index)
    if (now[index] != observables_[index]) checkpoint.observables[index] = now[index];
  observables_ = std::move(now);
  fence_published_ = !at_rest && fence_published_;
  append(checkpoint);
  if (!error_) note(writer_->flush());
}

Result<void> Recorder::finish(const ring::PublisherCounts& counts, bool ended,
                              std::optional<recording::LogWriter::Lost>& lost) {
  const std::lock_guard lock(mutex_);
  append(recording::EndRecord{.verdict = ended ? "finished" : "stopped",
                              .published = counts.published,
                              .done = counts.done,
                              .faulted = counts.faulted});
  auto closed = writer_->close();
  if (error_) return std::unexpected(*error_);
  lost = writer_->lost();
  return closed;
}

}  // namespace vyre::session
