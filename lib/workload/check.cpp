#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "vyre/workload/expectation.hpp"
#include "workload/names.hpp"
#include "workload/number.hpp"

namespace vyre::workload {

namespace {

constexpr std::size_t kShownFaults = 3;

template <class Number>
bool holds(Relation relation, Number left, Number right) noexcept {
  switch (relation) {
    case Relation::kEqual: return left == right;
    case Relation::kNotEqual: return left != right;
    case Relation::kLess: return left < right;
    case Relation::kLessEqual: return left <= right;
    case Relation::kGreater: return left > right;
    case Relation::kGreaterEqual: return left >= right;
  }
  return false;
}

std::string fault_text(const ring::Fault& fault) {
  const auto* const info = protocol::find_fault(fault.code);
  return fmt::format("slot {}: {} (detail {})", fault.slot,
                     info != nullptr ? std::string(info->name)
                                     : fmt::format("code {}", static_cast<std::uint32_t>(fault.code)),
                     fault.detail);
}

std::string list_faults(const std::vector<const ring::Fault*>& faults, std::uint64_t count) {
  std::string text = fmt::format("{} fault{}", count, count == 1 ? "" : "s");
  for (std::size_t i = 0; i < std::min(faults.size(), kShownFaults); ++i)
    text += (i == 0 ? ": " : "; ") + fault_text(*faults[i]);
  if (count > kShownFaults && !faults.empty()) text += "; ...";
  return text;
}

bool matches(const FaultExpectation& expectation, const ring::Fault& fault) noexcept {
  return (!expectation.slot || *expectation.slot == fault.slot) &&
         (!expectation.reason || *expectation.reason == fault.code) &&
         (!expectation.detail || *expectation.detail == fault.detail);
}

/// One visit an expectation: fills `passed` and `detail`.
class Checker {
 public:
  Checker(const Outcome& outcome, CheckResult& result) : outcome_(outcome), result_(result) {}

  void operator()(const WordExpectation& expectation) {
    const auto value = word(expectation.word);
    if (!value) return;
    std::int64_t right = expectation.value;
    std::string other_text;
    if (expectation.other) {
      const auto other = word(*expectation.other);
      if (!other) return;
      other_text = fmt::format(", {} is {}", word_name(*expectation.other), *other);
      if (__builtin_add_overflow(right, std::int64_t{*other}, &right))
        return fail_with(fmt::format("{} plus the offset overflows", word_name(*expectation.other)));
    }
    result_.passed = holds(expectation.relation, std::int64_t{*value}, right);
    if (!result_.passed)
      result_.detail = fmt::format("{} is {}{}", word_name(expectation.word), *value, other_text);
  }

  void operator()(const DebugLineExpectation& expectation) {
    const auto& lines = outcome_.debug_lines;
    if (expectation.index) {
      const std::size_t index = *expectation.index;
      if (index >= lines.size())
        return fail_with(fmt::format("the debug log has {} lines", lines.size()) + lost());
      result_.passed = lines[index] == expectation.line;
      if (!result_.passed) result_.detail = fmt::format("line {} is '{}'", index, lines[index]);
      return;
    }
    result_.passed = std::find(lines.begin(), lines.end(), expectation.line) != lines.end();
    if (result_.passed) return;
    result_.detail =
        lines.empty()
            ? "the debug log is empty" + lost()
            : fmt::format("no such line among {}, the first is '{}'", lines.size(), lines[0]) + lost();
  }

  void operator()(const DebugCountExpectation& expectation) {
    const auto count = static_cast<std::uint64_t>(outcome_.debug_lines.size());
    result_.passed = holds(expectation.relation, count, expectation.count);
    if (!result_.passed) result_.detail = fmt::format("the debug log has {} lines", count) + lost();
  }

  void operator()(const FaultExpectation& expectation) {
    std::uint64_t count = 0;
    for (const auto& fault : outcome_.faults)
      if (matches(expectation, fault)) ++count;
    // Beyond what was kept only the number is known: it counts when every kept fault matched.
    if (count == outcome_.faults.size()) count = outcome_.fault_count;
    result_.passed = expectation.count ? count == *expectation.count : count > 0;
    if (result_.passed) return;
    std::vector<const ring::Fault*> all;
    all.reserve(outcome_.faults.size());
    for (const auto& fault : outcome_.faults) all.push_back(&fault);
    result_.detail = outcome_.fault_count == 0 ? "no slot faulted" : list_faults(all, outcome_.fault_count);
    if (expectation.count && count != outcome_.fault_count)
      result_.detail += fmt::format(" ({} like this)", count);
  }

  void operator()(const WindowExpectation& expectation) {
    bool found = false;
    for (const auto& window : outcome_.windows) {
      if (window.ticket != expectation.ticket) continue;
      found = true;
      if (window.usable() == expectation.usable) continue;
      return fail_with(fmt::format("{} of {} required slots are done{}", window.required_done,
                                   window.required,
                                   window.faulted > 0 ? fmt::format(", {} faulted", window.faulted) : ""));
    }
    result_.passed = found;
    if (!found) result_.detail = fmt::format("no window has ticket {}", expectation.ticket);
  }

  void operator()(const ArenaExpectation& expectation) {
    const auto found = outcome_.arena.subspan(expectation.first_word, expectation.words.size());
    const auto [wanted, seen] = std::ranges::mismatch(expectation.words, found);
    result_.passed = wanted == expectation.words.end();
    if (!result_.passed)
      result_.detail =
          fmt::format("the word at byte {} is 0x{:08x}, not 0x{:08x}",
                      4 * (expectation.first_word + (wanted - expectation.words.begin())), *seen, *wanted);
  }

  void operator()(const MatchesExpectation& expectation) {
    result_.passed = holds(expectation.relation, outcome_.matches, expectation.count);
    if (!result_.passed)
      result_.detail =
          fmt::format("the streams told {} match{}", outcome_.matches, outcome_.matches == 1 ? "" : "es");
  }

  void operator()(const TimeExpectation& expectation) {
    result_.passed = outcome_.elapsed <= expectation.at_most;
    if (!result_.passed) result_.detail = fmt::format("it took {}", format_duration(outcome_.elapsed));
  }

 private:
  void fail_with(std::string detail) {
    result_.passed = false;
    result_.detail = std::move(detail);
  }
  std::optional<std::uint32_t> word(std::uint32_t index) {
    if (index < outcome_.control.size()) return outcome_.control[index];
    fail_with(fmt::format("there is no {}, control has {} words", word_name(index), outcome_.control.size()));
    return std::nullopt;
  }
  std::string lost() const {
    return outcome_.debug_lost == 0 ? std::string() : fmt::format(", {} more were lost", outcome_.debug_lost);
  }

  const Outcome& outcome_;
  CheckResult& result_;
};

/// The faults that no expectation names, as a failed result; nullopt when there are none.
std::optional<CheckResult> unnamed_faults(std::span<const Expectation> expectations, const Outcome& outcome) {
  const auto is_named = [&](const ring::Fault& fault) {
    return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
      const auto* const named = std::get_if<FaultExpectation>(&expectation.condition);
      return named != nullptr && matches(*named, fault);
    });
  };
  std::vector<const ring::Fault*> unnamed;
  for (const auto& fault : outcome.faults)
    if (!is_named(fault)) unnamed.push_back(&fault);
  std::uint64_t count = unnamed.size();
  // Faults beyond those kept are taken for named when all the kept ones are.
  if (count > 0 || outcome.faults.empty())
    count += outcome.fault_count - std::min<std::uint64_t>(outcome.fault_count, outcome.faults.size());
  if (count == 0) return std::nullopt;
  CheckResult result;
  result.text = "no fault that the workload does not expect";
  result.detail = list_faults(unnamed, count);
  return result;
}

}  // namespace

std::vector<CheckResult> check(std::span<const Expectation> expectations, const Outcome& outcome) {
  std::vector<CheckResult> results;
  results.reserve(expectations.size() + 1);
  for (const auto& expectation : expectations) {
    CheckResult& result = results.emplace_back();
    result.text = expectation.text;
    result.position = expectation.position;
    std::visit(Checker(outcome, result), expectation.condition);
  }
  if (auto unnamed = unnamed_faults(expectations, outcome)) results.push_back(std::move(*unnamed));
  return results;
}

}  // namespace vyre::workload
