/// Tracer: writes a run as a timeline, as it happens: publications and waits in the host's time, slices as
/// the host saw them, and each slot's claim and end in the device's.
///
/// The device's times are kept on disk until the backend has stopped, since only then are both ends of the
/// run known at which the clocks were compared.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "trace/spool.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publication_listener.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/trace/trace_options.hpp"
#include "vyre/trace/trace_writer.hpp"

namespace vyre::trace {

using Clock = std::chrono::steady_clock;

/// What the whole trace is told to be of: names and values for its metadata.
using About = std::vector<std::pair<std::string, std::string>>;

/// Phases: opened over a backend that has not run yet; the run; the backend stopped; finish().
/// Thread: any. The backend outlives it.
class Tracer final : public ring::PublicationListener, public ring::SliceListener {
 public:
  /// Errors: those of create_trace(); kFile (no room for a temporary file beside it).
  [[nodiscard]] static Result<std::unique_ptr<Tracer>> open(const TraceOptions& options, About about,
                                                            ring::Backend& backend);
  ~Tracer() override;

  void on_publication(const ring::Publication& publication) noexcept override;
  void on_retirement(const ring::Ticket& ticket) noexcept override;
  void on_slice(const ring::Slice& slice) noexcept override;

  /// A track of the host's, for spans of whatever else it does: one for each thing that may happen at a time.
  [[nodiscard]] TrackId add_host_track(std::string_view name);
  void add_host_span(TrackId track, std::string_view name, Clock::time_point begin, Clock::time_point end,
                     std::span<const Argument> arguments = {});
  /// The host waited for something: a span on a track that is there from the start.
  void add_wait(std::string_view what, std::uint64_t value, Clock::time_point begin);
  /// The host is about to publish: waiting for free slots shows from here.
  void about_to_publish() noexcept;

  /// Writes what is left and closes the file. Errors: kFile.
  [[nodiscard]] Result<TraceSummary> finish();

 private:
  /// What is known of a slot from its publication to its retirement.
  struct InFlight {
    std::int64_t published_ns = 0;
    std::uint64_t ticket = 0;  ///< 0: none
    std::uint64_t flow = 0;
    std::uint32_t opcode = 0;
    std::uint32_t tenant = 0;
  };
  /// A slot's way through the kernel, as spooled.
  struct SlotRecord {
    InFlight published;
    std::int64_t seen_ns = 0;  ///< the host knew by then that it was finished
    std::uint32_t slot = 0;
    std::uint32_t completion = 0;
    std::uint32_t words[protocol::kTraceWords] = {};
  };
  struct Times {
    std::int64_t claim_ns = 0, last_pass_ns = 0, end_ns = 0;
  };

  Tracer(std::unique_ptr<TraceWriter> writer, const TraceOptions& options, About about,
         ring::Backend& backend);
  void write_publication(const ring::Publication& publication, std::int64_t end_ns);
  void write_slots(const ring::ClockMap& clock);
  void write_slot(const SlotRecord& record, const ring::ClockMap& clock);
  void write_unfinished();
  [[nodiscard]] Times times_of(const SlotRecord& record, const ring::ClockMap& clock);
  /// Moves a time up or down to a bound, and counts that.
  void move(std::int64_t& time_ns, std::int64_t bound_ns, const ring::ClockMap& clock) noexcept;
  [[nodiscard]] std::int64_t slice_begin(std::uint32_t number, std::int64_t otherwise_ns) const noexcept;
  [[nodiscard]] TrackId lane_track(std::uint32_t invocation);
  [[nodiscard]] TrackId parked_track(std::uint32_t slot);
  [[nodiscard]] std::string_view opcode_name(std::uint32_t opcode) const;
  [[nodiscard]] bool has_device_times() const noexcept { return spool_.has_value(); }
  void write_metadata(std::vector<Argument>& arguments) const;

  std::mutex mutex_;  ///< all below but what never changes
  std::unique_ptr<TraceWriter> writer_;
  About about_;
  ring::RingMemory memory_;
  ring::DeviceTrace* device_;  ///< null: the backend keeps nothing
  std::span<std::uint32_t> device_words_;
  std::optional<Spool<SlotRecord>> spool_;
  std::unordered_map<std::uint32_t, std::string> opcode_names_;
  std::vector<InFlight> in_flight_;  ///< by ring slot
  std::uint64_t next_flow_ = 1;
  std::vector<std::int64_t> slices_;  ///< when each was submitted, number 1 first
  std::int64_t last_slice_end_ = 0;
  std::optional<Clock::time_point> about_to_publish_;

  TrackId host_ = 0, device_group_ = 0;
  TrackId publisher_track_ = 0, waits_track_ = 0, slices_track_ = 0, unfinished_track_ = 0;
  std::int32_t next_host_rank_ = 0;
  std::unordered_map<std::uint32_t, TrackId> lane_tracks_, parked_tracks_;
  TraceSummary summary_;
};

/// Times a wait of the calling thread; without a tracer it does nothing.
class WaitSpan {
 public:
  WaitSpan(Tracer* tracer, std::string_view what, std::uint64_t value) : tracer_(tracer) {
    if (tracer_ == nullptr) return;
    what_ = what;
    value_ = value;
    begin_ = Clock::now();
  }
  WaitSpan(const WaitSpan&) = delete;
  WaitSpan& operator=(const WaitSpan&) = delete;
  ~WaitSpan() {
    if (tracer_ != nullptr) tracer_->add_wait(what_, value_, begin_);
  }

 private:
  Tracer* tracer_;
  std::string_view what_;
  std::uint64_t value_ = 0;
  Clock::time_point begin_;
};

}  // namespace vyre::trace
