#include "trace/chrome_json.hpp"

#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/overload.hpp"

namespace vyre::trace {

namespace {

std::string quote(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_time(std::string& line, std::int64_t nanoseconds) {
  fmt::format_to(std::back_inserter(line), "{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}

void append_arguments(std::string& line, std::span<const Argument> arguments) {
  line += '{';
  const auto out = std::back_inserter(line);
  for (const Argument& argument : arguments) {
    if (&argument != arguments.data()) line += ',';
    fmt::format_to(out, "\"{}\":", argument.name);
    std::visit(base::Overload{[&](std::uint64_t value) { fmt::format_to(out, "{}", value); },
                              [&](double value) { fmt::format_to(out, "{:.12g}", value); },
                              [&](std::string_view value) { line += quote(value); }},
               argument.value);
  }
  line += '}';
}

}  // namespace

ChromeJsonWriter::ChromeJsonWriter(OutputFile file) : file_(std::move(file)) {
  file_.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
}

const std::string& ChromeJsonWriter::quoted(std::string_view text) {
  const auto found = quoted_.find(text);
  return found != quoted_.end() ? found->second : quoted_.emplace(text, quote(text)).first->second;
}

void ChromeJsonWriter::begin_event(char phase, const Event& event, std::int64_t time_ns) {
  const Place& place = places_[event.track - 1];
  line_ = first_ ? "\n" : ",\n";
  first_ = false;
  fmt::format_to(std::back_inserter(line_), R"({{"ph":"{}","pid":{},"tid":{},"name":{},"cat":{},"ts":)",
                 phase, place.process, place.thread, quoted(event.name), quoted(event.category));
  append_time(line_, time_ns);
}

void ChromeJsonWriter::end_event(std::span<const Argument> arguments) {
  if (!arguments.empty()) {
    line_ += ",\"args\":";
    append_arguments(line_, arguments);
  }
  line_ += '}';
  file_.write(line_);
}

void ChromeJsonWriter::name_place(std::string_view what, Place place, std::string_view name) {
  file_.write(fmt::format(R"({}{{"ph":"M","pid":{},"tid":{},"name":"{}","args":{{"name":{}}}}})",
                          first_ ? "\n" : ",\n", place.process, place.thread, what, quote(name)));
  first_ = false;
}

TrackId ChromeJsonWriter::add_group(std::string_view name) {
  places_.push_back({.process = static_cast<std::uint32_t>(places_.size()) + 1, .thread = 0});
  name_place("process_name", places_.back(), name);
  return static_cast<TrackId>(places_.size());
}

TrackId ChromeJsonWriter::add_track(TrackId group, std::string_view name, std::int32_t rank) {
  const std::uint32_t process = places_[group - 1].process;
  places_.push_back({.process = process, .thread = static_cast<std::uint32_t>(places_.size()) + 1});
  const Place& place = places_.back();
  name_place("thread_name", place, name);
  file_.write(
      fmt::format(",\n{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"thread_sort_index\",\"args\":{{\"sort_"
                  "index\":{}}}}}",
                  place.process, place.thread, rank));
  return static_cast<TrackId>(places_.size());
}

void ChromeJsonWriter::add_flows(const Event& event) {
  constexpr std::string_view kFlow = "slot";
  Event arrow{.track = event.track, .name = kFlow, .category = kFlow};
  for (std::uint64_t i = 0; i < event.flows_out; ++i) {
    begin_event('s', arrow, event.begin_ns);
    fmt::format_to(std::back_inserter(line_), ",\"id\":{}", event.first_flow_out + i);
    end_event({});
  }
  if (event.flow_in == 0) return;
  begin_event('f', arrow, event.begin_ns);
  fmt::format_to(std::back_inserter(line_), R"(,"id":{},"bp":"e")",
                 event.flow_in);  // e: at the span around it
  end_event({});
}

void ChromeJsonWriter::add_span(const Event& span) {
  begin_event('X', span, span.begin_ns);
  line_ += ",\"dur\":";
  append_time(line_, span.end_ns - span.begin_ns);
  end_event(span.arguments);
  add_flows(span);
}

void ChromeJsonWriter::add_instant(const Event& instant) {
  begin_event('i', instant, instant.begin_ns);
  line_ += ",\"s\":\"t\"";  // of its thread
  end_event(instant.arguments);
  add_flows(instant);
}

Result<void> ChromeJsonWriter::close(std::span<const Argument> metadata) {
  line_ = "\n],\"otherData\":";
  append_arguments(line_, metadata);
  line_ += "}\n";
  file_.write(line_);
  return file_.close();
}

}  // namespace vyre::trace
