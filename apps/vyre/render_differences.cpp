#include "render_differences.hpp"

#include <variant>

#include <fmt/format.h>

namespace vyre::cli {
namespace {

void add_value(Rows& rows, std::string_view name, const inspection::DifferingValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value))
    rows.number(name, *number);
  else if (const auto* text = std::get_if<std::string>(&value))
    rows.text(name, *text);
  else
    rows.none(name);
}

}  // namespace

void render_differences(const Compared& compared, Output& out, const Style& style) {
  const auto& found = compared.differences;
  if (found.count == 0) return out.write("no difference\n");
  out.write(fmt::format("A is {}, B is {}\n", printable(compared.a), printable(compared.b)));
  bool first = true;
  for (const auto& difference : found.first) {
    const std::string text = printable(inspection::to_text(difference));
    out.write(fmt::format("{}\n", first ? style.paint(Paint::kStrong, text) : text));
    first = false;
  }
  if (found.count > found.first.size())
    out.write(fmt::format("and {}\n", plural(found.count - found.first.size(), "more difference")));
}

void render_differences(const Compared& compared, Rows& rows) {
  const auto& found = compared.differences;
  rows.begin_document("vyre.diff/1");
  rows.text("a", compared.a);
  rows.text("b", compared.b);
  rows.number("difference_count", found.count);
  rows.end_head();
  rows.begin_list("differences", "difference");
  for (const auto& difference : found.first) {
    rows.begin_row();
    rows.text("part", difference.part);
    rows.number("index", difference.index);
    rows.text("name", difference.name);
    add_value(rows, "a", difference.a);
    add_value(rows, "b", difference.b);
    rows.text("text", inspection::to_text(difference));
    rows.end_row();
  }
  rows.end_list();
  rows.end_document();
}

}  // namespace vyre::cli
