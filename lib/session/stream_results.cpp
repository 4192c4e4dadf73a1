#include "session/stream_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.hpp"

namespace vyre::session {

namespace {

constexpr std::size_t kMostErrors = 64;

std::uint32_t end_of(std::uint64_t match) { return static_cast<std::uint32_t>(match >> 32); }
std::uint32_t pattern_of(std::uint64_t match) { return static_cast<std::uint32_t>(match); }

}  // namespace

/// How the matches of one rule are chosen. Files come one after the other, so one selection serves them all.
struct StreamResults::Rule {
  explicit Rule(const workload::ScanRule& rule) {
    if (rule.reverse)
      regex.emplace(rule.table, *rule.reverse);
    else
      literals.emplace(rule.table);
  }
  std::optional<scan::RegexSelection> regex;
  /// Offsets of a selection never descend: the files count as if they were one, this one from `base` on.
  std::optional<scan::Selection> literals;
  std::uint64_t base = 0;
};

StreamResults::StreamResults(const workload::Workload& workload, const StreamCells& cells,
                             StreamRescan* rescan, StreamListener* listener, StreamReport& report)
    : workload_(workload), cells_(cells), rescan_(rescan), listener_(listener), report_(report) {
  if (rescan_ == nullptr) return;
  for (const auto& rule : workload_.scan_rules) rules_.emplace_back(rule);
  report_.matches_by_rule.resize(rules_.size());
}

StreamResults::~StreamResults() = default;

void StreamResults::expect(const stream::Chunk& chunk) {
  for (const auto& piece : chunk.pieces) {
    File& file = files_[piece.file->number];
    file.source = piece.file;
    ++file.pieces;
    if (!piece.is_last) continue;
    file.all_read = true;
    file.failed = piece.is_cut;
  }
}

Result<void> StreamResults::finish(const ChunkInFlight& chunk, std::span<const std::byte> bytes) {
  auto slot = chunk.slots.begin();
  for (std::uint32_t i = 0; i < chunk.chunk.pieces.size(); ++i) {
    const stream::Piece& piece = chunk.chunk.pieces[i];
    const auto found = files_.find(piece.file->number);
    VYRE_ASSERT(found != files_.end());
    File& file = found->second;
    for (; slot != chunk.slots.end() && slot->piece == i; ++slot)
      if (rescan_ != nullptr)
        VYRE_CHECK(finish_scan(file, piece, *slot, bytes.subspan(piece.chunk_offset, piece.size_bytes)));
    file.bytes += piece.size_bytes;
    report_.bytes += piece.size_bytes;
    if (--file.pieces > 0 || !file.all_read) continue;
    finish_file(file);
    files_.erase(found);
  }
  ++report_.chunks;
  report_.slots += chunk.slots.size();
  return {};
}

Result<void> StreamResults::finish_scan(File& file, const stream::Piece& piece, const StreamSlot& slot,
                                        std::span<const std::byte> bytes) {
  findings_ = {.matches = std::move(findings_.matches)};
  findings_.matches.clear();
  VYRE_CHECK(collect(slot, findings_));
  VYRE_CHECK(check(slot, findings_));
  std::sort(findings_.matches.begin(), findings_.matches.end());
  Rule& rule = rules_[slot.rule];
  if (rule.literals) {
    const std::uint64_t base = rule.base + piece.file_offset;
    for (const std::uint64_t match : findings_.matches)
      rule.literals->add(pattern_of(match), base + end_of(match), found_);
    rule.literals->settle(base + slot.bytes, found_);
  } else {
    ends_.clear();
    for (const std::uint64_t match : findings_.matches) ends_.push_back(piece.file_offset + end_of(match));
    const bool at_rest = findings_.row == workload_.scan_rules[slot.rule].table.start;
    rule.regex->add(bytes, piece.file_offset, ends_, at_rest, texts_);
  }
  tell_matches(file, slot.rule);
  return {};
}

Result<void> StreamResults::collect(const StreamSlot& slot, ScanFindings& findings) {
  const std::uint32_t start = workload_.scan_rules[slot.rule].table.start;
  findings.row = start;
  findings.faulted = slot.faulted;
  if (slot.faulted) return {};
  VYRE_TRY(const ScanHead head, read_head(cells_, slot.results));
  report_.found += head.found;
  findings.row = head.row;
  read_matches(cells_, slot.results, std::min(head.found, slot.most), 0, findings);
  if (head.found <= slot.most) return {};
  ++report_.scanned_anew;
  findings.matches.clear();
  return rescan_->run(slot, head.found, findings);
}

/// What comes from a device is looked at before anything is indexed by it.
Result<void> StreamResults::check(const StreamSlot& slot, const ScanFindings& findings) const {
  const std::size_t patterns =
      std::max<std::size_t>(workload_.scan_rules[slot.rule].table.patterns.size(), 1);
  for (const std::uint64_t match : findings.matches)
    if (pattern_of(match) >= patterns || end_of(match) > slot.bytes || end_of(match) == 0)
      return fail(ErrorCode::kDevice,
                  fmt::format("a scan of {} bytes for {} patterns tells of pattern {} up to byte {}",
                              slot.bytes, patterns, pattern_of(match), end_of(match)),
                  "", "report this, with the device and its driver");
  return {};
}

void StreamResults::finish_file(File& file) {
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    Rule& rule = rules_[i];
    if (rule.literals)
      rule.literals->finish(found_);
    else
      rule.regex->finish(texts_);
    tell_matches(file, i);
    rule.base += file.bytes;
  }
  ++files_told_;
  if (listener_ != nullptr)
    listener_->on_file(
        {.path = file.source->path, .bytes = file.bytes, .matches = file.matches, .failed = file.failed});
}

void StreamResults::tell_matches(File& file, std::uint32_t rule) {
  const auto& table = workload_.scan_rules[rule].table;
  const std::uint64_t base = rules_[rule].base;
  const std::uint64_t count = found_.size() + texts_.size();
  file.matches += count;
  report_.matches += count;
  report_.matches_by_rule[rule] += count;
  if (listener_ != nullptr) {
    for (const auto& found : found_)
      listener_->on_match({.path = file.source->path,
                           .start = found.start - base,
                           .end = found.end - base,
                           .rule = rule,
                           .pattern = found.pattern,
                           .text = table.patterns[found.pattern]});
    for (const auto& match : texts_)
      listener_->on_match({.path = file.source->path,
                           .start = match.start,
                           .end = match.end,
                           .rule = rule,
                           .pattern = 0,
                           .text = match.text});
  }
  found_.clear();
  texts_.clear();
}

void StreamResults::tell_error(const Error& error) {
  if (report_.errors.size() < kMostErrors) report_.errors.push_back(error);
  if (listener_ != nullptr) listener_->on_error(error);
}

std::uint64_t StreamResults::cut() const noexcept {
  std::uint64_t matches = 0;
  for (const Rule& rule : rules_)
    if (rule.regex) matches += rule.regex->cut();
  return matches;
}

}  // namespace vyre::session
