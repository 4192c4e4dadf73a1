#include "progress_bar.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "style.hpp"

namespace vyre::cli {
namespace {

constexpr std::size_t kLeastBar = 10;
constexpr std::size_t kMostBar = 40;

/// "0:03", "12:40", "3:00:05".
std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::min(seconds, 1e7)));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string bar(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  return fmt::format("[{:#<{}}{:{}}]", "", full, "", width - full);
}

}  // namespace

bool ProgressBar::is_possible(const Output& output) {
  const char* term = std::getenv("TERM");
  return output.is_terminal() && term != nullptr && std::string_view(term) != "dumb";
}

void ProgressBar::show(const session::StreamProgress& progress) {
  const std::chrono::duration<double> passed = progress.elapsed - last_.elapsed;
  if (passed.count() > 0 && progress.bytes >= last_.bytes) {
    const double now = static_cast<double>(progress.bytes - last_.bytes) / passed.count();
    bytes_per_s_ = last_.bytes == 0 ? now : 0.8 * bytes_per_s_ + 0.2 * now;
  }
  last_ = progress;
  // A line as wide as the terminal would wrap on some.
  const std::size_t width = output_.width() - 1;
  output_.write(fmt::format("\r{}\x1b[K", progress_text(progress, bytes_per_s_, width)));
  static_cast<void>(output_.flush());
  shown_ = true;
}

void ProgressBar::clear() {
  if (!shown_) return;
  output_.write("\r\x1b[K");
  static_cast<void>(output_.flush());
  shown_ = false;
}

std::string progress_text(const session::StreamProgress& progress, double bytes_per_s, std::size_t width) {
  const auto rate = fmt::format("{}/s", bytes_text(static_cast<std::uint64_t>(bytes_per_s)));
  const bool is_known = progress.known_bytes && *progress.known_bytes > 0;
  std::string text;
  const auto add = [&](std::string_view part) {
    const std::string_view between = text.empty() ? "" : ", ";
    if (text.size() + between.size() + part.size() <= width) text += fmt::format("{}{}", between, part);
  };
  if (!is_known) {
    add(bytes_text(progress.bytes));
    add(rate);
    add(plural(progress.files, "file"));
    add(clock_text(std::chrono::duration<double>(progress.elapsed).count()));
    return text;
  }
  const std::uint64_t all = *progress.known_bytes;
  const double share = std::min(1.0, static_cast<double>(progress.bytes) / static_cast<double>(all));
  add(fmt::format("{:3.0f} %", 100 * share));
  if (bytes_per_s > 0 && progress.bytes < all)
    add(clock_text(static_cast<double>(all - progress.bytes) / bytes_per_s) + " left");
  add(rate);
  add(fmt::format("{} of {}", bytes_text(progress.bytes), bytes_text(all)));
  constexpr std::size_t kAround = 4;  // blanks and brackets
  if (text.size() + kAround + kLeastBar <= width)
    text += "  " + bar(share, std::min(kMostBar, width - text.size() - kAround));
  return text;
}

}  // namespace vyre::cli
