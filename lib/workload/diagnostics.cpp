#include "vyre/workload/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace vyre::workload {

namespace {

/// A longer line is cut, so that the caret and what it points to fit on a screen.
constexpr std::size_t kShownCharacters = 100;
constexpr std::size_t kKeptBeforeCaret = 40;
constexpr std::string_view kCut = "...";

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The bytes of `text` from character `first`, at most `count` characters.
std::string_view characters(std::string_view text, std::size_t first, std::size_t count) {
  std::size_t begin = 0;
  for (; first > 0 && begin < text.size(); --first) do
      ++begin;
    while (begin < text.size() && continues(text[begin]));
  std::size_t end = begin;
  for (; count > 0 && end < text.size(); --count) do
      ++end;
    while (end < text.size() && continues(text[end]));
  return text.substr(begin, end - begin);
}

std::string without_controls(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) c = '?';
  }
  return clean;
}

/// Bytes that are no UTF-8 would garble the terminal; each becomes a question mark.
std::string printable_utf8(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    bool good = length > 0 && lead < 0xF5 && i + length <= text.size();
    for (std::size_t k = 1; good && k < length; ++k) good = continues(text[i + k]);
    clean += good ? text.substr(i, length) : std::string_view("?");
    i += good ? length : 1;
  }
  return clean;
}

bool read_number(std::string_view& rest, std::uint32_t& number) {
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos) return false;
  const char* const begin = rest.data() + colon + 1;
  const char* const end = rest.data() + rest.size();
  const auto [last, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || last != end) return false;
  rest = rest.substr(0, colon);
  return true;
}

}  // namespace

Excerpt make_excerpt(std::string_view source_text, Position position) {
  if (position.line == 0 || position.column == 0) return {};
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < position.line; ++line) {
    const auto newline = source_text.find('\n', begin);
    if (newline == std::string_view::npos) return {};
    begin = newline + 1;
  }
  std::string_view line =
      source_text.substr(begin, std::min(source_text.find('\n', begin), source_text.size()) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);

  const std::size_t column = position.column - 1;
  const std::size_t first = column > kShownCharacters - kKeptBeforeCaret ? column - kKeptBeforeCaret : 0;
  const std::string_view shown = characters(line, first, kShownCharacters);
  Excerpt excerpt;
  excerpt.line = position.line;
  excerpt.caret = static_cast<std::uint32_t>(column - first);
  excerpt.text = without_controls(printable_utf8(shown));
  if (first > 0) {
    excerpt.text.insert(0, kCut);
    excerpt.caret += static_cast<std::uint32_t>(kCut.size());
  }
  if (shown.data() + shown.size() < line.data() + line.size()) excerpt.text += kCut;
  return excerpt;
}

Position position_of(const Error& error) noexcept {
  Position position;
  std::string_view rest = error.where;
  if (!read_number(rest, position.column) || !read_number(rest, position.line)) return {};
  return position;
}

std::string render(const Error& error, const Excerpt& excerpt) {
  std::string text;
  if (!error.where.empty()) text += error.where + ": ";
  text += "error: " + error.what;
  if (excerpt.line > 0) {
    const std::string number = fmt::format("{:>5}", excerpt.line);
    // Tabs are kept before the caret, so that it stands right whatever their width is.
    std::string before;
    std::size_t left = excerpt.caret;
    for (std::size_t i = 0; i < excerpt.text.size() && left > 0; ++i) {
      if (continues(excerpt.text[i])) continue;
      before += excerpt.text[i] == '\t' ? '\t' : ' ';
      --left;
    }
    before.append(left, ' ');
    text += fmt::format("\n{} | {}\n{} | {}^", number, excerpt.text, std::string(number.size(), ' '), before);
  }
  if (!error.fix.empty()) text += "\nfix: " + error.fix;
  return text;
}

std::string render(const Error& error, std::string_view source_text) {
  return render(error, make_excerpt(source_text, position_of(error)));
}

}  // namespace vyre::workload
