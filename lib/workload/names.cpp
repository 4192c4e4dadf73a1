#include "workload/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::workload {

namespace {

/// Edits (insert, delete, replace, swap of neighbours) that turn one name into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view name,
                                             std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongestName = 64;
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto candidate : candidates) {
    if (candidate.size() > kLongestName) continue;
    // A name that was cut off is as close as one with a letter wrong.
    const bool is_start = name.size() >= 3 && candidate.starts_with(name);
    const std::size_t distance = is_start ? 1 : edit_distance(name, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggest(std::string_view name, std::span<const std::string_view> candidates,
                    std::string fallback) {
  const auto nearest = nearest_name(name, candidates);
  return nearest ? fmt::format("did you mean '{}'?", *nearest) : std::move(fallback);
}

std::string list_names(std::span<const std::string_view> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

bool is_identifier(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

std::string word_name(std::uint32_t word) {
  if (word >= protocol::kObservableWord)
    return fmt::format("{}({})", protocol::kObservableName, word - protocol::kObservableWord);
  for (const auto& words : protocol::kControlNames) {
    if (word < words.first || word >= words.first + words.count) continue;
    if (words.count == 1) return std::string(words.name);
    const std::uint32_t index = word - words.first;
    if (words.first == protocol::kMetricsWord)
      if (const auto* const info = protocol::find_opcode(index))
        return fmt::format("{}({})", words.name, info->name);
    if (words.first == protocol::kPriorityFairnessWord)
      return fmt::format("{}({})", words.name, protocol::kPriorityNames[index]);
    return fmt::format("{}({})", words.name, index);
  }
  return fmt::format("word {}", word);
}

}  // namespace vyre::workload
