/// Colours and shapes of text output: numbers, durations, wrapped lines.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vyre::cli {

enum class Paint : std::uint8_t { kGood, kBad, kCaution, kStrong, kFaint };
enum class ColorChoice : std::uint8_t { kAuto, kAlways, kNever };

/// Paints text for one stream, or leaves it plain.
class Style {
 public:
  explicit Style(bool colored = false) : colored_(colored) {}
  [[nodiscard]] bool colored() const noexcept { return colored_; }
  [[nodiscard]] std::string paint(Paint paint, std::string_view text) const;

 private:
  bool colored_;
};

/// kAuto: on a terminal, unless NO_COLOR is set and not empty or TERM is "dumb".
[[nodiscard]] bool wants_color(ColorChoice choice, bool is_terminal);

/// "850 ns", "1.2 ms", "3.4 s": two or three digits that matter.
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds duration);
/// "12", "10 k", "1.25 M".
[[nodiscard]] std::string count_text(double count);
/// "64 KiB", "23.4 GiB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// "1 slot", "2 slots".
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view noun);

/// Breaks `text` at blanks so that no line but one without blanks is longer than `width`; every
/// line after the first begins with `indent` blanks, which count. The first is taken to begin there too.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

/// Control characters as \xNN, so that no file can drive the terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace vyre::cli
