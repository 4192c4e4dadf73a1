#include "vyre/scan/regex_selection.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "scan/backward_walk.hpp"
#include "scan/lazy_text.hpp"

namespace vyre::scan {
namespace {

/// Whether no match holds a newline: every state leads back to the start by it, where none is in progress.
bool ends_with_line(const Table& scan) {
  for (std::size_t row = 0; row < scan.transitions.size(); row += scan.class_count)
    if (scan.transitions[row + scan.class_of['\n']] != scan.start) return false;
  return true;
}

}  // namespace

/// Offsets without a word on them count from begin_.
class RegexSelection::State {
 public:
  State(const Table& scan, const Table& reverse)
      : scan_(&scan), reverse_(&reverse), by_line_(ends_with_line(scan)), walk_(reverse) {}

  void add(std::span<const std::byte> bytes, std::uint64_t base, std::span<const std::uint64_t> ends,
           bool at_rest, std::vector<Match>& out) {
    VYRE_ASSERT(base == begin_ + text_.size());
    const std::size_t known = text_.size();
    text_.append(bytes);
    for (const std::uint64_t end : ends) ends_.push_back(static_cast<std::size_t>(end - begin_));
    settle(at_rest ? text_.size() : certain_before(known), out);
  }

  void finish(std::vector<Match>& out) {
    settle(text_.size(), out);
    begin_ = 0;
    begins_cut_ = false;
  }

  [[nodiscard]] std::uint64_t cut() const noexcept { return cut_; }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return text_.size(); }

 private:
  /// What begins before this offset can change no more. Of the bytes before `known` nothing is certain.
  std::size_t certain_before(std::size_t known) {
    const std::size_t size = text_.size();
    if (reverse_->max_length > 0) return size + 1 - std::min<std::size_t>(reverse_->max_length, size + 1);
    if (!by_line_) return 0;
    for (std::size_t to = size; to > known;) {
      const auto bytes = text_.bytes_before(to, known);
      const std::size_t from = to - bytes.size();
      const auto newline = std::ranges::find(bytes.rbegin(), bytes.rend(), std::byte{'\n'});
      if (newline != bytes.rend()) return from + static_cast<std::size_t>(bytes.rend() - newline);
      // Farther back it would save nothing.
      if (size - from > kMaxHeldBytes) return 0;
      to = from;
    }
    return 0;
  }

  void settle(std::size_t certain, std::vector<Match>& out) {
    // Half of what may be held, so that the next cut is as far away.
    const bool is_cut = text_.size() - certain > kMaxHeldBytes;
    const std::size_t until = is_cut ? text_.size() - kMaxHeldBytes / 2 : certain;
    const std::size_t free_from = ends_.empty() || until == 0 ? 0 : choose(certain, until, out);
    const std::size_t kept_from = std::max(until, free_from);
    if (kept_from > 0) begins_cut_ = is_cut && kept_from > free_from;
    text_.keep_from(kept_from);
    begin_ += kept_from;
    std::erase_if(ends_, [&](std::size_t end) { return end <= kept_from; });
    for (std::size_t& end : ends_) end -= kept_from;
  }

  /// Of what begins before `until`; returns the end of the last one chosen. What begins before `certain` has
  /// its final end.
  std::size_t choose(std::size_t certain, std::size_t until, std::vector<Match>& out) {
    std::size_t free_from = 0;
    std::optional<std::size_t> rest = certain;  // nothing that begins before it is in progress behind it
    const auto starts = walk_.run(text_, ends_, 0);
    const std::size_t open_end = begins_cut_ ? walk_.open_end() : 0;
    bool is_told = open_end == 0;  // the match up to there, of which a part is found here
    for (std::size_t i = starts.size(); i-- > 0;) {
      const std::size_t start = std::max(starts[i].first, free_from);
      if (start > starts[i].last) continue;
      if (start >= until) break;
      free_from = starts[i].end;
      if (rest && start >= *rest) rest = next_rest(start);
      is_told = is_told || start < open_end;
      if (start < open_end || !rest) ++cut_;
      const auto text = text_.bytes(start, free_from);
      out.push_back({.start = begin_ + start,
                     .end = begin_ + free_from,
                     .text = std::string(reinterpret_cast<const char*>(text.data()), text.size())});
    }
    // All places where it can begin are gone, so there is nothing to tell; once its end goes, it is over.
    if (!is_told && open_end <= std::max(until, free_from)) ++cut_;
    return free_from;
  }

  /// Where no match that began at or behind `from` is in progress any more.
  std::optional<std::size_t> next_rest(std::size_t from) {
    constexpr std::size_t kStretch = 256;
    std::uint32_t row = scan_->start;
    while (from < text_.size()) {
      for (const std::byte byte : text_.bytes(from, std::min(from + kStretch, text_.size()))) {
        row = scan_->transitions[row + scan_->class_of[std::to_integer<std::uint8_t>(byte)]] & ~kAcceptBit;
        ++from;
        if (row == scan_->start) return from;
      }
    }
    return std::nullopt;
  }

  const Table* scan_;
  const Table* reverse_;
  bool by_line_;
  BackwardWalk walk_;
  LazyText text_;                  ///< whatever may still be part of a match
  std::uint64_t begin_ = 0;        ///< where it begins in the file
  std::vector<std::size_t> ends_;  ///< of matches that are not settled
  bool begins_cut_ = false;        ///< a match may have begun before text_
  std::uint64_t cut_ = 0;
};

RegexSelection::RegexSelection(const Table& scan, const Table& reverse)
    : state_(std::make_unique<State>(scan, reverse)) {}
RegexSelection::~RegexSelection() = default;
RegexSelection::RegexSelection(RegexSelection&&) noexcept = default;
RegexSelection& RegexSelection::operator=(RegexSelection&&) noexcept = default;

void RegexSelection::add(std::span<const std::byte> bytes, std::uint64_t base,
                         std::span<const std::uint64_t> ends, bool at_rest, std::vector<Match>& out) {
  state_->add(bytes, base, ends, at_rest, out);
}
void RegexSelection::finish(std::vector<Match>& out) { state_->finish(out); }
std::uint64_t RegexSelection::cut() const noexcept { return state_->cut(); }
std::size_t RegexSelection::held_bytes() const noexcept { return state_->held_bytes(); }

}  // namespace vyre::scan
