// Decoded again by protozero's reader, with the field numbers written out: the writer's table is on trial
// too.
#include <protozero/pbf_reader.hpp>

#include <map>
#include <optional>
#include <vector>

#include "trace_fixture.hpp"

namespace {

using namespace vyre;
using protozero::pbf_reader;

struct Annotation {
  std::uint64_t name = 0;
  std::optional<std::uint64_t> number;
  std::optional<double> real;
  std::optional<std::string> text;
};

struct Packet {
  std::optional<std::uint64_t> timestamp;
  std::uint32_t sequence = 0, flags = 0;
  std::optional<std::uint32_t> default_clock;
  std::map<std::uint32_t, std::uint64_t> clocks;
  // TrackDescriptor
  std::uint64_t uuid = 0, parent = 0;
  std::string track_name, process_name;
  std::optional<std::int32_t> rank;
  // TrackEvent
  std::uint32_t type = 0;
  std::uint64_t track = 0, name = 0, category = 0;
  std::vector<std::uint64_t> flows, terminating_flows;
  std::vector<Annotation> annotations;
};

struct Trace {
  std::vector<Packet> packets;
  std::map<std::uint64_t, std::string> categories, names, annotation_names;

  [[nodiscard]] std::vector<Packet> events() const {
    std::vector<Packet> found;
    for (const auto& packet : packets)
      if (packet.type != 0) found.push_back(packet);
    return found;
  }
};

void read_names(pbf_reader message, Trace& trace) {
  while (message.next()) {
    auto& names = message.tag() == 1   ? trace.categories
                  : message.tag() == 2 ? trace.names
                                       : trace.annotation_names;
    ASSERT_LE(message.tag(), 3U);
    pbf_reader entry = message.get_message();
    std::uint64_t number = 0;
    std::string name;
    while (entry.next()) {
      if (entry.tag() == 1) number = entry.get_uint64();
      if (entry.tag() == 2) name = entry.get_string();
    }
    EXPECT_TRUE(names.emplace(number, name).second) << "number " << number << " is given twice";
  }
}

Annotation read_annotation(pbf_reader message) {
  Annotation annotation;
  while (message.next()) switch (message.tag()) {
      case 1: annotation.name = message.get_uint64(); break;
      case 3: annotation.number = message.get_uint64(); break;
      case 5: annotation.real = message.get_double(); break;
      case 6: annotation.text = message.get_string(); break;
      default: ADD_FAILURE() << "annotation field " << message.tag();
    }
  return annotation;
}

void read_event(pbf_reader message, Packet& packet) {
  while (message.next()) switch (message.tag()) {
      case 3: packet.category = message.get_uint64(); break;
      case 4: packet.annotations.push_back(read_annotation(message.get_message())); break;
      case 9: packet.type = message.get_uint32(); break;
      case 10: packet.name = message.get_uint64(); break;
      case 11: packet.track = message.get_uint64(); break;
      case 47: packet.flows.push_back(message.get_fixed64()); break;
      case 48: packet.terminating_flows.push_back(message.get_fixed64()); break;
      default: ADD_FAILURE() << "event field " << message.tag();
    }
}

void read_track(pbf_reader message, Packet& packet) {
  while (message.next()) switch (message.tag()) {
      case 1: packet.uuid = message.get_uint64(); break;
      case 2: packet.track_name = message.get_string(); break;
      case 3: {
        pbf_reader process = message.get_message();
        while (process.next())
          if (process.tag() == 6)
            packet.process_name = process.get_string();
          else
            process.skip();
        break;
      }
      case 5: packet.parent = message.get_uint64(); break;
      case 11: EXPECT_EQ(message.get_enum(), 3); break;
      case 12: packet.rank = message.get_int32(); break;
      default: ADD_FAILURE() << "track field " << message.tag();
    }
}

void read_clocks(pbf_reader message, Packet& packet) {
  while (message.next()) {
    if (message.tag() == 2) {
      EXPECT_EQ(message.get_enum(), 3);
      continue;
    }
    ASSERT_EQ(message.tag(), 1U);
    pbf_reader clock = message.get_message();
    std::uint32_t id = 0;
    while (clock.next()) {
      if (clock.tag() == 1) id = clock.get_uint32();
      if (clock.tag() == 2) packet.clocks[id] = clock.get_uint64();
    }
  }
}

Packet read_packet(pbf_reader message, Trace& trace) {
  Packet packet;
  while (message.next()) switch (message.tag()) {
      case 6: read_clocks(message.get_message(), packet); break;
      case 8: packet.timestamp = message.get_uint64(); break;
      case 10: packet.sequence = message.get_uint32(); break;
      case 11: read_event(message.get_message(), packet); break;
      case 12: read_names(message.get_message(), trace); break;
      case 13: packet.flags = message.get_uint32(); break;
      case 59: {
        pbf_reader defaults = message.get_message();
        while (defaults.next(58)) packet.default_clock = defaults.get_uint32();
        break;
      }
      case 60: read_track(message.get_message(), packet); break;
      default: ADD_FAILURE() << "packet field " << message.tag();
    }
  return packet;
}

Trace read_trace(const std::string& bytes) {
  Trace trace;
  pbf_reader reader(bytes);
  while (reader.next()) {
    EXPECT_EQ(reader.tag(), 1U);
    trace.packets.push_back(read_packet(reader.get_message(), trace));
  }
  return trace;
}

class Perfetto : public test::TraceFile {
 protected:
  Trace write_small() {
    auto writer = trace::create_trace(path("small.pftrace"));
    EXPECT_TRUE(writer);
    test::write_small_trace(**writer);
    const std::array metadata{trace::Argument{"slots", std::uint64_t{1}}};
    EXPECT_TRUE((*writer)->close(metadata));
    return read_trace(read(path("small.pftrace")));
  }
};

TEST_F(Perfetto, BeginsWithItsClocks) {
  const Trace trace = write_small();
  const Packet& first = trace.packets.front();
  EXPECT_EQ(first.flags, 1U) << "what follows depends on nothing before";
  EXPECT_EQ(first.default_clock, 3U) << "CLOCK_MONOTONIC";
  ASSERT_TRUE(first.clocks.contains(1) && first.clocks.contains(3) && first.clocks.contains(6));
  EXPECT_GT(first.clocks.at(1), 1'600'000'000'000'000'000U) << "nanoseconds since 1970";
  for (const auto& packet : trace.packets) EXPECT_EQ(packet.sequence, 1U);
  for (std::size_t i = 1; i < trace.packets.size(); ++i) EXPECT_EQ(trace.packets[i].flags, 2U);
}

TEST_F(Perfetto, NamesGroupsAndTracks) {
  const Trace trace = write_small();
  std::map<std::uint64_t, Packet> tracks;
  for (const auto& packet : trace.packets)
    if (packet.uuid != 0) { EXPECT_TRUE(tracks.emplace(packet.uuid, packet).second); }
  ASSERT_EQ(tracks.size(), 4U);
  EXPECT_EQ(tracks[1].process_name, "the \"host\"");
  EXPECT_EQ(tracks[2].track_name, "publisher");
  EXPECT_EQ(tracks[2].parent, 1U);
  EXPECT_EQ(tracks[4].track_name, "lane 3");
  EXPECT_EQ(tracks[4].parent, 3U);
  EXPECT_EQ(tracks[4].rank, 7);
}

TEST_F(Perfetto, HasEveryEventAtItsTime) {
  const Trace trace = write_small();
  const auto events = trace.events();
  ASSERT_EQ(events.size(), 6U);
  const Packet& publication = events[0];
  EXPECT_EQ(publication.type, 1U);
  EXPECT_EQ(publication.timestamp, 1'000'000'000'001U);
  EXPECT_EQ(publication.track, 2U);
  EXPECT_EQ(trace.names.at(publication.name), "batch");
  EXPECT_EQ(trace.categories.at(publication.category), "publication");
  EXPECT_EQ(publication.flows, (std::vector<std::uint64_t>{5, 6}));
  EXPECT_TRUE(publication.terminating_flows.empty());
  ASSERT_EQ(publication.annotations.size(), 3U);
  EXPECT_EQ(trace.annotation_names.at(publication.annotations[0].name), "ticket");
  EXPECT_EQ(publication.annotations[0].number, 9U);
  EXPECT_EQ(publication.annotations[1].real, 0.5);
  EXPECT_EQ(publication.annotations[2].text, "a\nb");

  EXPECT_EQ(events[1].type, 2U);
  EXPECT_EQ(events[1].timestamp, 1'000'000'000'499U) << "the next on this track may begin at 500";
  EXPECT_EQ(events[1].track, 2U);
  EXPECT_EQ(events[2].terminating_flows, (std::vector<std::uint64_t>{6}));
  EXPECT_EQ(events[4].type, 3U);
  EXPECT_EQ(events[4].name, events[2].name) << "a name is written once";
}

TEST_F(Perfetto, EndsWithTheMetadata) {
  const Trace trace = write_small();
  const Packet last = trace.events().back();
  EXPECT_EQ(trace.names.at(last.name), "about this trace");
  EXPECT_EQ(last.track, 1U);
  ASSERT_EQ(last.annotations.size(), 1U);
  EXPECT_EQ(trace.annotation_names.at(last.annotations[0].name), "slots");
}

TEST_F(Perfetto, SpreadsManyFlowsOverSmallPackets) {
  constexpr std::uint64_t kFlows = 5'000;
  auto writer = trace::create_trace(path("flows.pftrace"));
  ASSERT_TRUE(writer);
  const auto track = (*writer)->add_track((*writer)->add_group("host"), "publisher", 0);
  (*writer)->add_span({.track = track,
                       .begin_ns = 10,
                       .end_ns = 20,
                       .name = "batch",
                       .category = "publication",
                       .first_flow_out = 100,
                       .flows_out = kFlows});
  ASSERT_TRUE((*writer)->close({}));
  std::uint64_t next = 100;
  for (const auto& event : read_trace(read(path("flows.pftrace"))).events()) {
    EXPECT_LE(event.flows.size(), 1024U);
    if (!event.flows.empty()) { EXPECT_EQ(event.timestamp, 10U); }
    for (const auto flow : event.flows) EXPECT_EQ(flow, next++);
  }
  EXPECT_EQ(next, 100 + kFlows);
}

TEST_F(Perfetto, CutAnywhereIsRightUpToTheCut) {
  static_cast<void>(write_small());
  const std::string whole = read(path("small.pftrace"));
  std::size_t last = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    pbf_reader reader(whole.data(), size);
    std::size_t packets = 0;
    try {
      while (reader.next()) {
        static_cast<void>(reader.get_view());
        ++packets;
      }
    } catch (const protozero::exception&) {}
    EXPECT_GE(packets, last);
    last = packets;
  }
  EXPECT_EQ(last, read_trace(whole).packets.size());
}

}  // namespace
