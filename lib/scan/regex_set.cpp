#include "scan/regex_set.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace vyre::scan {
namespace {

struct NamedClass {
  std::string_view name;
  std::string_view ranges;  ///< pairs of first and last byte
};

/// As in the C locale.
constexpr std::array<NamedClass, 12> kNamedClasses{{{"alpha", "azAZ"},
                                                    {"digit", "09"},
                                                    {"alnum", "azAZ09"},
                                                    {"upper", "AZ"},
                                                    {"lower", "az"},
                                                    {"space", "\t\r  "},
                                                    {"blank", "\t\t  "},
                                                    {"punct", "!/:@[`{~"},
                                                    {"print", " ~"},
                                                    {"graph", "!~"},
                                                    {"cntrl", std::string_view("\0\x1F\x7F\x7F", 4)},
                                                    {"xdigit", "09afAF"}}};

void add_range(ByteSet& set, char first, char last) {
  for (std::size_t byte = static_cast<std::uint8_t>(first); byte <= static_cast<std::uint8_t>(last); ++byte)
    set.set(byte);
}

/// Reads "[:name:]" at `at`.
std::optional<SetProblem> read_named(std::string_view text, std::size_t& at, ByteSet& set) {
  if (text[at + 1] != ':')
    return SetProblem{at, fmt::format("collating elements ('[{}') are not supported", text[at + 1]),
                      "write the bytes themselves"};
  const std::size_t end = text.find(":]", at + 2);
  const std::string_view name = text.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
  for (const auto& known : kNamedClasses) {
    if (end == std::string_view::npos || known.name != name) continue;
    for (std::size_t i = 0; i < known.ranges.size(); i += 2)
      add_range(set, known.ranges[i], known.ranges[i + 1]);
    at = end + 2;
    return std::nullopt;
  }
  return SetProblem{
      at, "no such class of characters",
      "name one of: alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl, "
      "xdigit, as in [[:alpha:]]"};
}

bool begins_named(std::string_view text, std::size_t at) {
  return text[at] == '[' && at + 1 < text.size() &&
         (text[at + 1] == ':' || text[at + 1] == '.' || text[at + 1] == '=');
}

}  // namespace

void add_other_case(ByteSet& set) {
  for (std::size_t letter = 'a'; letter <= 'z'; ++letter) {
    const bool either = set[letter] || set[letter - ('a' - 'A')];
    set[letter] = either;
    set[letter - ('a' - 'A')] = either;
  }
}

std::optional<SetProblem> read_set(std::string_view text, std::size_t& at, bool ignore_case, ByteSet& set) {
  const std::size_t open = at - 1;
  const bool negated = at < text.size() && text[at] == '^';
  if (negated) ++at;
  for (bool first = true; at < text.size() && (first || text[at] != ']'); first = false) {
    if (begins_named(text, at)) {
      if (auto problem = read_named(text, at, set)) return problem;
      continue;
    }
    const std::size_t from = at++;
    std::size_t to = from;
    if (at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']') {
      to = at + 1;
      at += 2;
    }
    if (begins_named(text, to))
      return SetProblem{to, "a class of characters ends no range", "write the last byte of the range"};
    if (static_cast<std::uint8_t>(text[from]) > static_cast<std::uint8_t>(text[to]))
      return SetProblem{from, "a range that ends before it begins", "swap its ends"};
    add_range(set, text[from], text[to]);
  }
  if (at >= text.size())
    return SetProblem{open, "this '[' is never closed", "close it with ], or write \\[ for the character"};
  ++at;
  if (ignore_case) add_other_case(set);
  if (negated) set.flip();
  if (set.none()) return SetProblem{open, "no byte is in this set", "leave some bytes out of it"};
  return std::nullopt;
}

std::string set_text(const ByteSet& set) {
  const auto plain = [&](std::size_t byte) { return set[byte] && byte != ']' && byte != '-' && byte != '^'; };
  std::string text;
  for (std::size_t first = 0; first < 256; ++first) {
    if (!plain(first)) continue;
    std::size_t last = first;
    // libfa compares the ends of a range as signed bytes.
    while (last + 1 < 256 && last != 0x7F && plain(last + 1)) ++last;
    text += static_cast<char>(first);
    if (last - first >= 2) text += '-';
    if (last > first) text += static_cast<char>(last);
    first = last;
  }
  // ']' stands first, '-' last, and '^' anywhere but first.
  if (set[']']) text.insert(text.begin(), ']');
  if (text.empty()) return set['^'] && set['-'] ? "(\\^|-)" : set['^'] ? "\\^" : "-";
  if (set['^']) text += '^';
  if (set['-']) text += '-';
  return "[" + text + "]";
}

}  // namespace vyre::scan
