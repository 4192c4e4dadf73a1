#include "word_list.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "arguments.hpp"
#include "style.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

constexpr std::string_view kAll = "all";
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

Result<WordSpan> parse_end(std::string_view text) {
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
  if (first.first > last.last)
    return fail(ErrorCode::kBadInput, fmt::format("the range '{}' runs backwards", printable(item)), "",
                fmt::format("write {}..{}", last.text, first.text));
  return WordSpan{
      .text = std::string(item), .first = first.first, .last = last.last, .open_ended = last.open_ended};
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

Result<std::vector<WordSpan>> within(std::vector<WordSpan> spans, std::size_t word_count,
                                     const std::string& file) {
  for (auto& span : spans) {
    if (span.open_ended && span.first <= word_count)
      span.last = std::min(span.last, static_cast<std::uint32_t>(word_count) - 1);
    else if (span.last >= word_count)
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{} does not exist: the control buffer has {} words, {} of them observables", span.text,
                      word_count, word_count - std::min<std::size_t>(word_count, protocol::kObservableWord)),
          file, "ask for an earlier word");
  }
  // "observable" of a buffer without any asks for nothing.
  std::erase_if(spans, [](const WordSpan& span) { return span.first > span.last; });
  return spans;
}

}  // namespace vyre::cli
