#include "bench/plot.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "style.hpp"

namespace vyre::cli::bench {
namespace {

// Pixels.
constexpr double kWidth = 800, kLeft = 84, kRight = 28, kTop = 92, kAxis = 340, kLegendRow = 24;
constexpr double kPlotWidth = kWidth - kLeft - kRight;

constexpr std::array<std::string_view, 8> kColours{"#2f7de1", "#e8853a", "#35a06b", "#a855f7",
                                                   "#d4517c", "#b0a030", "#35a8b8", "#8a8f98"};

constexpr std::string_view kCss = R"(
  text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; font-size: 14px }
  .title { font-size: 20px; font-weight: 600 }
  .note { font-size: 14px; fill: #59636e }
  .paper { fill: #ffffff }
  .grid { stroke: #dfe3e8; stroke-width: 1 }
  .axis { stroke: #59636e; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note { fill: #9198a1 }
    .paper { fill: #0d1117 }
    .grid { stroke: #21262d }
    .axis { stroke: #9198a1 }
  }
)";

/// From values to pixels.
struct Scale {
  double low = 0, high = 1;  ///< of the axis, logarithms where it is logarithmic
  double from = 0, to = 1;   ///< pixels
  bool log = false;

  [[nodiscard]] double at(double value) const {
    const double place = log ? std::log10(value) : value;
    return from + (place - low) / (high - low) * (to - from);
  }
};

std::string_view colour_of(std::size_t index) { return kColours[index % kColours.size()]; }

pugi::xml_node add(pugi::xml_node parent, const char* name, const char* style) {
  pugi::xml_node node = parent.append_child(name);
  if (*style != '\0') node.append_attribute("class").set_value(style);
  return node;
}
void set(pugi::xml_node node, const char* name, double value) {
  node.append_attribute(name).set_value(fmt::format("{:g}", std::round(value * 100) / 100).c_str());
}
void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}

void put(pugi::xml_node parent, double x, double y, std::string_view text, const char* style = "",
         const char* anchor = "start") {
  pugi::xml_node node = add(parent, "text", style);
  set(node, "x", x);
  set(node, "y", y);
  if (std::string_view(anchor) != "start") set(node, "text-anchor", anchor);
  node.text().set(printable(text).c_str());
}

void line(pugi::xml_node parent, double x1, double y1, double x2, double y2, const char* style) {
  pugi::xml_node node = add(parent, "line", style);
  set(node, "x1", x1);
  set(node, "y1", y1);
  set(node, "x2", x2);
  set(node, "y2", y2);
}

/// "0.1", "20", "1 k": without a unit, which the axis names.
std::string tick_text(double value) {
  if (value < 1e3) return fmt::format("{:g}", value);
  return value < 1e6   ? fmt::format("{:g} k", value / 1e3)
         : value < 1e9 ? fmt::format("{:g} M", value / 1e6)
                       : fmt::format("{:g} G", value / 1e9);
}

/// "64", "8 Ki", "1 Mi"
std::string binary_text(double value) {
  constexpr double kKi = 1024;
  if (value < kKi) return fmt::format("{:g}", value);
  return value < kKi * kKi ? fmt::format("{:g} Ki", value / kKi) : fmt::format("{:g} Mi", value / kKi / kKi);
}

/// From the least x to the greatest, and a bit beyond.
Scale x_scale(const Plot& plot) {
  double least = std::numeric_limits<double>::max(), most = 0;
  for (const auto& series : plot.series)
    for (const auto& point : series.points) {
      least = std::min(least, point.x);
      most = std::max(most, point.x);
    }
  constexpr double kBeyond = 0.05;
  Scale scale{.low = std::log10(least) - kBeyond,
              .high = std::log10(most) + kBeyond,
              .from = kLeft,
              .to = kLeft + kPlotWidth,
              .log = true};
  return scale;
}

Scale y_scale(const Plot& plot) {
  double least = std::numeric_limits<double>::max(), most = 0;
  for (const auto& series : plot.series)
    for (const auto& point : series.points) {
      least = std::min(least, point.low);
      most = std::max(most, point.high);
    }
  Scale scale{.low = 0, .high = most * 1.05, .from = kAxis, .to = kTop, .log = plot.y_log};
  if (!plot.y_log) return scale;
  scale.low = std::floor(std::log10(least));
  scale.high = std::max(std::ceil(std::log10(most)), scale.low + 1);
  return scale;
}

/// 1, 2 and 5 of each decade, or powers of two: as many as have room.
std::vector<double> log_ticks(const Scale& scale, bool by_two, double room) {
  std::vector<double> ticks;
  if (by_two) {
    const double first = std::ceil(scale.low / std::log10(2.0)),
                 last = std::floor(scale.high / std::log10(2.0));
    const double every = std::ceil((last - first + 1) / std::max(room, 1.0));
    for (double power = first; power <= last; power += every) ticks.push_back(std::exp2(power));
    return ticks;
  }
  const double decades = scale.high - scale.low;
  for (double power = std::floor(scale.low); power <= scale.high; ++power)
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit != 1.0 && decades * 3 > room) continue;
      const double value = digit * std::pow(10.0, power);
      if (std::log10(value) >= scale.low - 1e-9 && std::log10(value) <= scale.high + 1e-9)
        ticks.push_back(value);
    }
  return ticks;
}

std::vector<double> linear_ticks(double most) {
  const double decade = std::pow(10.0, std::floor(std::log10(most)));
  const double step = most / decade < 2 ? decade / 5 : most / decade < 5 ? decade / 2 : decade;
  std::vector<double> ticks;
  for (double value = 0; value <= most; value += step) ticks.push_back(value);
  return ticks;
}

void draw_axes(pugi::xml_node svg, const Plot& plot, const Scale& x, const Scale& y) {
  constexpr double kTicksX = 12, kTicksY = 8;
  for (const double value : log_ticks(x, plot.x_by_two, kTicksX)) {
    line(svg, x.at(value), kTop, x.at(value), kAxis, "grid");
    put(svg, x.at(value), kAxis + 20, plot.x_by_two ? binary_text(value) : tick_text(value), "note",
        "middle");
  }
  for (const double value : plot.y_log ? log_ticks(y, false, kTicksY) : linear_ticks(y.high)) {
    line(svg, kLeft, y.at(value), kLeft + kPlotWidth, y.at(value), "grid");
    put(svg, kLeft - 8, y.at(value) + 5, tick_text(value), "note", "end");
  }
  line(svg, kLeft, kAxis, kLeft + kPlotWidth, kAxis, "axis");
  put(svg, kLeft + kPlotWidth, kAxis + 42, plot.x_label, "note", "end");
  put(svg, kLeft, kTop - 10, plot.y_label, "note");
}

void draw_steps(pugi::xml_node svg, const Series& series, std::string_view colour, const Scale& x,
                const Scale& y) {
  std::string path;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const auto& point = series.points[i];
    if (i == 0) path += fmt::format("M{:.1f},{:.1f}", x.at(point.x), y.from);
    path += fmt::format("L{:.1f},{:.1f}", x.at(point.x), y.at(point.y));
    if (i + 1 < series.points.size())
      path += fmt::format("L{:.1f},{:.1f}", x.at(series.points[i + 1].x), y.at(point.y));
  }
  path += fmt::format("L{:.1f},{:.1f}", x.at(series.points.back().x), y.from);
  pugi::xml_node node = add(svg, "path", "");
  set(node, "d", path);
  set(node, "fill", colour);
  set(node, "fill-opacity", 0.22);
  set(node, "stroke", colour);
  set(node, "stroke-width", 2);
}

void draw_line(pugi::xml_node svg, const Series& series, std::string_view colour, const Scale& x,
               const Scale& y) {
  std::string path;
  for (const auto& point : series.points)
    path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? 'M' : 'L', x.at(point.x), y.at(point.y));
  pugi::xml_node node = add(svg, "path", "");
  set(node, "d", path);
  set(node, "fill", "none");
  set(node, "stroke", colour);
  set(node, "stroke-width", 2.5);
  for (const auto& point : series.points) {
    pugi::xml_node bar = add(svg, "path", "");
    set(bar, "d", fmt::format("M{:.1f},{:.1f}V{:.1f}", x.at(point.x), y.at(point.low), y.at(point.high)));
    set(bar, "stroke", colour);
    set(bar, "stroke-opacity", 0.5);
    set(bar, "stroke-width", 5);
    pugi::xml_node dot = add(svg, "circle", "");
    set(dot, "cx", x.at(point.x));
    set(dot, "cy", y.at(point.y));
    set(dot, "r", 4.5);
    set(dot, "fill", colour);
  }
}

}  // namespace

std::string draw(const Plot& plot) {
  pugi::xml_document document;
  pugi::xml_node svg = document.append_child("svg");
  set(svg, "xmlns", "http://www.w3.org/2000/svg");
  set(svg, "role", "img");
  svg.append_child("title").text().set(printable(plot.title).c_str());
  svg.append_child("style").text().set(std::string(kCss).c_str());
  const double height = kAxis + 62 + kLegendRow * static_cast<double>(plot.series.size()) + 8;
  pugi::xml_node paper = add(svg, "rect", "paper");
  set(paper, "width", kWidth);
  set(paper, "height", height);
  put(svg, 24, 36, plot.title, "title");
  put(svg, 24, 58, plot.note, "note");
  const Scale x = x_scale(plot), y = y_scale(plot);
  draw_axes(svg, plot, x, y);
  double legend = kAxis + 72;
  for (std::size_t i = 0; i < plot.series.size(); ++i, legend += kLegendRow) {
    (plot.filled ? draw_steps : draw_line)(svg, plot.series[i], colour_of(i), x, y);
    pugi::xml_node key = add(svg, "rect", "");
    set(key, "x", kLeft);
    set(key, "y", legend - 12);
    set(key, "width", 18);
    set(key, "height", 12);
    set(key, "rx", 2);
    set(key, "fill", colour_of(i));
    put(svg, kLeft + 28, legend - 1, plot.series[i].name);
  }
  set(svg, "width", kWidth);
  set(svg, "height", height);
  set(svg, "viewBox", fmt::format("0 0 {:g} {:g}", kWidth, height));
  std::ostringstream text;
  document.save(text, " ", pugi::format_default | pugi::format_no_declaration);
  return text.str();
}

}  // namespace vyre::cli::bench
