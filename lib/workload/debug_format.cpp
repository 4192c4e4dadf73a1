#include "vyre/workload/debug_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace vyre::workload {

namespace {

constexpr std::size_t kMaxWidth = 64;

enum class Source : std::uint8_t { kA, kB, kSlot };

struct Placeholder {
  Source source = Source::kA;
  char kind = 'u';
  bool zeros = false;
  std::size_t width = 0;
};

std::unexpected<Error> refuse(std::size_t offset, std::string what, std::string fix) {
  return fail(ErrorCode::kBadInput, std::move(what), fmt::format("character {}", offset + 1), std::move(fix));
}

/// The inside of a pair of braces, which begins at `offset` of the format. `next` counts the {} so far.
Result<Placeholder> parse_placeholder(std::string_view inside, std::size_t offset, std::size_t& next) {
  Placeholder result;
  const auto colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  if (name.empty()) {
    if (next == 2)
      return refuse(offset, "a third {}, a debug record has two arguments", "use {a}, {b} or {slot}");
    result.source = next++ == 0 ? Source::kA : Source::kB;
  } else if (name == "a" || name == "b") {
    result.source = name == "a" ? Source::kA : Source::kB;
  } else if (name == "slot") {
    result.source = Source::kSlot;
  } else {
    return refuse(offset, fmt::format("unknown placeholder '{{{}}}'", inside.substr(0, 32)),
                  "placeholders are {}, {a}, {b} and {slot}");
  }
  if (colon == std::string_view::npos) return result;
  std::string_view spec = inside.substr(colon + 1);
  if (!spec.empty() && std::string_view("udxb").find(spec.back()) != std::string_view::npos) {
    result.kind = spec.back();
    spec.remove_suffix(1);
  }
  result.zeros = spec.starts_with('0');
  for (const char c : spec) {
    if (c < '0' || c > '9')
      return refuse(offset, fmt::format("'{}' is no way to print a number", inside.substr(colon + 1, 32)),
                    "write u, d, x or b after the colon, a width before it if you like: {a:08x}");
    result.width = result.width * 10 + static_cast<std::size_t>(c - '0');
    if (result.width > kMaxWidth)
      return refuse(offset, fmt::format("a width above {}", kMaxWidth), "choose a smaller one");
  }
  return result;
}

/// Walks the format: text(string_view) for what stands as it is, value(Placeholder) for the rest.
Result<void> walk(std::string_view format, const std::function<void(std::string_view)>& text,
                  const std::function<void(const Placeholder&)>& value) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < format.size();) {
    const std::size_t brace = std::min(format.find_first_of("{}", i), format.size());
    text(format.substr(i, brace - i));
    if (brace == format.size()) break;
    if (brace + 1 < format.size() && format[brace + 1] == format[brace]) {
      text(format.substr(brace, 1));
      i = brace + 2;
      continue;
    }
    if (format[brace] == '}') return refuse(brace, "a '}' without its '{'", "write }} for the brace itself");
    const std::size_t end = format.find('}', brace);
    if (end == std::string_view::npos)
      return refuse(brace, "a '{' without its '}'", "write {{ for the brace itself");
    VYRE_TRY(const Placeholder placeholder,
             parse_placeholder(format.substr(brace + 1, end - brace - 1), brace, next));
    value(placeholder);
    i = end + 1;
  }
  return {};
}

std::string print(const Placeholder& placeholder, std::uint32_t value) {
  std::string digits;
  switch (placeholder.kind) {
    case 'd': digits = fmt::format("{}", static_cast<std::int32_t>(value)); break;
    case 'x': digits = fmt::format("{:x}", value); break;
    case 'b': digits = fmt::format("{:b}", value); break;
    default: digits = fmt::format("{}", value);
  }
  if (digits.size() >= placeholder.width) return digits;
  const std::size_t missing = placeholder.width - digits.size();
  if (!placeholder.zeros) return std::string(missing, ' ') + digits;
  // Zeros go behind a sign.
  return digits.insert(digits[0] == '-' ? 1 : 0, missing, '0');
}

}  // namespace

Result<void> validate_debug_format(std::string_view format) {
  return walk(
      format, [](std::string_view) {}, [](const Placeholder&) {});
}

std::string format_debug_line(const std::map<std::uint32_t, std::string>& formats,
                              const DebugValues& values) {
  const auto found = formats.find(values.format);
  std::string line;
  if (found != formats.end()) {
    const auto walked = walk(
        found->second, [&](std::string_view text) { line += text; },
        [&](const Placeholder& placeholder) {
          line += print(placeholder, placeholder.source == Source::kA   ? values.a
                                     : placeholder.source == Source::kB ? values.b
                                                                        : values.slot);
        });
    if (walked) return line;
  }
  return fmt::format("format {}: a={} b={} slot={}", values.format, values.a, values.b, values.slot);
}

}  // namespace vyre::workload
