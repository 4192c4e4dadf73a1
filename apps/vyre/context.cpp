#include "context.hpp"

#include <fmt/format.h>

namespace vyre::cli {

void Context::choose_colors(const CommonOptions& options) {
  const ColorChoice choice = options.color == "always"  ? ColorChoice::kAlways
                             : options.color == "never" ? ColorChoice::kNever
                                                        : ColorChoice::kAuto;
  out_style_ = Style(wants_color(choice, out_.is_terminal()));
  err_style_ = Style(wants_color(choice, err_.is_terminal()));
}

void Context::complain(const Error& error) {
  Error placed = error;
  if (placed.where.empty()) placed.where = "vyre";
  complain(to_text(placed));
}

void Context::complain(std::string_view rendered_error) {
  constexpr std::string_view kMark = ": error: ";
  const auto mark = rendered_error.find(kMark);
  if (mark == std::string_view::npos || !err_style_.colored())
    return talk(fmt::format("{}\n", rendered_error));
  talk(fmt::format("{}: {} {}\n", err_style_.paint(Paint::kStrong, rendered_error.substr(0, mark)),
                   err_style_.paint(Paint::kBad, "error:"), rendered_error.substr(mark + kMark.size())));
}

void Context::note(std::string_view text) { talk(fmt::format("vyre: {}\n", text)); }

void Context::talk(std::string_view text) {
  // A product that cannot be written is reported at the end, a message that cannot is lost.
  static_cast<void>(out_.flush());
  err_.write(text);
  static_cast<void>(err_.flush());
}

}  // namespace vyre::cli
