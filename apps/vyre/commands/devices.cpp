#include "vyre/gpu/device.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "profile.hpp"
#include "render.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::cli {
namespace {

using gpu::DeviceInfo;
using gpu::Placement;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMargin = 3;       ///< before labels
constexpr std::size_t kLeastLabel = 16;  ///< "largest buffer", and a gap
constexpr std::size_t kGap = 2;          ///< between label and value

std::string features_text(const DeviceInfo& device) {
  std::string text;
  const auto add = [&text](bool has, std::string_view name) {
    if (has) text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
  };
  add(device.one_memory, "one memory for host and device");
  add(device.shader_clock, "shader clock");
  add(device.calibrated_timestamps, "calibrated timestamps");
  add(device.external_memory_host, "host memory import");
  add(device.transfer_queue, "transfer queue");
  return text.empty() ? "none" : text;
}

std::string placement_text(const Placement& placement) {
  if (placement.memory_type < 0) return "no memory type fits";
  return fmt::format("memory type {}: {}; heap of {}", placement.memory_type, placement.properties,
                     bytes_text(placement.heap_bytes));
}

std::string microseconds_text(double value) {
  return duration_text(std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e3)));
}

std::string auto_road_text(const DeviceInfo& device) {
  if (device.road_buffered == device.road_direct) return fmt::format("takes {}", device.road_buffered);
  return fmt::format("takes {}, and {} for O_DIRECT", device.road_buffered, device.road_direct);
}

/// Labels in one column; where that leaves too little for the values, these stand below their labels.
std::size_t label_width(const DeviceInfo& device, std::size_t width) {
  std::size_t longest = kLeastLabel;
  for (const auto& placement : device.placements) longest = std::max(longest, placement.buffer.size() + kGap);
  return longest <= width / 2 ? longest : kLeastLabel;
}

std::string slice_text(const gpu::SliceChoice& slice) {
  if (slice.longest.count() != 0) return fmt::format("{} ms at most: {}", slice.longest.count(), slice.why);
  return fmt::format("{} loop back-edges at most: {}", slice.back_edges, slice.why);
}

/// What is taken and why, a label and a text each.
std::vector<std::pair<std::string_view, std::string>> defaults_rows(const gpu::DeviceDefaults& defaults,
                                                                    const DeviceInfo& device) {
  const auto of = [](const gpu::Choice& choice, std::uint32_t limit) {
    return fmt::format("{} of {}: {}", choice.value, limit, choice.why);
  };
  std::vector<std::pair<std::string_view, std::string>> rows{
      {"ring", fmt::format("{} slots: {}", defaults.slots.value, defaults.slots.why)},
      {"lanes", of(defaults.lanes, device.max_lanes)},
      {"workgroups", of(defaults.workgroups, device.max_workgroups)}};
  if (defaults.scan_workgroups.value != defaults.workgroups.value)
    rows.emplace_back("for scans", of(defaults.scan_workgroups, device.max_workgroups));
  rows.emplace_back("slice", slice_text(defaults.slice));
  rows.emplace_back("sleeps after",
                    fmt::format("{} idle passes: {}", defaults.idle_passes.value, defaults.idle_passes.why));
  return rows;
}

/// What the profile makes of that, if it was looked at.
std::string profile_text(const std::optional<Tuned>& tuned) {
  if (!tuned) return "not looked at";
  if (!tuned->why_not.empty()) return fmt::format("not used: {}", tuned->why_not);
  if (!tuned->shape) return "none; `vyre bench tune` makes one";
  const TunedShape& shape = *tuned->shape;
  return fmt::format("{}, {}, a ring of {} slots; on {} {} and {} slots/s, {} and {} without it",
                     plural(shape.lanes, "lane"), plural(shape.workgroups, "workgroup"), shape.slots,
                     shape.date.substr(0, shape.date.find('T')), microseconds_text(shape.p50_us),
                     count_text(shape.slots_per_s), microseconds_text(shape.default_p50_us),
                     count_text(shape.default_slots_per_s));
}

std::string render_device(const DeviceInfo& device, const std::optional<Tuned>& tuned, const Style& style,
                          std::size_t width) {
  const bool usable = device.unsupported.empty();
  std::string text =
      fmt::format("{}  {}  {}, {}\n", device.index, style.paint(Paint::kStrong, printable(device.name)),
                  gpu::to_string(device.type),
                  usable ? style.paint(Paint::kGood, "usable") : style.paint(Paint::kBad, "not usable"));
  const std::size_t labels = label_width(device, width);
  const auto row = [&](std::string_view label, std::string_view value) {
    text += fmt::format("{:{}}{:{}}", "", kMargin, label, labels);
    if (label.size() + kGap > labels) text += fmt::format("\n{:{}}", "", kMargin + labels);
    text += wrap(printable(value), width, labels + kMargin) + "\n";
  };
  for (const auto& reason : device.unsupported) row("lacks", reason);
  row("driver", fmt::format("{}, Vulkan {}", device.driver, device.api_version));
  row("uuid", device.uuid);
  row("subgroup", plural(device.subgroup_size, "invocation"));
  if (device.compute_units != 0) row("compute units", std::to_string(device.compute_units));
  for (const auto& [label, value] : defaults_rows(device.defaults, device)) row(label, value);
  row("profile", profile_text(tuned));
  row("largest buffer", bytes_text(device.max_buffer_bytes));
  row("features", features_text(device));
  for (const auto& placement : device.placements) row(placement.buffer, placement_text(placement));
  for (const auto& road : device.roads) row("road " + road.name, road.why);
  if (!device.roads.empty()) row("road auto", auto_road_text(device));
  return text;
}

std::string render_io(const stream::IoProbe& probe, const Style& style, std::size_t width) {
  constexpr std::string_view kLabel = "files";
  return fmt::format("{}  {}\n", style.paint(Paint::kStrong, kLabel),
                     wrap(printable(to_text(probe)), width, kLabel.size() + kGap));
}

Json roads_json(const DeviceInfo& device) {
  Json roads = Json::array();
  for (const auto& road : device.roads)
    roads.push_back({{"name", road.name}, {"usable", road.usable}, {"why", road.why}});
  return roads;
}

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json io_json(const stream::IoProbe& probe) {
  return {{"uring", probe.uring},
          {"why_not", text_or_null(probe.why_not)},
          {"kernel", probe.kernel},
          {"deferred_task_work", probe.deferred_task_work},
          {"registered_files", probe.registered_files},
          {"registered_buffers", probe.registered_buffers},
          {"why_no_buffers", text_or_null(probe.why_no_buffers)},
          {"lockable_bytes", probe.lockable_bytes ? Json(*probe.lockable_bytes) : Json()}};
}

Json choice_json(const gpu::Choice& choice) { return {{"value", choice.value}, {"why", choice.why}}; }

Json defaults_json(const gpu::DeviceDefaults& defaults) {
  const gpu::SliceChoice& slice = defaults.slice;
  const auto bound = [](std::uint64_t value) { return value == 0 ? Json() : Json(value); };
  return {{"slots", choice_json(defaults.slots)},
          {"lanes", choice_json(defaults.lanes)},
          {"workgroups", choice_json(defaults.workgroups)},
          {"scan_workgroups", choice_json(defaults.scan_workgroups)},
          {"slice",
           {{"longest_ms", bound(static_cast<std::uint64_t>(slice.longest.count()))},
            {"back_edges", bound(slice.back_edges)},
            {"passes", slice.passes},
            {"why", slice.why}}},
          {"idle_passes", choice_json(defaults.idle_passes)}};
}

/// Null: nothing is known, or nothing was looked for.
Json profile_json(const std::optional<Tuned>& tuned) {
  if (!tuned || (!tuned->shape && tuned->why_not.empty())) return {};
  Json json{{"used", tuned->shape.has_value()}, {"why_not", text_or_null(tuned->why_not)}};
  if (!tuned->shape) return json;
  const TunedShape& shape = *tuned->shape;
  json["lanes"] = shape.lanes;
  json["workgroups"] = shape.workgroups;
  json["slots"] = shape.slots;
  json["p50_us"] = shape.p50_us;
  json["default_p50_us"] = shape.default_p50_us;
  json["slots_per_s"] = shape.slots_per_s;
  json["default_slots_per_s"] = shape.default_slots_per_s;
  json["date"] = shape.date;
  json["version"] = shape.version;
  return json;
}

Json device_json(const DeviceInfo& device, const std::optional<Tuned>& tuned) {
  Json placements = Json::array();
  for (const auto& placement : device.placements)
    placements.push_back({{"buffer", placement.buffer},
                          {"memory_type", placement.memory_type},
                          {"properties", placement.properties},
                          {"heap_bytes", placement.heap_bytes}});
  return {{"index", device.index},
          {"name", device.name},
          {"type", std::string(gpu::to_string(device.type))},
          {"usable", device.unsupported.empty()},
          {"unsupported", device.unsupported},
          {"uuid", device.uuid},
          {"driver", device.driver},
          {"api_version", device.api_version},
          {"subgroup_size", device.subgroup_size},
          {"max_lanes", device.max_lanes},
          {"max_workgroups", device.max_workgroups},
          {"compute_units", device.compute_units == 0 ? Json() : Json(device.compute_units)},
          {"defaults", defaults_json(device.defaults)},
          {"profile", profile_json(tuned)},
          {"max_buffer_bytes", device.max_buffer_bytes},
          {"one_memory", device.one_memory},
          {"shader_clock", device.shader_clock},
          {"calibrated_timestamps", device.calibrated_timestamps},
          {"external_memory_host", device.external_memory_host},
          {"transfer_queue", device.transfer_queue},
          {"placements", std::move(placements)},
          {"roads", roads_json(device)},
          {"road_buffered", text_or_null(device.road_buffered)},
          {"road_direct", text_or_null(device.road_direct)}};
}

class Devices final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("--format", format_, "A listing, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_flag("--no-profile", no_profile_, "Do not look at what `vyre bench tune` found")
        ->envname("VYRE_NO_PROFILE");
    app.footer(
        "Best first; `vyre run --device` takes a number, a UUID or part of a name. Exit code 4: none is "
        "usable.");
  }

  Result<void> validate() const override { return {}; }

  Result<ExitCode> run(Context& context) override {
    auto devices = gpu::list_devices();
    // JSON is wanted without a device too.
    if (!devices) context.complain(devices.error());
    const auto list = devices ? std::move(*devices) : std::vector<DeviceInfo>();
    const bool usable =
        std::ranges::any_of(list, [](const DeviceInfo& device) { return device.unsupported.empty(); });
    const auto tuned = read_profile(context, list);
    ExitCode code = usable ? ExitCode::kDone : ExitCode::kNoDevice;
    if (!tuned) code = worst(code, exit_code_of(tuned.error().code));
    const auto tuned_for = [&](const DeviceInfo& device) {
      return tuned && !tuned->empty() ? std::optional((*tuned)[device.index]) : std::nullopt;
    };
    if (format_ == "json") {
      auto document = begin_document("vyre.devices/1");
      document["exit_code"] = static_cast<int>(code);
      document["devices"] = Json::array();
      for (const auto& device : list) document["devices"].push_back(device_json(device, tuned_for(device)));
      document["io"] = io_json(stream::probe_io());
      context.out().write(to_text(document));
    } else {
      for (const auto& device : list)
        context.out().write(
            render_device(device, tuned_for(device), context.out_style(), context.out().width()));
      context.out().write(render_io(stream::probe_io(), context.out_style(), context.out().width()));
    }
    return code;
  }

 private:
  /// What the profile says of each device, by index; empty where it is not to be looked at. A broken one is
  /// told here, since the list is wanted all the same.
  Result<std::vector<Tuned>> read_profile(Context& context, const std::vector<DeviceInfo>& devices) const {
    const auto path = Profile::default_path();
    if (no_profile_ || !path) return std::vector<Tuned>();
    auto found = look_up(*path, devices);
    if (!found) context.complain(found.error());
    return found;
  }

  static Result<std::vector<Tuned>> look_up(const std::string& path, const std::vector<DeviceInfo>& devices) {
    VYRE_TRY(const auto profile, Profile::load(path));
    std::vector<Tuned> found;
    for (const auto& device : devices) { VYRE_TRY(found.emplace_back(), profile.find(device)); }
    return found;
  }

  std::string format_ = "text";
  bool no_profile_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_devices() { return std::make_unique<Devices>(); }

}  // namespace vyre::cli
