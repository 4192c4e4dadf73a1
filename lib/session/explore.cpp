#include "vyre/session/explore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "session/explore_script.hpp"

namespace vyre::session {

namespace {

using recording::PublicationForm;
using recording::PublicationRecord;

/// Every result that was seen, with how often.
class Results {
 public:
  /// True for one that was not seen before.
  bool add(const ScriptResult& result, std::uint64_t seed) {
    const auto [at, is_new] = seen_.try_emplace(result, Seen{.runs = 0, .first_seed = seed, .log = {}});
    ++at->second.runs;
    return is_new;
  }
  void keep_log(const ScriptResult& result, const std::filesystem::path& log) { seen_.at(result).log = log; }
  [[nodiscard]] std::size_t count() const { return seen_.size(); }

  void report(ExploreReport& report) const {
    for (const auto& [result, seen] : seen_)
      report.results.push_back({.runs = seen.runs,
                                .first_seed = seen.first_seed,
                                .log = seen.log,
                                .observables = result.observables});
    std::ranges::stable_sort(report.results, std::ranges::greater(), &ExploredResult::runs);
    add_varying(report);
    for (std::size_t i = kMaxExploredResults; i < report.results.size(); ++i)
      report.results_omitted += report.results[i].runs;
    if (report.results.size() > kMaxExploredResults) report.results.resize(kMaxExploredResults);
  }

 private:
  struct Seen {
    std::uint64_t runs = 0;
    std::uint64_t first_seed = 0;
    std::optional<std::filesystem::path> log;
  };

  void add_varying(ExploreReport& report) const {
    if (seen_.size() < 2) return;
    add_varying(report, protocol::kEpochWord, [](const ScriptResult& result) { return result.epoch; });
    for (std::uint32_t index = 0; index < seen_.begin()->first.observables.size(); ++index)
      add_varying(report, protocol::kObservableWord + index,
                  [index](const ScriptResult& result) { return result.observables[index]; });
  }

  template <class ValueOf>
  void add_varying(ExploreReport& report, std::uint32_t word, ValueOf value_of) const {
    std::map<std::uint32_t, VaryingWord::Value> values;
    for (const auto& [result, seen] : seen_) {
      auto& value =
          values.try_emplace(value_of(result), VaryingWord::Value{value_of(result), 0, seen.first_seed})
              .first->second;
      value.runs += seen.runs;
      value.first_seed = std::min(value.first_seed, seen.first_seed);
    }
    if (values.size() < 2) return;
    auto& varying = report.varying.emplace_back();
    varying.word = word;
    for (const auto& [number, value] : values) varying.values.push_back(value);
    std::ranges::stable_sort(varying.values, std::ranges::greater(), &VaryingWord::Value::runs);
  }

  std::map<ScriptResult, Seen> seen_;
};

/// Cuts a script down to the fewest steps, and batches to the fewest slots, that still vary.
class Shrinker {
 public:
  Shrinker(const ReplayPlan& plan, const ExploreOptions& options, std::vector<std::uint64_t> seeds)
      : plan_(plan), options_(options), seeds_(std::move(seeds)) {}

  Result<Script> shrink(Script script) {
    // Delta debugging: parts of half the script, of a quarter, ... down to single steps.
    for (std::size_t part = (script.size() + 1) / 2; part > 0;) {
      VYRE_TRY(const bool cut, cut_once(script, part));
      if (!cut) part = part == 1 ? 0 : (part + 1) / 2;
      part = std::min(part, script.size());
    }
    for (std::size_t step = 0; step < script.size(); ++step) VYRE_CHECK(shrink_slots(script, step));
    return script;
  }
  [[nodiscard]] std::uint32_t attempts() const noexcept { return attempts_; }

 private:
  /// Leaves out the first part of that size that can be spared; false when none can.
  Result<bool> cut_once(Script& script, std::size_t part) {
    for (std::size_t first = 0; first < script.size() && script.size() > 1; first += part) {
      Script shorter(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(first));
      const std::size_t behind = std::min(script.size(), first + part);
      shorter.insert(shorter.end(), script.begin() + static_cast<std::ptrdiff_t>(behind), script.end());
      if (shorter.empty()) continue;
      VYRE_TRY(const bool varies, still_varies(shorter));
      if (!varies) continue;
      script = std::move(shorter);
      return true;
    }
    return false;
  }

  /// Slots of a plain batch can be left out one by one; fences and windows count theirs.
  Result<void> shrink_slots(Script& script, std::size_t step) {
    const auto slots_of = [](Script& of, std::size_t at) -> std::vector<protocol::Slot>* {
      auto* publication = std::get_if<PublicationRecord>(&of[at].records.front().what);
      if (publication == nullptr || publication->form == PublicationForm::kWindow) return nullptr;
      for (const auto& slot : publication->slots)
        if (slot.opcode == protocol::kOpBatchFence) return nullptr;
      return &publication->slots;
    };
    const auto* slots = slots_of(script, step);
    if (slots == nullptr) return {};
    for (std::size_t i = slots->size(); i-- > 0 && slots_of(script, step)->size() > 1;) {
      Script shorter = script;
      auto* fewer = slots_of(shorter, step);
      fewer->erase(fewer->begin() + static_cast<std::ptrdiff_t>(i));
      VYRE_TRY(const bool varies, still_varies(shorter));
      if (varies) script = std::move(shorter);
    }
    return {};
  }

  Result<bool> still_varies(const Script& script) {
    ++attempts_;
    std::optional<ScriptResult> first;
    for (const std::uint64_t seed : seeds_) {
      auto result = play_script(plan_, script, seed, options_, {});
      // What is left out may be what a step waits for: then the rest is no run of its own.
      if (!result && result.error().code == ErrorCode::kTimeout) return false;
      if (!result) return std::unexpected(std::move(result).error());
      if (first && *first != *result) return true;
      first = std::move(*result);
    }
    return false;
  }

  const ReplayPlan& plan_;
  const ExploreOptions& options_;
  std::vector<std::uint64_t> seeds_;
  std::uint32_t attempts_ = 0;
};

std::vector<ExploredStep> describe(const Script& script) {
  std::vector<ExploredStep> steps;
  for (const auto& step : script) {
    auto& told = steps.emplace_back();
    for (const auto& record : step.records) {
      if (const auto* publication = std::get_if<PublicationRecord>(&record.what)) {
        told.ticket = publication->ticket;
        told.slots = publication->slots;
      } else if (const auto* write = std::get_if<recording::ControlWriteRecord>(&record.what)) {
        told.word = write->word;
        told.value = write->value;
      } else {
        told.waits = true;
      }
    }
  }
  return steps;
}

/// Plays every seed. A log is written beside each run and kept for a result that is new.
Result<Results> play_all(const ReplayPlan& plan, const Script& script, const ExploreOptions& options) {
  Results results;
  for (std::uint32_t i = 0; i < options.runs; ++i) {
    const std::uint64_t seed = options.first_seed + i;
    std::optional<std::filesystem::path> log;
    if (options.keep_in) log = *options.keep_in / fmt::format("seed-{}.vrrl", seed);
    VYRE_TRY(const auto result, play_script(plan, script, seed, options, log));
    const bool is_new = results.add(result, seed);
    if (log && is_new && results.count() <= kMaxExploredResults) {
      results.keep_log(result, *log);
    } else if (log) {
      std::error_code ignored;
      std::filesystem::remove(*log, ignored);
    }
    if (options.progress) options.progress(i + 1);
  }
  return results;
}

/// The seeds that showed different results come first: they tell soonest whether a run still varies.
std::vector<std::uint64_t> shrink_seeds(const ExploreReport& report, const ExploreOptions& options) {
  std::vector<std::uint64_t> seeds;
  for (const auto& result : report.results)
    if (seeds.size() < options.shrink_runs) seeds.push_back(result.first_seed);
  for (std::uint64_t seed = options.first_seed; seeds.size() < options.shrink_runs; ++seed)
    if (std::ranges::find(seeds, seed) == seeds.end()) seeds.push_back(seed);
  return seeds;
}

}  // namespace

Result<ExploreReport> explore(const ReplayPlan& plan, const ExploreOptions& options) {
  VYRE_CHECK(check_can_replay(plan));
  VYRE_TRY(Script script, load_script(plan));
  ExploreReport report;
  report.names = recording::names_of(plan.run);
  report.recorded_steps = script.size();
  report.runs = options.runs;
  VYRE_TRY(const auto results, play_all(plan, script, options));
  results.report(report);
  if (report.varying.empty()) return report;

  Shrinker shrinker(plan, options, shrink_seeds(report, options));
  VYRE_TRY(const Script smallest, shrinker.shrink(std::move(script)));
  report.shrink_attempts = shrinker.attempts();
  report.smallest = describe(smallest);
  if (options.keep_in) {
    report.smallest_log = *options.keep_in / "smallest.vrrl";
    VYRE_CHECK(play_script(plan, smallest, report.results.front().first_seed, options, report.smallest_log));
  }
  return report;
}

}  // namespace vyre::session
