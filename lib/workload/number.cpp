#include "workload/number.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "workload/node.hpp"

namespace vyre::workload {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array<Unit, 3> kSizes{
    {{"KiB", std::int64_t{1} << 10}, {"MiB", std::int64_t{1} << 20}, {"GiB", std::int64_t{1} << 30}}};
/// The longer names first, where one ends another.
constexpr std::array<Unit, 4> kDurations{{{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}}};

std::unexpected<NumberFault> refuse(std::string what, std::string fix) {
  return std::unexpected(NumberFault{std::move(what), std::move(fix)});
}

int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 255;
}

std::unexpected<NumberFault> refuse_digits(std::string_view text) {
  for (const auto& unit : kDurations)
    if (text.ends_with(unit.name) && parse_duration(text))
      return refuse(fmt::format("{} is a duration, a plain number is due here", quote(text)),
                    "leave the unit out");
  if (text.find('.') != std::string_view::npos)
    return refuse(fmt::format("{} is not an integer", quote(text)), "write a whole number");
  return refuse(fmt::format("{} is not a number", quote(text)),
                "numbers look like 42, 1_000, 0x2A, 0b101 or 4KiB");
}

}  // namespace

std::expected<std::int64_t, NumberFault> parse_number(std::string_view text) {
  const std::string_view whole = text;
  std::int64_t factor = 1;
  for (const auto& unit : kSizes) {
    if (!text.ends_with(unit.name)) continue;
    factor = unit.factor;
    text.remove_suffix(unit.name.size());
  }
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) base = 16;
  if (text.starts_with("0b") || text.starts_with("0B")) base = 2;
  if (base != 10) text.remove_prefix(2);
  if (text.empty() || text.front() == '_' || text.back() == '_') return refuse_digits(whole);
  std::int64_t value = 0;
  bool too_large = false;
  for (const char c : text) {
    if (c == '_') continue;
    const int digit = digit_value(c);
    if (digit >= base) return refuse_digits(whole);
    too_large = too_large || __builtin_mul_overflow(value, base, &value) ||
                __builtin_add_overflow(value, digit, &value);
  }
  // Some languages read 010 as eight; a file should not leave it open.
  if (base == 10 && text.size() > 1 && text[0] == '0')
    return refuse(fmt::format("{} begins with a zero", quote(whole)),
                  "write it without, or as 0x for hexadecimal");
  if (too_large || __builtin_mul_overflow(value, factor, &value))
    return refuse(fmt::format("{} does not fit in 64 bits", quote(whole)), "write a smaller number");
  return value;
}

std::expected<std::chrono::nanoseconds, NumberFault> parse_duration(std::string_view text) {
  const std::string_view whole = text;
  constexpr std::string_view kForms = "durations look like 10ms, 1.5s, 250us or 80ns";
  const Unit* unit = nullptr;
  for (const auto& candidate : kDurations) {
    if (!text.ends_with(candidate.name)) continue;
    unit = &candidate;
    text.remove_suffix(candidate.name.size());
    break;
  }
  while (unit != nullptr && text.ends_with(' ')) text.remove_suffix(1);
  if (unit == nullptr && !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos)
    return refuse(fmt::format("the duration {} has no unit", quote(whole)),
                  fmt::format("add one: {}ms", whole));
  if (unit == nullptr || text.empty() || text.front() == '.' || text.back() == '.')
    return refuse(fmt::format("{} is not a duration", quote(whole)), std::string(kForms));
  std::int64_t value = 0;
  std::int64_t place = unit->factor;
  bool fraction = false;
  for (const char c : text) {
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9')
      return refuse(fmt::format("{} is not a duration", quote(whole)), std::string(kForms));
    const int digit = c - '0';
    if (fraction) {
      if (place % 10 != 0 && digit != 0)
        return refuse(fmt::format("{} is finer than a nanosecond", quote(whole)), "round it");
      place /= 10;
      value += digit * place;
    } else if (__builtin_mul_overflow(value, 10, &value) ||
               __builtin_add_overflow(value, digit * unit->factor, &value)) {
      return refuse(fmt::format("{} is longer than 292 years", quote(whole)), "write a shorter duration");
    }
  }
  return std::chrono::nanoseconds(value);
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const std::int64_t count = duration.count();
  for (std::size_t i = kDurations.size(); i-- > 0;)
    if (count % kDurations[i].factor == 0 && (count != 0 || i == kDurations.size() - 1))
      return fmt::format("{}{}", count / kDurations[i].factor, kDurations[i].name);
  return fmt::format("{}ns", count);
}

}  // namespace vyre::workload
