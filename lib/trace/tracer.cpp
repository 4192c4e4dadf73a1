#include "trace/tracer.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include <fmt/format.h>

#include "base/overload.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::trace {

namespace {

using ring::ClockMap;

constexpr std::string_view kPublished = "publication";
constexpr std::string_view kSlot = "slot";
constexpr std::string_view kWait = "wait";
constexpr std::string_view kSlice = "slice";

/// Shorter waits for free slots are only the time that finding them takes.
constexpr std::chrono::microseconds kLeastWaitForSlots{10};
/// The last pass took more ticks than its word counts, or the clock began anew in it.
constexpr std::uint32_t kUnknownTicks = 0xFFFF'FFFF;

/// Ranks of the device's tracks: slices, then lanes by number, then parked slots.
constexpr std::int32_t kFirstLaneRank = 1;
constexpr std::int32_t kFirstParkedRank = 1 << 24;

std::int64_t to_ns(Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

std::string_view form_name(const descriptor::Descriptor& descriptor) {
  return std::visit(
      base::Overload{[](const descriptor::Single&) { return std::string_view("single"); },
                     [](const descriptor::Packed&) { return std::string_view("packed"); },
                     [](const descriptor::Batch&) { return std::string_view("batch"); },
                     [](const descriptor::FencedBatch&) { return std::string_view("fenced batch"); },
                     [](const descriptor::WorkItems&) { return std::string_view("work items"); },
                     [](const descriptor::Window&) { return std::string_view("window"); },
                     [](const descriptor::Recorded& recorded) {
                       if (recorded.window_required) return std::string_view("window");
                       return std::string_view(recorded.slots.size() == 1 ? "single" : "batch");
                     }},
      descriptor);
}

std::optional<std::uint64_t> window_ticket(const descriptor::Descriptor& descriptor) {
  if (const auto* window = std::get_if<descriptor::Window>(&descriptor)) return window->ticket;
  const auto* recorded = std::get_if<descriptor::Recorded>(&descriptor);
  if (recorded == nullptr || !recorded->window_required || recorded->slots.empty()) return std::nullopt;
  return recorded->slots.front().args[0];
}

std::string clock_name(ClockMap::Source source) {
  switch (source) {
    case ClockMap::Source::kHost: return "host";
    case ClockMap::Source::kHandshake: return "handshake";
    case ClockMap::Source::kCalibrated: return "calibrated timestamps";
  }
  return "";
}

std::uint64_t clock_word(const std::uint32_t* words, std::uint32_t at) {
  return words[at] | std::uint64_t{words[at + 1]} << 32;
}

}  // namespace

Result<std::unique_ptr<Tracer>> Tracer::open(const TraceOptions& options, About about,
                                             ring::Backend& backend) {
  VYRE_TRY(auto writer, create_trace(options.path));
  std::unique_ptr<Tracer> tracer(new Tracer(std::move(writer), options, std::move(about), backend));
  if (!tracer->device_words_.empty()) { VYRE_TRY(tracer->spool_, Spool<SlotRecord>::create(options.path)); }
  if (tracer->device_ != nullptr) tracer->device_->listen(tracer.get());
  return tracer;
}

Tracer::Tracer(std::unique_ptr<TraceWriter> writer, const TraceOptions& options, About about,
               ring::Backend& backend)
    : writer_(std::move(writer)),
      about_(std::move(about)),
      memory_(backend.ring_memory()),
      device_(backend.device_trace()),
      opcode_names_(options.opcode_names.begin(), options.opcode_names.end()),
      in_flight_(memory_.ring.slot_count()) {
  host_ = writer_->add_group("host");
  publisher_track_ = writer_->add_track(host_, "publisher", next_host_rank_++);
  waits_track_ = writer_->add_track(host_, "waits", next_host_rank_++);
  if (device_ == nullptr) {
    summary_.note = "the backend was opened without a timeline in mind";
    return;
  }
  summary_.note = device_->note();
  device_words_ = device_->slots();
  device_group_ = writer_->add_group(backend.device_name());
  slices_track_ = writer_->add_track(device_group_, "slices", 0);
}

Tracer::~Tracer() {
  if (device_ != nullptr) device_->listen(nullptr);
}

// --- While it runs -------------------------------------------------------------------------------------

void Tracer::about_to_publish() noexcept {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  about_to_publish_ = now;
}

void Tracer::on_publication(const ring::Publication& publication) noexcept {
  const std::int64_t end_ns = to_ns(Clock::now());
  const std::lock_guard lock(mutex_);
  if (about_to_publish_ && publication.published_at - *about_to_publish_ >= kLeastWaitForSlots) {
    const std::array arguments{Argument{"slots", std::uint64_t{publication.ticket.slot_count}}};
    writer_->add_span({.track = waits_track_,
                       .begin_ns = to_ns(*about_to_publish_),
                       .end_ns = to_ns(publication.published_at),
                       .name = "free slots",
                       .category = kWait,
                       .arguments = arguments});
  }
  about_to_publish_.reset();
  write_publication(publication, end_ns);
}

void Tracer::write_publication(const ring::Publication& publication, std::int64_t end_ns) {
  const auto& [id, first, count] = publication.ticket;
  const std::int64_t begin_ns = to_ns(publication.published_at);
  const std::uint64_t first_flow = next_flow_;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto slot = descriptor::encode_slot(publication.descriptor, i, publication.priority);
    in_flight_[first + i] = {.published_ns = begin_ns,
                             .ticket = id,
                             .flow = next_flow_++,
                             .opcode = slot.opcode,
                             .tenant = slot.tenant};
  }
  ++summary_.publications;
  std::vector<Argument> arguments{{"ticket", id},
                                  {"first_slot", std::uint64_t{first}},
                                  {"slots", std::uint64_t{count}},
                                  {"tenant", std::uint64_t{in_flight_[first].tenant}},
                                  {"opcode", opcode_name(in_flight_[first].opcode)}};
  if (const auto window = window_ticket(publication.descriptor)) arguments.push_back({"window", *window});
  writer_->add_span({.track = publisher_track_,
                     .begin_ns = begin_ns,
                     .end_ns = end_ns,
                     .name = form_name(publication.descriptor),
                     .category = kPublished,
                     .arguments = arguments,
                     .first_flow_out = first_flow,
                     .flows_out = has_device_times() ? count : 0});
}

void Tracer::on_retirement(const ring::Ticket& ticket) noexcept {
  const std::int64_t now_ns = to_ns(Clock::now());
  const std::lock_guard lock(mutex_);
  for (std::uint32_t slot = ticket.first_slot; slot < ticket.first_slot + ticket.slot_count; ++slot) {
    if (has_device_times()) {
      SlotRecord record{.published = in_flight_[slot], .seen_ns = now_ns, .slot = slot};
      // The publisher has seen the completion with acquire order, so all before it stands.
      record.completion = std::atomic_ref(memory_.completions[slot]).load(std::memory_order_relaxed);
      const auto words =
          device_words_.subspan(std::size_t{protocol::kTraceWords} * slot, protocol::kTraceWords);
      std::ranges::copy(words, record.words);
      spool_->append(record);
    }
    in_flight_[slot].ticket = 0;
  }
}

void Tracer::on_slice(const ring::Slice& slice) noexcept {
  const std::lock_guard lock(mutex_);
  const std::int64_t submitted_ns = to_ns(slice.submitted);
  // Two are queued at a time, and run one after the other.
  const std::int64_t begin_ns = std::max(submitted_ns, last_slice_end_);
  slices_.push_back(submitted_ns);
  last_slice_end_ = to_ns(slice.ended);
  const std::array arguments{Argument{"number", slice.number},
                             Argument{"queued_ns", static_cast<std::uint64_t>(begin_ns - submitted_ns)}};
  writer_->add_span({.track = slices_track_,
                     .begin_ns = begin_ns,
                     .end_ns = last_slice_end_,
                     .name = kSlice,
                     .category = kSlice,
                     .arguments = arguments});
}

TrackId Tracer::add_host_track(std::string_view name) {
  const std::lock_guard lock(mutex_);
  return writer_->add_track(host_, name, next_host_rank_++);
}

void Tracer::add_host_span(TrackId track, std::string_view name, Clock::time_point begin,
                           Clock::time_point end, std::span<const Argument> arguments) {
  const std::lock_guard lock(mutex_);
  writer_->add_span({.track = track,
                     .begin_ns = to_ns(begin),
                     .end_ns = to_ns(end),
                     .name = name,
                     .category = kWait,
                     .arguments = arguments});
}

void Tracer::add_wait(std::string_view what, std::uint64_t value, Clock::time_point begin) {
  const std::array arguments{Argument{"for", value}};
  add_host_span(waits_track_, what, begin, Clock::now(), arguments);
}

std::string_view Tracer::opcode_name(std::uint32_t opcode) const {
  const auto found = opcode_names_.find(opcode);
  if (found != opcode_names_.end()) return found->second;
  const auto* info = protocol::find_opcode(opcode);
  // Any number may be published, and a writer keeps each name: those without one share it.
  return info != nullptr ? info->name : std::string_view("opcode without a name");
}

// --- Afterwards ------------------------------------------------------------------------------------------

Result<TraceSummary> Tracer::finish() {
  if (device_ != nullptr) device_->listen(nullptr);
  const std::lock_guard lock(mutex_);
  Result<void> spooled;
  if (has_device_times()) {
    const auto clock = device_->clock_map();
    if (clock) {
      summary_.clock = clock_name(clock->source);
      summary_.error_ns = clock->error_ns;
      spooled = spool_->for_each([&](const SlotRecord& record) { write_slot(record, *clock); });
    } else {
      summary_.note = clock.error().what;
    }
  }
  write_unfinished();
  std::vector<Argument> metadata;
  write_metadata(metadata);
  auto closed = writer_->close(metadata);
  if (!spooled) return std::unexpected(std::move(spooled).error());
  if (!closed) return std::unexpected(std::move(closed).error());
  return summary_;
}

std::int64_t Tracer::slice_begin(std::uint32_t number, std::int64_t otherwise_ns) const noexcept {
  return number == 0 || number > slices_.size() ? otherwise_ns : slices_[number - 1];
}

void Tracer::move(std::int64_t& time_ns, std::int64_t bound_ns, const ClockMap& clock) noexcept {
  const auto distance = static_cast<std::uint64_t>(std::abs(time_ns - bound_ns));
  ++(distance <= clock.error_ns ? summary_.moved : summary_.moved_beyond);
  time_ns = bound_ns;
}

Tracer::Times Tracer::times_of(const SlotRecord& record, const ClockMap& clock) {
  const auto map = [&](std::uint32_t clock_at, std::uint32_t slice_at) {
    return clock.to_host_ns(clock_word(record.words, clock_at),
                            slice_begin(record.words[slice_at], record.published.published_ns));
  };
  Times times{.claim_ns = map(protocol::kTraceClaimWord, protocol::kTraceClaimSliceWord),
              .end_ns = map(protocol::kTraceEndWord, protocol::kTraceEndSliceWord)};
  if (times.claim_ns < record.published.published_ns)
    move(times.claim_ns, record.published.published_ns, clock);
  if (times.end_ns > record.seen_ns) move(times.end_ns, record.seen_ns, clock);
  times.end_ns = std::max(times.end_ns, times.claim_ns);
  const std::uint32_t ticks = record.words[protocol::kTraceLastPassWord];
  const auto last_pass = std::llround(static_cast<double>(ticks) * clock.ns_per_tick);
  times.last_pass_ns = ticks == kUnknownTicks
                           ? times.claim_ns
                           : std::max<std::int64_t>(times.claim_ns, times.end_ns - last_pass);
  return times;
}

void Tracer::write_slot(const SlotRecord& record, const ClockMap& clock) {
  const Times times = times_of(record, clock);
  const InFlight& published = record.published;
  const std::uint32_t* words = record.words;
  const auto ticks =
      static_cast<std::uint32_t>(words[protocol::kTraceEndWord] - words[protocol::kTraceClaimWord]);
  const std::uint32_t last_ticks = words[protocol::kTraceLastPassWord];
  const bool was_parked = last_ticks != kUnknownTicks && last_ticks != ticks;
  const std::uint32_t status = protocol::completion_status(record.completion);
  std::vector<Argument> arguments{
      {"slot", std::uint64_t{record.slot}},
      {"ticket", published.ticket},
      {"tenant", std::uint64_t{published.tenant}},
      {"opcode", std::uint64_t{published.opcode}},
      {"status", protocol::status_name(status)},
      {"subgroup", std::uint64_t{words[protocol::kTraceSubgroupWord]}},
      {"since_published_ns", static_cast<std::uint64_t>(times.claim_ns - published.published_ns)}};
  const std::string_view name = opcode_name(published.opcode);
  if (was_parked) {
    arguments.push_back({"claimed_by", std::uint64_t{words[protocol::kTraceClaimerWord]}});
    writer_->add_span({.track = parked_track(record.slot),
                       .begin_ns = times.claim_ns,
                       .end_ns = times.end_ns,
                       .name = name,
                       .category = "parked",
                       .arguments = arguments,
                       .flow_in = published.flow});
  }
  writer_->add_span({.track = lane_track(words[protocol::kTraceFinisherWord]),
                     .begin_ns = was_parked ? times.last_pass_ns : times.claim_ns,
                     .end_ns = times.end_ns,
                     .name = name,
                     .category = kSlot,
                     .arguments = arguments,
                     .flow_in = was_parked ? 0 : published.flow});
  ++summary_.slots;
}

TrackId Tracer::lane_track(std::uint32_t invocation) {
  const auto found = lane_tracks_.find(invocation);
  if (found != lane_tracks_.end()) return found->second;
  const std::uint32_t lanes = std::max(1U, device_->lanes());
  const TrackId track = writer_->add_track(
      device_group_, fmt::format("workgroup {} lane {}", invocation / lanes, invocation % lanes),
      kFirstLaneRank + static_cast<std::int32_t>(std::min(invocation, 0xFF'FFFFU)));
  return lane_tracks_.emplace(invocation, track).first->second;
}

TrackId Tracer::parked_track(std::uint32_t slot) {
  const auto found = parked_tracks_.find(slot);
  if (found != parked_tracks_.end()) return found->second;
  const TrackId track = writer_->add_track(device_group_, fmt::format("parked: slot {}", slot),
                                           kFirstParkedRank + static_cast<std::int32_t>(slot));
  return parked_tracks_.emplace(slot, track).first->second;
}

void Tracer::write_unfinished() {
  for (std::uint32_t slot = 0; slot < in_flight_.size(); ++slot) {
    const InFlight& published = in_flight_[slot];
    if (published.ticket == 0) continue;
    ++summary_.unfinished;
    if (unfinished_track_ == 0)
      unfinished_track_ = writer_->add_track(host_, "never finished", next_host_rank_++);
    const std::array arguments{Argument{"slot", std::uint64_t{slot}}, Argument{"ticket", published.ticket},
                               Argument{"tenant", std::uint64_t{published.tenant}}};
    writer_->add_instant({.track = unfinished_track_,
                          .begin_ns = published.published_ns,
                          .end_ns = published.published_ns,
                          .name = opcode_name(published.opcode),
                          .category = kSlot,
                          .arguments = arguments,
                          .flow_in = has_device_times() ? published.flow : 0});
  }
}

void Tracer::write_metadata(std::vector<Argument>& arguments) const {
  for (const auto& [name, value] : about_) arguments.push_back({name, std::string_view(value)});
  arguments.push_back({"time", "CLOCK_MONOTONIC, nanoseconds"});
  arguments.push_back({"publications", summary_.publications});
  arguments.push_back({"slots", summary_.slots});
  arguments.push_back({"unfinished", summary_.unfinished});
  if (!summary_.note.empty()) arguments.push_back({"note", std::string_view(summary_.note)});
  if (summary_.clock.empty()) return;
  arguments.push_back({"device_clock", std::string_view(summary_.clock)});
  arguments.push_back({"device_clock_error_ns", summary_.error_ns});
  arguments.push_back({"times_moved", summary_.moved});
  arguments.push_back({"times_moved_beyond_error", summary_.moved_beyond});
}

}  // namespace vyre::trace
