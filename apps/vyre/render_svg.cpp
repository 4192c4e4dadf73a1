#include "render_svg.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "style.hpp"
#include "vyre/inspection/ring_map.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

using inspection::Summary;

// Pixels.
constexpr double kWidth = 1040, kMargin = 32, kTop = 104;
constexpr double kMapWidth = 608, kPanelX = kMargin + kMapWidth + 56;
constexpr double kPanelWidth = kWidth - kPanelX - kMargin;
constexpr double kRow = 26, kBar = 14;
constexpr std::size_t kMostCells = 4096, kMostBars = 9;

/// By STATUS: told apart by lightness as well as by hue, and readable on white and on black.
constexpr std::array<std::string_view, protocol::kStatusCount + 1> kColours{
    "#9aa4b21f", "#3b82f6", "#a855f7", "#22a06b", "#06b6d4", "#eab308", "#f97316", "#ef4444", "#64748b"};
constexpr std::array<std::string_view, 10> kTenantColours{"#4f8ef7", "#e8853a", "#3aa676", "#d4517c",
                                                          "#8f6fe0", "#b0a030", "#35a8b8", "#c46bc4",
                                                          "#7d8b3c", "#8a8f98"};

constexpr std::string_view kCss = R"(
  text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
  .title { font-size: 22px; font-weight: 600 }
  .note { font-size: 13px; fill: #59636e }
  .head { font-size: 14px; font-weight: 600 }
  .label { font-size: 12.5px }
  .index { font-size: 10px; fill: #59636e }
  .paper { fill: #ffffff }
  .empty { fill: #e7eaee }
  .track { fill: #eef0f3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note, .index { fill: #9198a1 }
    .paper { fill: #0d1117 }
    .empty { fill: #21262d }
    .track { fill: #161b22 }
  }
)";

struct Bar {
  std::string name;
  std::uint64_t count = 0;
  std::string_view colour;
};

pugi::xml_node rectangle(pugi::xml_node parent, double x, double y, double width, double height,
                         std::string_view colour) {
  pugi::xml_node node = parent.append_child("rect");
  const auto set = [&node](const char* name, double value) {
    node.append_attribute(name).set_value(fmt::format("{:g}", std::round(value * 100) / 100).c_str());
  };
  set("x", x);
  set("y", y);
  set("width", width);
  set("height", height);
  // Colours of the paper's side are classes, so that a dark page can change them.
  node.append_attribute(colour.starts_with('#') ? "fill" : "class").set_value(std::string(colour).c_str());
  return node;
}

void put(pugi::xml_node parent, double x, double y, const char* style, std::string_view text,
         const char* anchor = "start") {
  pugi::xml_node node = parent.append_child("text");
  node.append_attribute("x").set_value(fmt::format("{:g}", x).c_str());
  node.append_attribute("y").set_value(fmt::format("{:g}", y).c_str());
  node.append_attribute("class").set_value(style);
  if (std::string_view(anchor) != "start") node.append_attribute("text-anchor").set_value(anchor);
  node.text().set(std::string(text).c_str());
}

std::string_view colour_of(std::size_t status) { return status == 0 ? "empty" : kColours[status]; }

/// The cells as squares, `columns` a row, with the number of each row's first slot; returns the bottom.
double draw_map(pugi::xml_node parent, const inspection::RingMap& map) {
  std::size_t columns = 16;
  while (columns < 64 && columns * columns < map.cells.size()) columns *= 2;
  constexpr double kIndex = 48;
  const double pitch = std::min((kMapWidth - kIndex) / static_cast<double>(columns), 40.0);
  const double gap = pitch > 12 ? 2 : 1;
  put(parent, kMargin, kTop, "head",
      map.slots_per_cell == 1 ? "Ring by slot" : fmt::format("Ring, {} slots a cell", map.slots_per_cell));
  if (map.slots_per_cell > 1)
    put(parent, kMargin + kMapWidth, kTop, "note", "colour: what most of them are; dot: a fault among them",
        "end");
  const double top = kTop + 16;
  const std::size_t rows = (map.cells.size() + columns - 1) / columns;
  const std::size_t every = pitch >= 14 ? 1 : 4;
  for (std::size_t row = 0; row < rows; ++row) {
    const double y = top + static_cast<double>(row) * pitch;
    if (row % every == 0)
      put(parent, kMargin + kIndex - 8, y + pitch / 2 + 3.5, "index",
          std::to_string(row * columns * map.slots_per_cell), "end");
    for (std::size_t column = 0; column < columns && row * columns + column < map.cells.size(); ++column) {
      pugi::xml_node cell = rectangle(parent, kMargin + kIndex + static_cast<double>(column) * pitch, y,
                                      pitch - gap, pitch - gap, colour_of(map.cells[row * columns + column]));
      if (pitch > 12) cell.append_attribute("rx").set_value("2");
      if (map.slots_per_cell > 1 && map.faulted[row * columns + column])
        rectangle(parent, kMargin + kIndex + (static_cast<double>(column) + 0.3) * pitch, y + 0.3 * pitch,
                  0.4 * pitch - gap / 2, 0.4 * pitch - gap / 2,
                  kColours[static_cast<std::size_t>(protocol::Status::kFault)]);
    }
  }
  return top + static_cast<double>(rows) * pitch;
}

/// What the colours mean, with counts; wraps below the map.
double draw_legend(pugi::xml_node parent, const codec::Occupancy& occupancy, double top) {
  const std::array<std::uint32_t, protocol::kStatusCount + 1> counts{
      occupancy.empty, occupancy.published, occupancy.claimed, occupancy.done,   occupancy.wait_io,
      occupancy.yield, occupancy.requeue,   occupancy.fault,   occupancy.unknown};
  double x = kMargin + 48, y = top + 24;
  for (std::size_t status = 0; status < counts.size(); ++status) {
    if (counts[status] == 0) continue;
    const std::string text =
        fmt::format("{} {}", protocol::status_name(static_cast<std::uint32_t>(status)), counts[status]);
    const double width = 30 + 7.4 * static_cast<double>(text.size());
    if (x + width > kMargin + kMapWidth) x = kMargin + 48, y += 22;
    rectangle(parent, x, y - 11, 12, 12, colour_of(status)).append_attribute("rx").set_value("2");
    put(parent, x + 18, y, "label", text);
    x += width;
  }
  return y + 12;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "0 %"
                    : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

/// Horizontal bars with names, counts and shares; returns the bottom.
double draw_bars(pugi::xml_node parent, double top, std::string_view heading, const std::vector<Bar>& bars) {
  std::uint64_t greatest = 1, total = 0;
  for (const Bar& bar : bars) {
    greatest = std::max(greatest, bar.count);
    total += bar.count;
  }
  put(parent, kPanelX, top, "head", heading);
  double y = top + 14;
  for (const Bar& bar : bars) {
    put(parent, kPanelX, y + 11, "label", bar.name);
    put(parent, kPanelX + kPanelWidth, y + 11, "label",
        fmt::format("{} · {}", bar.count, percent(bar.count, total)), "end");
    rectangle(parent, kPanelX, y + 16, kPanelWidth, kBar / 2, "track").append_attribute("rx").set_value("3");
    const double width = kPanelWidth * static_cast<double>(bar.count) / static_cast<double>(greatest);
    rectangle(parent, kPanelX, y + 16, std::max(width, 2.0), kBar / 2, bar.colour)
        .append_attribute("rx")
        .set_value("3");
    y += kRow + 6;
  }
  if (bars.empty()) {
    put(parent, kPanelX, y + 11, "note", "the ring holds no slot that is not empty");
    y += kRow;
  }
  return y;
}

/// XML has no way to write most control characters.
std::string xml_safe(std::string_view text) { return printable(text); }

std::vector<Bar> opcode_bars(const Summary& summary, const inspection::Names& names) {
  std::vector<Bar> bars;
  Bar others{.name = "others", .count = summary.opcodes.others, .colour = "#8a8f98"};
  for (const auto& entry : summary.opcodes.entries) {
    if (bars.size() < kMostBars)
      bars.push_back({xml_safe(inspection::opcode_text(entry.id, names)), entry.count, "#4f8ef7"});
    else
      others.count += entry.count;
  }
  if (others.count > 0) bars.push_back(others);
  return bars;
}

std::vector<Bar> tenant_bars(const Summary& summary, const inspection::Names& names) {
  auto tenants = summary.tenants;
  std::ranges::stable_sort(tenants, std::ranges::greater{}, &inspection::TenantSummary::slots);
  std::vector<Bar> bars;
  Bar others{.name = "others", .count = summary.other_tenant_slots, .colour = kTenantColours.back()};
  for (const auto& tenant : tenants) {
    if (tenant.slots == 0) continue;
    if (bars.size() < kMostBars)
      bars.push_back({xml_safe("tenant " + inspection::tenant_text(tenant.id, names)), tenant.slots,
                      kTenantColours[bars.size()]});
    else
      others.count += tenant.slots;
  }
  if (others.count > 0) bars.push_back(others);
  return bars;
}

std::string subtitle(const Summary& summary, std::uint32_t slot_count) {
  std::string text = fmt::format("{}, queue depth {}", plural(slot_count, "slot"), summary.queue_depth);
  if (summary.control)
    text += fmt::format(", epoch {}, {} drained", summary.control->epoch, summary.control->done_count);
  if (summary.fault_count && *summary.fault_count > 0)
    text += fmt::format(", {}", plural(*summary.fault_count, "fault"));
  return text;
}

}  // namespace

std::string render_svg(const inspection::Inspection& inspection, const Summary& summary) {
  pugi::xml_document document;
  pugi::xml_node svg = document.append_child("svg");
  svg.append_attribute("xmlns").set_value("http://www.w3.org/2000/svg");
  svg.append_attribute("role").set_value("img");
  const std::string title =
      fmt::format("Ring of {}", std::filesystem::path(inspection.file).filename().string());
  svg.append_child("title").text().set(xml_safe(title).c_str());
  svg.append_child("style").text().set(std::string(kCss).c_str());
  pugi::xml_node paper = rectangle(svg, 0, 0, kWidth, 0, "paper");

  put(svg, kMargin, 44, "title", xml_safe(title));
  put(svg, kMargin, 68, "note", subtitle(summary, inspection.slot_count()));
  const auto map = inspection::map_ring(inspection.buffers.ring, kMostCells);
  const double map_end = draw_legend(svg, *summary.occupancy, draw_map(svg, map));
  double panel_end = draw_bars(svg, kTop, "Slots by opcode", opcode_bars(summary, inspection.names));
  panel_end = draw_bars(svg, panel_end + 26, "Slots by tenant", tenant_bars(summary, inspection.names));

  const std::string height = fmt::format("{:g}", std::ceil(std::max(map_end, panel_end) + kMargin));
  paper.attribute("height").set_value(height.c_str());
  svg.append_attribute("width").set_value(fmt::format("{:g}", kWidth).c_str());
  svg.append_attribute("height").set_value(height.c_str());
  svg.append_attribute("viewBox").set_value(fmt::format("0 0 {:g} {}", kWidth, height).c_str());
  std::ostringstream text;
  document.save(text, " ", pugi::format_default | pugi::format_no_declaration);
  return text.str();
}

}  // namespace vyre::cli
