#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/entrant.hpp"
#include "bench/machine.hpp"
#include "bench/report.hpp"
#include "bench/subject.hpp"
#include "bench/tune_choice.hpp"
#include "interrupts.hpp"
#include "profile.hpp"
#include "style.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/measure/turns.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/version.hpp"

namespace vyre::cli::bench {
namespace {

using Entrants = std::vector<std::unique_ptr<Entrant>>;
using List = std::vector<std::uint32_t>;
using Rounds = std::vector<std::vector<double>>;

constexpr const char* kOursName = "this shape";

/// `value` times each factor, where that is within the limits; ascending, each once.
List around(std::uint32_t value, std::span<const double> factors, std::uint32_t least, std::uint32_t most) {
  List list;
  for (const double factor : factors)
    if (const double wanted = value * factor; wanted >= least && wanted <= most)
      list.push_back(static_cast<std::uint32_t>(wanted));
  list.push_back(value);
  std::ranges::sort(list);
  list.erase(std::ranges::unique(list).begin(), list.end());
  return list;
}

/// What is tried where the command line names nothing: factors of the device's defaults.
struct Factors {
  std::vector<double> lanes, workgroups, slots;
};
Factors factors_for(const gpu::DeviceInfo& device, bool quick) {
  if (quick) return {.lanes = {2}, .workgroups = {2}, .slots = {0.25}};
  // Lanes of a CPU device are subgroups one after the other: fewer than one gain nothing.
  if (device.type == gpu::DeviceType::kCpu)
    return {.lanes = {2, 4}, .workgroups = {0.5, 2}, .slots = {0.25, 4, 8}};
  return {.lanes = {0.25, 0.5, 2}, .workgroups = {0.25, 0.5, 2, 4}, .slots = {0.125, 0.25, 0.5, 2, 4}};
}

/// The default first, then the others.
std::vector<Shape> candidates(const Request& request, const gpu::DeviceInfo& device) {
  const auto& defaults = device.defaults;
  const Factors factors = factors_for(device, request.quick);
  // What finds no thread of a CPU device of its own only waits for the others.
  const std::uint32_t most_workgroups =
      device.type == gpu::DeviceType::kCpu
          ? std::clamp(std::thread::hardware_concurrency(), defaults.workgroups.value, device.max_workgroups)
          : device.max_workgroups;
  const std::uint32_t least_lanes = std::min(std::max(1U, device.subgroup_size), defaults.lanes.value);
  const List lanes = request.lanes.empty()
                         ? around(defaults.lanes.value, factors.lanes, least_lanes, device.max_lanes)
                         : request.lanes;
  const List workgroups = request.workgroups.empty()
                              ? around(defaults.workgroups.value, factors.workgroups, 1, most_workgroups)
                              : request.workgroups;
  const Shape first{
      .slots = defaults.slots.value, .lanes = defaults.lanes.value, .workgroups = defaults.workgroups.value};
  std::vector<Shape> shapes{first};
  for (const auto lane_count : lanes)
    for (const auto workgroup_count : workgroups)
      if (lane_count != first.lanes || workgroup_count != first.workgroups)
        shapes.push_back({.slots = first.slots, .lanes = lane_count, .workgroups = workgroup_count});
  return shapes;
}

std::unexpected<Error> never_slept(const std::string& name) {
  return fail(
      ErrorCode::kDevice,
      fmt::format("the kernel with {} does not sleep, so that nothing can be measured beside it", name),
      "vyre bench tune", "tune again on a quiet machine");
}

/// Shapes that are measured in turn, each by single slots and by batches.
class Contest {
 public:
  /// The kernels, each of which has slept once. A shape whose kernel does not sleep is left out, with a note;
  /// the first must. Errors: those of Entrant; kDevice; kInterrupted.
  static Result<Contest> open(const Request& request, std::span<const Shape> shapes,
                              std::vector<std::string>& notes) {
    Contest contest;
    for (const Shape& shape : shapes) {
      VYRE_TRY(auto entrant, Entrant::open(request, shape));
      std::vector<double> uncounted;
      VYRE_CHECK(entrant->exchange(uncounted));
      if (entrant->wait_until_asleep())
        contest.entrants_.push_back(std::move(entrant));
      else if (contest.entrants_.empty())
        return never_slept(entrant->name());
      else
        notes.push_back(fmt::format("{} was left out: its kernel does not sleep", entrant->name()));
      if (interrupted().load()) return fail(ErrorCode::kInterrupted, "interrupted", "", "");
    }
    return contest;
  }

  Result<void> run(const Request& request) {
    std::vector<measure::Contender> contenders;
    for (const auto& entrant : entrants_) {
      Entrant* own = entrant.get();
      contenders.push_back({own->name() + " round trips", [this, own](auto& samples) {
                              make_room_for(own);
                              return own->exchange(samples);
                            }});
      contenders.push_back({own->name() + " batches", [this, own](auto& samples) {
                              make_room_for(own);
                              return own->publish(samples);
                            }});
    }
    VYRE_TRY(samples_, measure::take_turns({.rounds = request.rounds}, contenders,
                                           [] { return interrupted().load(); }));
    return {};
  }

  /// What differs from what was asked for, in words, of the first shape where something does.
  Result<std::optional<std::string>> check() {
    if (kept_awake_ != nullptr)
      return fmt::format("the kernel with {} stayed awake while others had their turns", kept_awake_->name());
    for (const auto& entrant : entrants_) {
      VYRE_TRY(auto wrong, entrant->check());
      if (wrong) return fmt::format("{}: {}", entrant->name(), *wrong);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::size_t size() const noexcept { return entrants_.size(); }
  [[nodiscard]] const Shape& shape(std::size_t index) const { return entrants_[index]->shape(); }
  [[nodiscard]] const Rounds& times(std::size_t index) const { return samples_[2 * index]; }
  [[nodiscard]] const Rounds& rates(std::size_t index) const { return samples_[2 * index + 1]; }

 private:
  /// Whoever had the last turn must not take anything from the next one.
  void make_room_for(Entrant* next) {
    if (last_ != nullptr && last_ != next && !last_->wait_until_asleep()) kept_awake_ = last_;
    last_ = next;
  }

  Entrants entrants_;
  measure::Samples samples_;
  Entrant* last_ = nullptr;
  Entrant* kept_awake_ = nullptr;
};

std::string shape_text(const Shape& shape) {
  return fmt::format("{}, {}", plural(shape.lanes, "lane"), plural(shape.workgroups, "workgroup"));
}

/// Shape `index` against the default, which is the first.
void add_results(const Contest& contest, std::size_t index, const std::string& name, Outcome& outcome) {
  const std::string other = fmt::format("the default, {}", shape_text(contest.shape(0)));
  auto time = time_result("tune/" + name, "us", kOursName, contest.times(index), other, contest.times(0));
  auto rate = rate_result(fmt::format("tune/{} rate", name), "slots/s", measure::Better::kHigher, kOursName,
                          contest.rates(index), other, contest.rates(0));
  const Shape& shape = contest.shape(index);
  time.parameters =
      rate.parameters = {{"slots", shape.slots}, {"lanes", shape.lanes}, {"workgroups", shape.workgroups}};
  outcome.results.push_back(std::move(time));
  outcome.results.push_back(std::move(rate));
}

Error wrong(std::string difference) {
  return {
      .code = ErrorCode::kDevice,
      .what = std::move(difference),
      .where = "vyre bench tune",
      .fix = "no figure of this run counts; tune again on a quiet machine, then run the device's own tests"};
}

/// Measures shapes and returns which is best; its results are the first.
Result<std::size_t> find_best(const Request& request, Contest& contest, Outcome& outcome) {
  VYRE_CHECK(contest.run(request));
  std::vector<ShapeFigures> figures;
  for (std::size_t i = 0; i < contest.size(); ++i)
    figures.push_back({median_of_medians(contest.times(i)), median_of_medians(contest.rates(i))});
  const std::size_t best = best_shape(figures, 0);
  add_results(contest, best, "best", outcome);
  for (std::size_t i = 1; i < contest.size(); ++i)
    add_results(contest, i,
                fmt::format("lanes={} workgroups={}", contest.shape(i).lanes, contest.shape(i).workgroups),
                outcome);
  // A busy machine changes its mind from round to round, and with it what is best.
  constexpr double kMostSpread = 1.5;
  const auto& rate = outcome.results[1].alternative.value;
  if (!request.quick && rate.max > rate.min * kMostSpread)
    outcome.notes.push_back(
        fmt::format("rounds of the default differ by {} times: tune again when the machine is quiet",
                    ratio_text(rate.max / rate.min)));
  VYRE_TRY(const auto difference, contest.check());
  if (difference) outcome.wrong = wrong(*difference);
  return best;
}

/// The smallest ring that is as good as any for the shape.
Result<std::uint32_t> find_slots(const Request& request, const gpu::DeviceInfo& device, const Shape& shape,
                                 Outcome& outcome) {
  List sizes = request.slots.empty()
                   ? around(device.defaults.slots.value, factors_for(device, request.quick).slots, 2,
                            protocol::kMaxSlots)
                   : request.slots;
  std::ranges::sort(sizes);
  std::vector<Shape> shapes;
  for (const auto slots : sizes)
    shapes.push_back({.slots = slots, .lanes = shape.lanes, .workgroups = shape.workgroups});
  VYRE_TRY(auto contest, Contest::open(request, shapes, outcome.notes));
  VYRE_CHECK(contest.run(request));
  std::vector<double> rates;
  for (std::size_t i = 0; i < contest.size(); ++i) rates.push_back(median_of_medians(contest.rates(i)));
  const std::size_t enough = enough_slots(rates);
  const std::size_t last = contest.size() - 1;
  for (std::size_t i = 0; i < contest.size(); ++i) {
    const std::uint32_t slots = contest.shape(i).slots;
    auto result = rate_result(fmt::format("tune/slots={} rate", slots), "slots/s", measure::Better::kHigher,
                              "a ring of this size", contest.rates(i),
                              fmt::format("one of {} slots", contest.shape(last).slots), contest.rates(last));
    result.parameters = {{"slots", slots}, {"lanes", shape.lanes}, {"workgroups", shape.workgroups}};
    outcome.results.push_back(std::move(result));
  }
  VYRE_TRY(const auto difference, contest.check());
  if (difference) outcome.wrong = wrong(*difference);
  return contest.shape(enough).slots;
}

TunedShape tuned_shape(const Request& request, const gpu::DeviceInfo& device, const Contest& contest,
                       std::size_t best, std::uint32_t slots) {
  return {.name = device.name,
          .driver = device.driver,
          .lanes = contest.shape(best).lanes,
          .workgroups = contest.shape(best).workgroups,
          .slots = slots,
          .p50_us = median_of_medians(contest.times(best)),
          .default_p50_us = median_of_medians(contest.times(0)),
          .slots_per_s = median_of_medians(contest.rates(best)),
          .default_slots_per_s = median_of_medians(contest.rates(0)),
          .rounds = request.rounds,
          .date = this_machine().date,
          .version = std::string(kVersion)};
}

/// Nothing but its removal helps here against a profile that is broken.
Result<Profile> load(const std::string& path) {
  auto profile = Profile::load(path);
  if (!profile && profile.error().code == ErrorCode::kBadInput)
    profile.error().fix = "remove the file, or move it away, and tune again";
  return profile;
}

/// Reads the profile anew: someone may have tuned another device meanwhile.
Result<void> keep(const std::string& path, const std::string& uuid, const TunedShape& shape) {
  VYRE_TRY(auto profile, load(path));
  profile.keep(uuid, shape);
  return profile.save();
}

}  // namespace

Result<Outcome> run_tune(const Request& request) {
  const auto path = Profile::default_path();
  if (!path && !request.dry_run)
    return fail(ErrorCode::kFile, "neither XDG_CONFIG_HOME nor HOME names a folder for the profile",
                "vyre bench tune", "set one of them, or give --dry-run");
  // Whatever is wrong with the file is found before the machine is kept busy.
  if (!request.dry_run) VYRE_CHECK(load(*path));
  VYRE_TRY(const auto device, gpu::choose_device(request.device));
  Outcome outcome;
  const auto shapes = candidates(request, device);
  VYRE_TRY(auto contest, Contest::open(request, shapes, outcome.notes));
  VYRE_TRY(const std::size_t best, find_best(request, contest, outcome));
  if (outcome.wrong) return outcome;
  const Shape& shape = contest.shape(best);
  VYRE_TRY(const auto slots, find_slots(request, device, shape, outcome));
  if (outcome.wrong) return outcome;

  outcome.conclusions.push_back(fmt::format("best of {}: {}{}", plural(contest.size(), "shape"),
                                            shape_text(shape), best == 0 ? ", the default" : ""));
  outcome.conclusions.push_back(fmt::format("a ring of {} slots keeps it busy", slots));
  if (request.quick) outcome.notes.emplace_back("a quick run measures nothing: tune again without --quick");
  if (request.dry_run) {
    outcome.conclusions.emplace_back("the profile was left as it is");
    return outcome;
  }
  VYRE_CHECK(keep(*path, device.uuid, tuned_shape(request, device, contest, best, slots)));
  outcome.conclusions.push_back(fmt::format("written to {}", *path));
  return outcome;
}

}  // namespace vyre::cli::bench
