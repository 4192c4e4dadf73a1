#include "word_list.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "arguments.hpp"
#include "style.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kArena = "arena";
constexpr std::uint32_t kLastWord = protocol::kControlFixedWords + protocol::kMaxObservables - 1;

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Where ".." stands outside parentheses.
std::size_t find_dots(std::string_view text) {
  int open = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '(') ++open;
    if (text[i] == ')') --open;
    if (open == 0 && text.substr(i, 2) == "..") return i;
  }
  return std::string_view::npos;
}

bool names_arena(std::string_view text) {
  return text == kArena || (text.starts_with(kArena) && text.substr(kArena.size()).starts_with('('));
}

/// "arena", "arena(7)", "arena(0..15)".
Result<WordSpan> parse_arena(std::string_view text) {
  WordSpan span{.text = std::string(text), .buffer = inspection::Buffer::kArena};
  if (text == kArena) {
    span.last = std::numeric_limits<std::uint32_t>::max();
    span.open_ended = true;
    return span;
  }
  const auto wrong = [&] {
    return fail(ErrorCode::kBadInput, fmt::format("'{}' names no words of the arena", printable(text)), "",
                "write arena(0) or arena(0..15)");
  };
  if (!text.ends_with(')')) return wrong();
  const std::string_view inside = text.substr(kArena.size() + 1, text.size() - kArena.size() - 2);
  const auto dots = inside.find("..");
  const auto first = number_of(inside.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number_of(inside.substr(dots + 2));
  if (!first || !last) return wrong();
  if (*first > *last)
    return fail(ErrorCode::kBadInput, fmt::format("the range {}..{} of arena runs backwards", *first, *last),
                "", fmt::format("write arena({}..{})", *last, *first));
  span.first = *first;
  span.last = *last;
  return span;
}

Result<WordSpan> parse_end(std::string_view text) {
  if (names_arena(text)) return parse_arena(text);
  WordSpan span{.text = std::string(text)};
  if (const auto number = number_of(text)) {
    if (*number > kLastWord)
      return fail(ErrorCode::kBadInput, fmt::format("control word {} does not exist", *number), "",
                  fmt::format("words go from 0 to {}", kLastWord));
    span.first = span.last = *number;
    return span;
  }
  if (text == kAll || text == protocol::kObservableName) {
    span.first = text == kAll ? 0 : protocol::kObservableWord;
    span.last = kLastWord;
    span.open_ended = true;
    return span;
  }
  VYRE_TRY(const auto ranges, parse_words(span.text));
  span.first = ranges.front().base + ranges.front().first;
  span.last = ranges.front().base + ranges.front().last;
  return span;
}

Result<WordSpan> parse_item(std::string_view item) {
  const auto dots = find_dots(item);
  if (dots == std::string_view::npos) return parse_end(item);
  VYRE_TRY(const auto first, parse_end(trimmed(item.substr(0, dots))));
  VYRE_TRY(const auto last, parse_end(trimmed(item.substr(dots + 2))));
  if (first.buffer != last.buffer)
    return fail(ErrorCode::kBadInput,
                fmt::format("the range '{}' goes from one buffer into another", printable(item)), "",
                fmt::format("write {},{}", first.text, last.text));
  if (first.first > last.last)
    return fail(ErrorCode::kBadInput, fmt::format("the range '{}' runs backwards", printable(item)), "",
                fmt::format("write {}..{}", last.text, first.text));
  return WordSpan{.text = std::string(item),
                  .first = first.first,
                  .last = last.last,
                  .open_ended = last.open_ended,
                  .buffer = first.buffer};
}

}  // namespace

Result<std::vector<WordSpan>> parse_word_list(const std::string& text) {
  std::vector<WordSpan> spans;
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    VYRE_TRY(spans.emplace_back(), parse_item(trimmed(rest.substr(0, comma))));
    if (comma == std::string_view::npos) return spans;
    rest.remove_prefix(comma + 1);
  }
}

Result<std::vector<WordSpan>> within(std::vector<WordSpan> spans, const inspection::Inspection& inspection) {
  for (auto& span : spans) {
    const bool in_arena = span.buffer == inspection::Buffer::kArena;
    const std::size_t count = inspection.words(span.buffer).size();
    if (count == 0) {
      const bool is_raw = inspection.content == inspection::Content::kBuffers;
      return fail(ErrorCode::kBadInput,
                  fmt::format("{} without {}",
                              is_raw ? "raw buffers" : fmt::format("a {}", to_string(inspection.content)),
                              in_arena ? "an arena" : "a control buffer"),
                  inspection.file,
                  fmt::format("name a snapshot that holds one, or a raw buffer with --as {}",
                              to_string(span.buffer)));
    }
    if (span.open_ended && span.first <= count) {
      span.last = std::min(span.last, static_cast<std::uint32_t>(count) - 1);
      continue;
    }
    if (span.last < count) continue;
    if (in_arena)
      return fail(ErrorCode::kOutOfRange,
                  fmt::format("{} does not exist: the arena has {} words", span.text, count), inspection.file,
                  "ask for an earlier word");
    return fail(
        ErrorCode::kOutOfRange,
        fmt::format("{} does not exist: the control buffer has {} words, {} of them observables", span.text,
                    count, count - std::min<std::size_t>(count, protocol::kObservableWord)),
        inspection.file, "ask for an earlier word");
  }
  // "observable" of a buffer without any asks for nothing.
  std::erase_if(spans, [](const WordSpan& span) { return span.first > span.last; });
  return spans;
}

std::string name_of(const WordSpan& span, std::uint32_t word) {
  return span.buffer == inspection::Buffer::kArena ? fmt::format("{}({})", kArena, word)
                                                   : inspection::word_text(word);
}

}  // namespace vyre::cli
