/// Perfetto's own format: a stream of packets, each complete in itself but for the names, which are written
/// once and numbered. A file that was cut can be read up to the cut.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "trace/output_file.hpp"
#include "vyre/trace/trace_writer.hpp"

namespace protozero {
template <typename T>
class basic_pbf_writer;
using pbf_writer = basic_pbf_writer<std::string>;
}  // namespace protozero

namespace vyre::trace {

class PerfettoWriter final : public TraceWriter {
 public:
  explicit PerfettoWriter(OutputFile file);

  TrackId add_group(std::string_view name) override;
  TrackId add_track(TrackId group, std::string_view name, std::int32_t rank) override;
  /// A span that is not empty ends a nanosecond early, so that the next on its track may begin at its end:
  /// the format says by times alone which span an end belongs to.
  void add_span(const Event& span) override;
  void add_instant(const Event& instant) override;
  /// Has no place of its own in the format: goes out as an instant's arguments.
  Result<void> close(std::span<const Argument> metadata) override;

 private:
  /// Names of one kind, numbered from 1.
  struct Names {
    std::uint32_t field;  ///< of InternedData
    std::map<std::string, std::uint64_t, std::less<>> numbers{};
  };

  void write_clocks();
  void write_event(const Event& event, std::uint32_t type, std::uint64_t first_flow,
                   std::uint64_t flow_count);
  void write_end(TrackId track, std::int64_t time_ns);
  void add_event_fields(protozero::pbf_writer& event_message, const Event& event);
  /// The name's number; a new one is put into `interned_`, which goes out with the packet at hand.
  [[nodiscard]] std::uint64_t intern(Names& names, std::string_view name);
  /// Writes packet_ out as one packet.
  void finish_packet();

  OutputFile file_;
  std::string packet_, message_, interned_, framed_;
  Names categories_, names_, annotations_;
  TrackId last_track_ = 0;
  std::int64_t last_ns_ = 0;
  TrackId first_group_ = 0;
};

}  // namespace vyre::trace
