/// Chrome's trace event format: one JSON object with the events in an array, and what is known of the whole
/// beside it. Source: "Trace Event Format" of the Chromium project. Times there are microseconds; three
/// decimals keep nanoseconds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trace/output_file.hpp"
#include "vyre/trace/trace_writer.hpp"

namespace vyre::trace {

class ChromeJsonWriter final : public TraceWriter {
 public:
  explicit ChromeJsonWriter(OutputFile file);

  TrackId add_group(std::string_view name) override;
  TrackId add_track(TrackId group, std::string_view name, std::int32_t rank) override;
  void add_span(const Event& span) override;
  void add_instant(const Event& instant) override;
  Result<void> close(std::span<const Argument> metadata) override;

 private:
  /// The format knows processes and threads: a group is a process, a track is one of its threads.
  struct Place {
    std::uint32_t process = 0;
    std::uint32_t thread = 0;
  };

  void begin_event(char phase, const Event& event, std::int64_t time_ns);
  void end_event(std::span<const Argument> arguments);
  void name_place(std::string_view what, Place place, std::string_view name);
  void add_flows(const Event& event);
  /// In quotes and escaped.
  const std::string& quoted(std::string_view text);

  OutputFile file_;
  std::string line_;
  bool first_ = true;
  std::vector<Place> places_;  ///< by track, less one
  std::map<std::string, std::string, std::less<>> quoted_;
};

}  // namespace vyre::trace
