#include "vyre/gpu/device.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
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

std::string render_device(const DeviceInfo& device, const Style& style, std::size_t width) {
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
  row("kernel",
      fmt::format("{} of {} lanes, {} of {}, slices of {}", device.default_lanes, device.max_lanes,
                  device.default_workgroups, plural(device.max_workgroups, "workgroup"),
                  device.default_slice_passes == 1 ? "1 pass"
                                                   : fmt::format("{} passes", device.default_slice_passes)));
  row("subgroup", plural(device.subgroup_size, "invocation"));
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

Json device_json(const DeviceInfo& device) {
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
          {"default_lanes", device.default_lanes},
          {"max_lanes", device.max_lanes},
          {"default_workgroups", device.default_workgroups},
          {"max_workgroups", device.max_workgroups},
          {"default_slice_passes", device.default_slice_passes},
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
    const ExitCode code = usable ? ExitCode::kDone : ExitCode::kNoDevice;
    if (format_ == "json") {
      auto document = begin_document("vyre.devices/1");
      document["exit_code"] = static_cast<int>(code);
      document["devices"] = Json::array();
      for (const auto& device : list) document["devices"].push_back(device_json(device));
      document["io"] = io_json(stream::probe_io());
      context.out().write(to_text(document));
    } else {
      for (const auto& device : list)
        context.out().write(render_device(device, context.out_style(), context.out().width()));
      context.out().write(render_io(stream::probe_io(), context.out_style(), context.out().width()));
    }
    return code;
  }

 private:
  std::string format_ = "text";
};

}  // namespace

std::unique_ptr<Verb> make_devices() { return std::make_unique<Devices>(); }

}  // namespace vyre::cli
