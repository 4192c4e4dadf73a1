#include "arguments.hpp"

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "nearest.hpp"
#include "style.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli {
namespace {

constexpr std::string_view kAnyWord = "word";
constexpr std::uint32_t kLastWord = protocol::kControlFixedWords + protocol::kMaxObservables - 1;

std::unexpected<Error> refuse(std::string what, std::string fix) {
  return fail(ErrorCode::kBadInput, std::move(what), "", std::move(fix));
}

/// Decimal or 0x; the whole text.
std::optional<std::uint32_t> parse_u32(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> word_names() {
  std::vector<std::string> names{std::string(protocol::kObservableName), std::string(kAnyWord)};
  for (const auto& words : protocol::kControlNames) names.emplace_back(words.name);
  return names;
}

/// The words of a name: where they begin and how many there are.
Result<protocol::ControlWords> find_words(std::string_view name) {
  if (name == protocol::kObservableName)
    return protocol::ControlWords{protocol::kObservableName, protocol::kObservableWord,
                                  protocol::kMaxObservables};
  if (name == kAnyWord) return protocol::ControlWords{kAnyWord, 0, kLastWord + 1};
  for (const auto& words : protocol::kControlNames)
    if (words.name == name) return words;
  const auto near = nearest(name, word_names());
  return refuse(fmt::format("no control word is called '{}'{}", printable(name),
                            near ? fmt::format("; did you mean '{}'?", *near) : ""),
                "`vyre help words` lists the names");
}

/// One index inside the parentheses: a number, or for metrics an opcode's name.
std::optional<std::uint32_t> parse_index(std::string_view text, const protocol::ControlWords& words) {
  if (words.first == protocol::kMetricsWord)
    if (const auto* opcode = protocol::find_opcode(text)) return opcode->opcode;
  return parse_u32(text);
}

Result<WordRange> parse_word(std::string_view item) {
  const auto open = item.find('(');
  VYRE_TRY(const auto words, find_words(item.substr(0, open)));
  WordRange range{.name = std::string(words.name), .indexed = words.count > 1, .base = words.first};
  if (open == std::string_view::npos) {
    if (words.count > protocol::kObservableWord)
      return refuse(fmt::format("'{}' needs an index", item), fmt::format("write {0}(0) or {0}(0..7)", item));
    range.last = words.count - 1;
    return range;
  }
  if (!item.ends_with(')'))
    return refuse(fmt::format("'{}' lacks its ')'", printable(item)), fmt::format("write {}(0)", words.name));
  const std::string_view inside = item.substr(open + 1, item.size() - open - 2);
  const auto dots = inside.find("..");
  const auto first = parse_index(inside.substr(0, dots), words);
  const auto last = dots == std::string_view::npos ? first : parse_index(inside.substr(dots + 2), words);
  if (!first || !last)
    return refuse(fmt::format("'{}' is no index of {}", printable(inside), words.name),
                  words.count == 1 ? fmt::format("write {}", words.name)
                                   : fmt::format("write {0}(0) or {0}(0..7)", words.name));
  if (*first > *last)
    return refuse(fmt::format("the range {}..{} of {} runs backwards", *first, *last, words.name),
                  fmt::format("write {}({}..{})", words.name, *last, *first));
  if (*last >= words.count)
    return refuse(fmt::format("{}({}) does not exist", words.name, *last),
                  fmt::format("{} goes from 0 to {}", words.name, words.count - 1));
  range.first = *first;
  range.last = *last;
  return range;
}

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    double ns;
  };
  // Longer names first, since each also ends like a shorter one.
  constexpr std::array<Unit, 6> kUnits{
      {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
  constexpr double kMostNs = 365 * 24 * 3600e9;
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const std::string_view number = text.substr(0, text.size() - unit.name.size());
    double value = 0;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::fixed);
    if (error != std::errc() || end != number.data() + number.size()) break;
    const double ns = value * unit.ns;
    if (!(ns >= 1 && ns <= kMostNs))
      return refuse(fmt::format("the duration '{}' is out of range", printable(text)),
                    "ask for 1ns to 8760h");
    return std::chrono::nanoseconds(static_cast<std::int64_t>(ns));
  }
  return refuse(fmt::format("'{}' is no duration", printable(text)),
                "write a number and a unit: 500ms, 2s, 1m");
}

Result<std::pair<std::string, std::string>> parse_assignment(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return refuse(fmt::format("'{}' sets nothing", printable(text)), "write name=value");
  return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

Result<std::vector<WordRange>> parse_words(const std::string& text) {
  std::vector<WordRange> ranges;
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    VYRE_TRY(ranges.emplace_back(), parse_word(item));
    if (comma == std::string_view::npos) return ranges;
    rest.remove_prefix(comma + 1);
  }
}

Result<std::vector<session::Observe>> expand_words(const std::vector<WordRange>& ranges,
                                                   std::uint32_t observable_count) {
  const std::uint32_t word_count = protocol::kControlFixedWords + observable_count;
  std::vector<session::Observe> words;
  for (const WordRange& range : ranges) {
    if (range.base + range.last >= word_count)
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{}({}) does not exist: the control buffer has {} words, {} of them observables",
                      range.name, range.last, word_count, observable_count),
          "--observe", "ask for an earlier word, or raise control.observables");
    for (std::uint32_t index = range.first; index <= range.last; ++index)
      words.push_back({.name = range.indexed ? fmt::format("{}({})", range.name, index) : range.name,
                       .word = range.base + index});
  }
  return words;
}

}  // namespace vyre::cli
