#include "trace/perfetto.hpp"

#include <time.h>

#include <algorithm>
#include <protozero/pbf_writer.hpp>

#include "base/overload.hpp"
#include "trace/perfetto_fields.hpp"

namespace vyre::trace {

namespace {

using protozero::pbf_writer;
namespace fields = perfetto;

constexpr std::uint32_t kSequence = 1;  ///< all packets come from one writer
/// Flows of one packet; a publication with more has them in instants beside it, so that packets stay small.
constexpr std::uint64_t kMostFlows = 1024;

std::uint64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

void begin_packet(std::string& packet, std::uint32_t flags) {
  packet.clear();
  pbf_writer writer(packet);
  writer.add_uint32(fields::packet::kSequenceId, kSequence);
  writer.add_uint32(fields::packet::kSequenceFlags, flags);
}

}  // namespace

PerfettoWriter::PerfettoWriter(OutputFile file)
    : file_(std::move(file)),
      categories_{fields::interned_data::kEventCategories},
      names_{fields::interned_data::kEventNames},
      annotations_{fields::interned_data::kDebugAnnotationNames} {
  write_clocks();
}

void PerfettoWriter::write_clocks() {
  begin_packet(packet_, fields::packet::kIncrementalStateCleared);
  {
    pbf_writer writer(packet_);
    pbf_writer defaults(writer, fields::packet::kDefaults);
    defaults.add_uint32(fields::packet::kTimestampClockId, fields::clock_snapshot::kMonotonic);
  }
  {
    pbf_writer writer(packet_);
    pbf_writer snapshot(writer, fields::packet::kClockSnapshot);
    const auto add = [&](std::uint32_t id, clockid_t clock) {
      pbf_writer entry(snapshot, fields::clock_snapshot::kClocks);
      entry.add_uint32(fields::clock_snapshot::kClockId, id);
      entry.add_uint64(fields::clock_snapshot::kTimestamp, read_clock(clock));
    };
    add(fields::clock_snapshot::kMonotonic, CLOCK_MONOTONIC);
    add(fields::clock_snapshot::kBoottime, CLOCK_BOOTTIME);
    add(fields::clock_snapshot::kRealtime, CLOCK_REALTIME);
    snapshot.add_uint32(fields::clock_snapshot::kPrimaryTraceClock, fields::clock_snapshot::kMonotonic);
  }
  finish_packet();
}

void PerfettoWriter::finish_packet() {
  if (!interned_.empty()) {
    pbf_writer(packet_).add_message(fields::packet::kInternedData, interned_);
    interned_.clear();
  }
  framed_.clear();
  pbf_writer(framed_).add_message(fields::trace::kPacket, packet_);
  file_.write(framed_);
}

std::uint64_t PerfettoWriter::intern(Names& names, std::string_view name) {
  if (const auto found = names.numbers.find(name); found != names.numbers.end()) return found->second;
  const std::uint64_t number = names.numbers.size() + 1;
  names.numbers.emplace(name, number);
  pbf_writer interned(interned_);
  pbf_writer entry(interned, names.field);
  entry.add_uint64(fields::interned_data::kIid, number);
  entry.add_string(fields::interned_data::kName, name.data(), name.size());
  return number;
}

TrackId PerfettoWriter::add_group(std::string_view name) {
  const TrackId group = ++last_track_;
  if (first_group_ == 0) first_group_ = group;
  begin_packet(packet_, fields::packet::kNeedsIncrementalState);
  {
    pbf_writer writer(packet_);
    pbf_writer descriptor(writer, fields::packet::kTrackDescriptor);
    descriptor.add_uint64(fields::track_descriptor::kUuid, group);
    descriptor.add_uint32(fields::track_descriptor::kChildOrdering, fields::track_descriptor::kExplicit);
    pbf_writer process(descriptor, fields::track_descriptor::kProcess);
    process.add_int32(fields::track_descriptor::kPid, static_cast<std::int32_t>(group));
    process.add_string(fields::track_descriptor::kProcessName, name.data(), name.size());
  }
  finish_packet();
  return group;
}

TrackId PerfettoWriter::add_track(TrackId group, std::string_view name, std::int32_t rank) {
  const TrackId track = ++last_track_;
  begin_packet(packet_, fields::packet::kNeedsIncrementalState);
  {
    pbf_writer writer(packet_);
    pbf_writer descriptor(writer, fields::packet::kTrackDescriptor);
    descriptor.add_uint64(fields::track_descriptor::kUuid, track);
    descriptor.add_uint64(fields::track_descriptor::kParentUuid, group);
    descriptor.add_string(fields::track_descriptor::kName, name.data(), name.size());
    descriptor.add_int32(fields::track_descriptor::kSiblingOrderRank, rank);
  }
  finish_packet();
  return track;
}

void PerfettoWriter::add_event_fields(pbf_writer& message, const Event& event) {
  message.add_uint64(fields::track_event::kNameIid, intern(names_, event.name));
  message.add_uint64(fields::track_event::kCategoryIids, intern(categories_, event.category));
  for (const Argument& argument : event.arguments) {
    pbf_writer annotation(message, fields::track_event::kDebugAnnotations);
    annotation.add_uint64(fields::track_event::kAnnotationNameIid, intern(annotations_, argument.name));
    std::visit(
        base::Overload{
            [&](std::uint64_t value) { annotation.add_uint64(fields::track_event::kUintValue, value); },
            [&](double value) { annotation.add_double(fields::track_event::kDoubleValue, value); },
            [&](std::string_view value) {
              annotation.add_string(fields::track_event::kStringValue, value.data(), value.size());
            }},
        argument.value);
  }
}

void PerfettoWriter::write_event(const Event& event, std::uint32_t type, std::uint64_t first_flow,
                                 std::uint64_t flow_count) {
  message_.clear();
  {
    pbf_writer message(message_);
    message.add_uint32(fields::track_event::kType, type);
    message.add_uint64(fields::track_event::kTrackUuid, event.track);
    add_event_fields(message, event);
    for (std::uint64_t i = 0; i < flow_count; ++i)
      message.add_fixed64(fields::track_event::kFlowIds, first_flow + i);
    if (event.flow_in != 0) message.add_fixed64(fields::track_event::kTerminatingFlowIds, event.flow_in);
  }
  begin_packet(packet_, fields::packet::kNeedsIncrementalState);
  pbf_writer writer(packet_);
  writer.add_uint64(fields::packet::kTimestamp, static_cast<std::uint64_t>(event.begin_ns));
  writer.add_message(fields::packet::kTrackEvent, message_);
  finish_packet();
  last_ns_ = std::max(last_ns_, event.end_ns);
}

void PerfettoWriter::write_end(TrackId track, std::int64_t time_ns) {
  begin_packet(packet_, fields::packet::kNeedsIncrementalState);
  {
    pbf_writer writer(packet_);
    writer.add_uint64(fields::packet::kTimestamp, static_cast<std::uint64_t>(time_ns));
    pbf_writer message(writer, fields::packet::kTrackEvent);
    message.add_uint32(fields::track_event::kType, fields::track_event::kSliceEnd);
    message.add_uint64(fields::track_event::kTrackUuid, track);
  }
  finish_packet();
}

void PerfettoWriter::add_span(const Event& span) {
  std::uint64_t flow = span.first_flow_out;
  std::uint64_t left = span.flows_out;
  std::uint64_t now = std::min(left, kMostFlows);
  write_event(span, fields::track_event::kSliceBegin, flow, now);
  Event more{.track = span.track,
             .begin_ns = span.begin_ns,
             .end_ns = span.begin_ns,
             .name = "more slots",
             .category = span.category};
  for (left -= now; left > 0; left -= now) {
    flow += now;
    now = std::min(left, kMostFlows);
    write_event(more, fields::track_event::kInstant, flow, now);
  }
  write_end(span.track, span.end_ns > span.begin_ns ? span.end_ns - 1 : span.end_ns);
}

void PerfettoWriter::add_instant(const Event& instant) {
  write_event(instant, fields::track_event::kInstant, instant.first_flow_out, instant.flows_out);
}

Result<void> PerfettoWriter::close(std::span<const Argument> metadata) {
  if (first_group_ != 0)
    add_instant({.track = first_group_,
                 .begin_ns = last_ns_,
                 .end_ns = last_ns_,
                 .name = "about this trace",
                 .category = "metadata",
                 .arguments = metadata});
  return file_.close();
}

}  // namespace vyre::trace
