/// TraceWriter: a timeline as a file: tracks in groups, spans and instants on them, and flows between those.
///
/// Two forms, each read by ui.perfetto.dev: Chrome's JSON, which many other tools read too, and Perfetto's
/// own protobuf, which is smaller and nests better. What is written goes out through a buffer of bounded
/// size. Times are nanoseconds of std::chrono::steady_clock since its epoch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "vyre/base/error.hpp"

namespace vyre::trace {

enum class Format : std::uint8_t { kChromeJson, kPerfetto };

/// By the file's extension: `.json` or `.pftrace`. Errors: kBadInput (another one).
[[nodiscard]] VYRE_API Result<Format> format_of(const std::filesystem::path& path);

/// A number that the writer gave: a group of tracks, or a track. 0 is none.
using TrackId = std::uint32_t;

struct Argument {
  std::string_view name;
  std::variant<std::uint64_t, double, std::string_view> value;
};

/// Flows are arrows: number n leads from the event that it leaves to the one that it enters. Numbers are the
/// caller's, from 1; each is used once.
struct Event {
  TrackId track = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;    ///< of a span: not before its begin
  std::string_view name;      ///< kept by the writer, once for each different one
  std::string_view category;  ///< the same
  std::span<const Argument> arguments{};
  std::uint64_t first_flow_out = 0;  ///< flows that leave here have consecutive numbers
  std::uint64_t flows_out = 0;       ///< how many
  std::uint64_t flow_in = 0;         ///< 0: none
};

/// Phases: groups and tracks, then events on them, in any order of time; close() once.
/// The spans of one track must nest or lie apart. Thread: one at a time.
/// Errors of the file stop the writing and are told by close().
class VYRE_API TraceWriter {
 public:
  virtual ~TraceWriter() = default;

  [[nodiscard]] virtual TrackId add_group(std::string_view name) = 0;
  /// Viewers show a group's tracks by rising `rank`.
  [[nodiscard]] virtual TrackId add_track(TrackId group, std::string_view name, std::int32_t rank) = 0;
  virtual void add_span(const Event& span) = 0;
  virtual void add_instant(const Event& instant) = 0;

  /// Writes what is known of the whole trace, and closes the file. Errors: kFile.
  [[nodiscard]] virtual Result<void> close(std::span<const Argument> metadata) = 0;
};

/// Replaces the file. Errors: kBadInput (see format_of), kFile.
[[nodiscard]] VYRE_API Result<std::unique_ptr<TraceWriter>> create_trace(const std::filesystem::path& path);

}  // namespace vyre::trace
