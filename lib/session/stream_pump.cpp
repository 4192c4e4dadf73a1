#include "session/stream_pump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "session/stream_chunk.hpp"
#include "session/stream_faults.hpp"
#include "session/stream_layout.hpp"
#include "session/stream_memory.hpp"
#include "session/stream_publish.hpp"
#include "session/stream_results.hpp"
#include "session/stream_waiting.hpp"
#include "vyre/ring/payload_road.hpp"

namespace vyre::session {

namespace {

using std::chrono::nanoseconds;

/// A pump that waits for a read looks at the kernel and the copies so often; with neither out, only whether
/// it was interrupted.
constexpr std::chrono::microseconds kShortPatience{100};
constexpr std::chrono::milliseconds kLongPatience{20};
/// Once nothing has moved, slots are awaited for so long by the publisher, which then passes over old ones.
constexpr std::chrono::milliseconds kRoomPatience{5};
constexpr std::chrono::milliseconds kProgressEvery{100};
/// So much is read, and so much is told of, before the pump looks at the other parts: a read from the page
/// cache takes the pump's own time, and the kernel is to have its first chunk before the last is read.
constexpr std::uint64_t kBytesAStep = 256U << 10;

/// What a step needs, made of it and checked.
struct Plan {
  StreamLayout layout;
  StreamPublication::Settings settings;
  bool in_order = true;
  bool looks_at_bytes = false;  ///< the host does: regular expressions have their matches' texts
};

/// From its front to the end of what was read into it.
std::uint64_t bytes_of(const stream::Chunk& chunk) {
  return chunk.pieces.back().chunk_offset + chunk.pieces.back().size_bytes;
}

class Pump {
 public:
  Pump(const StreamContext& context, Plan plan, std::unique_ptr<StreamRoad> road, stream::ChunkReader reader,
       std::optional<std::uint64_t> known_bytes, StreamReport& report);

  Result<void> run();
  void finish_report();
  [[nodiscard]] std::uint32_t next_window() const noexcept { return publication_.next_window(); }

 private:
  Result<bool> step();
  Result<bool> read(nanoseconds patience);
  Result<bool> bring();
  Result<bool> end_copies(nanoseconds patience);
  Result<bool> publish();
  bool retire();
  Result<bool> finish_chunks();
  Result<void> finish(ChunkInFlight& chunk);
  Result<bool> wait();
  void tell_progress(bool at_end);
  [[nodiscard]] bool is_over() const { return read_state_ == stream::ReadState::kEnd && chunks_.empty(); }
  [[nodiscard]] std::size_t read_from() const { return out_ + ready_ + coming_; }

  StreamContext context_;
  Plan plan_;
  StreamReport& report_;
  std::unique_ptr<StreamRoad> road_;
  StreamCells cells_;
  StreamPublication publication_;
  StreamRescan rescan_;
  StreamResults results_;
  StreamWaiting waiting_;
  std::optional<std::uint64_t> known_bytes_;
  stream::ReadState read_state_ = stream::ReadState::kNothingYet;
  bool is_idle_ = false;  ///< the last step did nothing
  ring::Clock::time_point started_ = ring::Clock::now();
  ring::Clock::time_point told_ = started_;
  std::vector<std::uint64_t> retired_;

  /// As they were read: first those whose slots are out or finished, then those that are ready, then those on
  /// their way, then those that wait for a place. By ticket as far as they have one.
  std::deque<ChunkInFlight> chunks_;
  std::size_t out_ = 0, ready_ = 0, coming_ = 0;
  std::uint64_t slots_out_ = 0;
  std::uint64_t last_ticket_ = 0;

  stream::ChunkReader reader_;  ///< last: destroyed first, it ends the reads into the road's memory
};

Pump::Pump(const StreamContext& context, Plan plan, std::unique_ptr<StreamRoad> road,
           stream::ChunkReader reader, std::optional<std::uint64_t> known_bytes, StreamReport& report)
    : context_(context),
      plan_(std::move(plan)),
      report_(report),
      road_(std::move(road)),
      cells_(context.backend),
      publication_(plan_.layout, plan_.settings, cells_, context.publisher, context.tracer),
      rescan_(plan_.layout, cells_, context.publisher, plan_.settings.priority, context.timeout),
      results_(context.workload, cells_, plan_.layout.rules > 0 ? &rescan_ : nullptr, context.listener,
               report),
      waiting_(context.consumer, context.publisher, context.timeout, report),
      known_bytes_(known_bytes),
      reader_(std::move(reader)) {
  cells_.clear_results(plan_.layout.result_words());
}

Result<void> Pump::run() {
  while (!is_over()) {
    VYRE_CHECK(context_.consumer.health());
    VYRE_TRY(bool moved, step());
    if (!moved && !is_over()) { VYRE_TRY(moved, wait()); }
    is_idle_ = !moved;
    tell_progress(false);
  }
  tell_progress(true);
  return {};
}

/// Does what can be done without waiting. True: something was.
Result<bool> Pump::step() {
  VYRE_TRY(const bool read_some, read({}));
  VYRE_TRY(const bool brought, bring());
  VYRE_TRY(const bool copied, end_copies({}));
  VYRE_TRY(const bool published, publish());
  const bool retired = retire();
  VYRE_TRY(const bool finished, finish_chunks());
  return read_some || brought || copied || published || retired || finished;
}

Result<bool> Pump::read(nanoseconds patience) {
  bool moved = false;
  for (std::uint64_t bytes = 0; bytes < kBytesAStep && read_state_ != stream::ReadState::kEnd;) {
    ChunkInFlight next;
    const auto begin = ring::Clock::now();
    VYRE_TRY(read_state_, reader_.next(next.chunk, moved ? nanoseconds{} : patience));
    if (patience > nanoseconds{} && !moved) waiting_.add(ring::Clock::now() - begin);
    for (const Error& error : reader_.take_errors()) results_.tell_error(error);
    if (read_state_ != stream::ReadState::kChunk) break;
    if (!moved) waiting_.moved(StreamPart::kDisk);
    moved = true;
    bytes += bytes_of(next.chunk);
    results_.expect(next.chunk);
    chunks_.push_back(std::move(next));
  }
  return moved;
}

/// Chunks that were read begin their way into the arena, in order.
Result<bool> Pump::bring() {
  bool moved = false;
  for (; read_from() < chunks_.size(); ++coming_) {
    ChunkInFlight& chunk = chunks_[read_from()];
    VYRE_TRY(const auto place, road_->bring(chunk.chunk.buffer, bytes_of(chunk.chunk)));
    if (!place) break;
    chunk.place = *place;
    moved = true;
  }
  return moved;
}

Result<bool> Pump::end_copies(nanoseconds patience) {
  if (coming_ == 0) return false;
  const auto begin = ring::Clock::now();
  VYRE_TRY(const std::uint64_t arrived, road_->arrived(chunks_[out_ + ready_].place.copy, patience));
  if (patience > nanoseconds{}) waiting_.add(ring::Clock::now() - begin);
  bool moved = false;
  for (; coming_ > 0 && chunks_[out_ + ready_].place.copy <= arrived; --coming_, ++ready_) {
    ChunkInFlight& chunk = chunks_[out_ + ready_];
    publication_.plan(chunk);
    if (chunk.place.copy > 0 && !moved) waiting_.moved(StreamPart::kCopy);
    moved = true;
    if (!road_->copies() || plan_.looks_at_bytes) continue;
    reader_.release(chunk.chunk.buffer);
    chunk.holds_reader_buffer = false;
  }
  return moved;
}

Result<bool> Pump::publish() {
  bool moved = false;
  for (; ready_ > 0; --ready_, ++out_) {
    ChunkInFlight& chunk = chunks_[out_];
    if (!chunk.slots.empty()) {
      if (slots_out_ + chunk.slots.size() > plan_.settings.most_slots) break;
      // Room that the pump itself does not take is others' slots'.
      const bool waits = is_idle_ && slots_out_ == 0;
      const auto until = waits ? ring::Clock::now() + kRoomPatience : ring::Clock::time_point{};
      VYRE_TRY(const bool published, publication_.publish(chunk, until));
      if (!published) break;
      slots_out_ += chunk.slots.size();
      last_ticket_ = chunk.ticket;
    }
    chunk.is_finished = chunk.slots.empty();
    chunk.ticket = last_ticket_;
    moved = true;
  }
  return moved;
}

/// Learns which publications are finished.
bool Pump::retire() {
  if (slots_out_ > 0) context_.publisher.reap();
  context_.retirements.take(retired_);
  const auto end = chunks_.begin() + static_cast<std::ptrdiff_t>(out_);
  if (retired_.empty()) return false;
  std::optional<StreamFaults> faults;
  if (plan_.layout.rules > 0) faults.emplace(context_.publisher);
  bool moved = false;
  for (const std::uint64_t ticket : retired_) {
    const auto chunk = std::lower_bound(chunks_.begin(), end, ticket,
                                        [](const ChunkInFlight& one, auto id) { return one.ticket < id; });
    if (chunk == end || chunk->ticket != ticket || chunk->is_finished) continue;
    chunk->is_finished = true;
    slots_out_ -= chunk->slots.size();
    publication_.finished(ticket);
    // A scan that faulted has told nothing: what waits for its row is to go on all the same.
    for (std::uint32_t i = 0; faults && i < chunk->slots.size(); ++i) {
      StreamSlot& slot = chunk->slots[i];
      slot.faulted = faults->has(ticket, chunk->first_slot + i);
      if (slot.faulted && slot.exit != 0)
        cells_.set_cell(slot.exit, context_.workload.scan_rules[slot.rule].table.start + 1);
    }
    moved = true;
  }
  if (moved) waiting_.moved(StreamPart::kKernel);
  return moved;
}

Result<bool> Pump::finish_chunks() {
  bool moved = false;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < out_ && bytes < kBytesAStep;) {
    if (!chunks_[i].is_finished) {
      if (plan_.in_order) break;
      ++i;
      continue;
    }
    VYRE_CHECK(finish(chunks_[i]));
    bytes += bytes_of(chunks_[i].chunk);
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(i));
    --out_;
    moved = true;
  }
  return moved;
}

Result<void> Pump::finish(ChunkInFlight& chunk) {
  VYRE_CHECK(results_.finish(chunk, road_->reader_buffers()[chunk.chunk.buffer]));
  road_->leave(chunk.place);
  if (chunk.holds_reader_buffer) reader_.release(chunk.chunk.buffer);
  return {};
}

/// Waits where something can move next. True: something did.
Result<bool> Pump::wait() {
  const std::uint64_t slots = slots_out_ + ready_;
  if (slots > 0 || coming_ > 0) VYRE_CHECK(waiting_.check(slots, coming_));
  if (read_state_ == stream::ReadState::kNothingYet)
    return read(slots > 0 || coming_ > 0 ? nanoseconds(kShortPatience) : nanoseconds(kLongPatience));
  if (coming_ > 0) return end_copies(kShortPatience);
  waiting_.pause();
  return false;
}

void Pump::tell_progress(bool at_end) {
  if (context_.listener == nullptr) return;
  const auto now = ring::Clock::now();
  if (!at_end && now - told_ < kProgressEvery) return;
  told_ = now;
  context_.listener->on_progress({.bytes = report_.bytes,
                                  .known_bytes = known_bytes_,
                                  .files = results_.files_told(),
                                  .matches = report_.matches,
                                  .elapsed = now - started_});
}

void Pump::finish_report() {
  const auto statistics = reader_.statistics();
  report_.engine = reader_.engine_name();
  report_.files = statistics.files;
  report_.files_failed = statistics.files_failed;
  report_.files_left_out = statistics.left_out;
  report_.reads = statistics.io.reads;
  report_.elapsed = ring::Clock::now() - started_;
  for (auto& note : reader_.notes()) report_.notes.push_back(std::move(note));
  if (const std::uint64_t cut = results_.cut(); cut > 0)
    report_.notes.push_back(fmt::format(
        "{} of an expression may be told in part or not at all: no more than {} bytes of one are kept",
        cut == 1 ? "1 match" : fmt::format("{} matches", cut), scan::RegexSelection::kMaxHeldBytes));
}

/// Slots of the ring that the step's publications may take.
std::uint32_t slots_for(const workload::Workload& workload, std::optional<protocol::Priority> priority) {
  if (!priority && workload.scheduler == ring::Scheduler::kPriority) priority = protocol::Priority::kNormal;
  if (!priority) return workload.slot_count;
  const auto offsets = protocol::priority_offsets(workload.slot_count);
  const auto index = static_cast<std::uint32_t>(*priority);
  return offsets[index + 1] - offsets[index];
}

Result<Plan> make_plan(const workload::StreamStep& step, workload::LoopValues loops,
                       std::optional<protocol::Priority> priority, const StreamContext& context) {
  Plan plan;
  const bool scans = step.opcode == protocol::kOpScan;
  plan.layout = layout_of(context.workload, step);
  plan.in_order = step.in_order || scans;
  if (scans)
    for (const auto& rule : context.workload.scan_rules)
      plan.looks_at_bytes = plan.looks_at_bytes || rule.reverse.has_value();
  plan.settings.opcode = step.opcode;
  plan.settings.priority = priority;
  plan.settings.most_slots = slots_for(context.workload, priority);
  for (const auto& arg : step.args) { VYRE_TRY(plan.settings.args.emplace_back(), arg.evaluate_u32(loops)); }
  const std::uint32_t a_piece = std::max(plan.layout.rules, 1U);
  if (a_piece > plan.settings.most_slots)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} rules want {} slots at a time, there are {}", plan.layout.rules, a_piece,
                            plan.settings.most_slots),
                "", "make the ring larger");
  plan.layout.most_pieces =
      std::min(plan.layout.most_pieces, std::max(plan.settings.most_slots / 2 / a_piece, 1U));
  const std::uint64_t arena = context.backend.payload_memory().arena.size();
  const std::uint64_t results = context.backend.result_memory().size();
  if (plan.layout.arena_words() > arena || plan.layout.result_words() > results)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("the stream needs {} words of arena and {} of results, there are {} and {}",
                            plan.layout.arena_words(), plan.layout.result_words(), arena, results),
                "", "make the backend for config_for(workload)");
  return plan;
}

Result<std::unique_ptr<Pump>> open_pump(const workload::StreamStep& step, Plan plan,
                                        const StreamContext& context, StreamReport& report) {
  VYRE_TRY(auto road,
           StreamRoad::open(plan.layout, context.backend, step.road, step.direct, plan.looks_at_bytes));
  report.road = ring::to_string(road->kind());
  report.copier = road->copier_name();
  const auto buffers = road->reader_buffers();
  if (buffers.size() < step.depth)
    report.notes.push_back(fmt::format("{} reads at a time instead of {}: so many chunks of {} bytes fit",
                                       buffers.size(), step.depth, step.chunk_bytes));
  stream::FileSet files(step.files, {.direct = step.direct});
  const auto known_bytes = files.known_bytes();
  VYRE_TRY(auto engine, stream::IoEngine::open({.depth = step.depth, .jobs = step.jobs}));
  stream::ReaderOptions options;
  options.in_order = plan.in_order;
  options.most_pieces = plan.layout.most_pieces;
  options.register_buffers = road->kind() != ring::PayloadRoad::kMapped;
  VYRE_TRY(auto reader, stream::ChunkReader::open(std::move(files), std::move(engine), buffers, options));
  return std::make_unique<Pump>(context, std::move(plan), std::move(road), std::move(reader), known_bytes,
                                report);
}

}  // namespace

Result<void> play_stream(const workload::StreamStep& step, workload::LoopValues loops,
                         std::optional<protocol::Priority> priority, const StreamContext& context,
                         std::uint32_t& window, StreamReport& report) {
  VYRE_TRY(Plan plan, make_plan(step, loops, priority, context));
  plan.settings.first_window = window;
  VYRE_TRY(const auto pump, open_pump(step, std::move(plan), context, report));
  context.retirements.listen(context.backend.ring_memory().ring.slot_count());
  Result<void> played = pump->run();
  context.retirements.ignore();
  pump->finish_report();
  window = pump->next_window();
  return played;
}

}  // namespace vyre::session
