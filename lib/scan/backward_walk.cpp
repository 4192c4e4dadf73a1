#include "scan/backward_walk.hpp"

#include <algorithm>

namespace vyre::scan {

std::span<const BackwardWalk::Starts> BackwardWalk::run(LazyText& text, std::span<const std::size_t> ends,
                                                        std::size_t floor) {
  live_.clear();
  starts_.clear();
  std::size_t at = 0;
  while (true) {
    if (live_.empty()) {
      if (ends.empty() || ends.back() <= floor) return starts_;
      at = ends.back();
    }
    if (at == floor) return starts_;
    const auto bytes = text.bytes_before(at, floor);
    const std::size_t from = at - bytes.size();
    for (; at > from; --at) {
      if (!ends.empty() && ends.back() == at) {
        begin_at(at);
        ends = ends.first(ends.size() - 1);
      }
      if (live_.empty()) break;
      step(bytes[at - from - 1], at - 1);
    }
  }
}

void BackwardWalk::begin_at(std::size_t end) {
  const auto in_start = [&](const Thread& thread) { return thread.row == reverse_->start; };
  if (std::ranges::none_of(live_, in_start)) live_.push_back({reverse_->start, end});
}

void BackwardWalk::step(std::byte byte, std::size_t start) {
  const std::uint8_t byte_class = reverse_->class_of[std::to_integer<std::uint8_t>(byte)];
  std::size_t longest = 0;
  next_.clear();
  for (const Thread& thread : live_) {
    const std::uint32_t entry = reverse_->transitions[thread.row + byte_class];
    const std::uint32_t row = entry & ~kAcceptBit;
    if (row == reverse_->dead) continue;
    std::uint32_t& place = place_of_[row / reverse_->class_count];
    if (place != kNone) continue;
    place = static_cast<std::uint32_t>(next_.size());
    next_.push_back({row, thread.end});
    if ((entry & kAcceptBit) != 0) longest = std::max(longest, thread.end);
  }
  for (const Thread& thread : next_) place_of_[thread.row / reverse_->class_count] = kNone;
  std::swap(live_, next_);
  if (longest > 0) note(start, longest);
}

void BackwardWalk::note(std::size_t start, std::size_t end) {
  if (!starts_.empty() && starts_.back().first == start + 1 && starts_.back().end == end)
    starts_.back().first = start;
  else
    starts_.push_back({start, start, end});
}

}  // namespace vyre::scan
