#include <algorithm>

#include "vyre/scan/scan.hpp"

namespace vyre::scan {

Selection::Selection(const Table& literals)
    : pattern_length_(literals.pattern_length), max_length_(literals.max_length) {}

void Selection::add(std::uint32_t pattern, std::uint64_t end, std::vector<Found>& out) {
  // A match with this end may still follow for what began max_length before it.
  if (end > 0) settle(end - 1, out);
  const std::uint64_t length = pattern_length_[pattern];
  const Found found{.start = length > end ? 0 : end - length, .end = end, .pattern = pattern};
  if (found.start < free_from_) return;
  const auto place = std::ranges::lower_bound(held_, found.start, {}, &Found::start);
  if (place == held_.end() || place->start != found.start)
    held_.insert(place, found);
  else if (found.end > place->end || (found.end == place->end && found.pattern < place->pattern))
    *place = found;
}

void Selection::settle(std::uint64_t scanned, std::vector<Found>& out) {
  while (!held_.empty() && held_.front().start + max_length_ <= scanned) choose_first(out);
}

void Selection::finish(std::vector<Found>& out) {
  while (!held_.empty()) choose_first(out);
}

void Selection::choose_first(std::vector<Found>& out) {
  const Found chosen = held_.front();
  out.push_back(chosen);
  free_from_ = chosen.end;
  while (!held_.empty() && held_.front().start < free_from_) held_.pop_front();
}

std::optional<std::size_t> leftmost_start(const Table& reverse, std::span<const std::byte> bytes,
                                          std::size_t end, std::size_t not_before) {
  std::optional<std::size_t> start;
  std::uint32_t row = reverse.start;
  for (std::size_t at = end; at > not_before && row != reverse.dead; --at) {
    const auto byte = std::to_integer<std::uint8_t>(bytes[at - 1]);
    const std::uint32_t entry = reverse.transitions[row + reverse.class_of[byte]];
    row = entry & ~kAcceptBit;
    if ((entry & kAcceptBit) != 0) start = at - 1;
  }
  return start;
}

std::vector<Found> select_regex(const RegexTables& rule, std::span<const std::byte> bytes) {
  struct Ending {
    std::size_t end;
    std::optional<std::size_t> start;  ///< the leftmost, as far as nothing chosen lies over it
  };
  std::vector<Ending> endings;
  (void)scan(rule.scan, rule.scan.start, bytes, 0, [&](std::uint32_t, std::uint64_t end) {
    endings.push_back({end, leftmost_start(rule.reverse, bytes, end)});
  });
  std::vector<Found> chosen;
  std::size_t free_from = 0;
  while (true) {
    std::optional<Found> best;
    for (Ending& ending : endings) {
      if (ending.start && *ending.start < free_from)
        ending.start = ending.end > free_from ? leftmost_start(rule.reverse, bytes, ending.end, free_from)
                                              : std::nullopt;
      if (ending.start && (!best || *ending.start <= best->start))
        best = Found{.start = *ending.start, .end = ending.end, .pattern = 0};
    }
    if (!best) return chosen;
    chosen.push_back(*best);
    free_from = best->end;
  }
}

}  // namespace vyre::scan
