#include "style.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace vyre::cli {
namespace {

constexpr std::array<std::string_view, 5> kCodes{"32", "31", "33", "1", "2"};  // by Paint
constexpr std::size_t kLeastText = 20;  ///< columns that wrapped text gets, however deep its indent

bool set_and_not_empty(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// At most three digits that matter: 1.23, 12.3, 123.
std::string three_digits(double value) {
  if (value < 9.995) return fmt::format("{:.2f}", value);
  return value < 99.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

std::string Style::paint(Paint paint, std::string_view text) const {
  if (!colored_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(paint)], text);
}

bool wants_color(ColorChoice choice, bool is_terminal) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  const char* term = std::getenv("TERM");
  return is_terminal && !set_and_not_empty("NO_COLOR") && term != nullptr && std::string_view(term) != "dumb";
}

std::string duration_text(std::chrono::nanoseconds duration) {
  const auto ns = static_cast<double>(duration.count());
  if (ns < 1e3) return fmt::format("{} ns", duration.count());
  if (ns < 1e6) return three_digits(ns / 1e3) + " us";
  if (ns < 1e9) return three_digits(ns / 1e6) + " ms";
  return three_digits(ns / 1e9) + " s";
}

std::string count_text(double count) {
  if (count < 1e3)
    return count < 10 && count != std::floor(count) ? three_digits(count) : fmt::format("{:.0f}", count);
  if (count < 1e6) return three_digits(count / 1e3) + " k";
  if (count < 1e9) return three_digits(count / 1e6) + " M";
  return three_digits(count / 1e9) + " G";
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return unit == 0 || value == static_cast<double>(static_cast<std::uint64_t>(value))
             ? fmt::format("{:.0f} {}", value, kUnits[unit])
             : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  const std::size_t room = std::max(kLeastText, width > indent ? width - indent : 0);
  std::string wrapped;
  while (text.size() > room) {
    std::size_t cut = text.rfind(' ', room);
    if (cut == std::string_view::npos || cut == 0) cut = text.find(' ', room);
    if (cut == std::string_view::npos) break;
    wrapped += fmt::format("{}\n{:{}}", text.substr(0, cut), "", indent);
    text.remove_prefix(cut + 1);
  }
  return wrapped.append(text);
}

std::string printable(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F)
      safe += fmt::format("\\x{:02x}", byte);
    else
      safe += c;
  }
  return safe;
}

}  // namespace vyre::cli
