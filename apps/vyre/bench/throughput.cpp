#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "bench/mixed_work.hpp"
#include "bench/pace.hpp"
#include "bench/publish_laps.hpp"
#include "bench/resident.hpp"
#include "bench/subject.hpp"
#include "interrupts.hpp"
#include "vyre/gpu/baselines.hpp"
#include "vyre/measure/turns.hpp"

namespace vyre::cli::bench {
namespace {

using Clock = ring::Clock;
using Seconds = std::chrono::duration<double>;

constexpr std::uint32_t kDefaultSlots = 8192, kDefaultBatch = 256;
constexpr Seconds kTarget{0.2}, kQuickTarget{0.005}, kSubmitTarget{0.05};
constexpr std::uint64_t kFirstCount = 4096, kFirstSubmissions = 50;

constexpr const char* kOursName = "resident kernel";
constexpr const char* kSubmitName = "vkQueueSubmit + fence for each addition";

/// One kernel against submissions, for one batch size after the other.
class Contest {
 public:
  static Result<Contest> open(const Request& request, const Shape& shape) {
    VYRE_TRY(auto kernel, ResidentKernel::open(request, shape));
    VYRE_TRY(auto submit, gpu::SubmitAdd::open(request.device));
    return Contest(std::move(kernel), std::move(submit), shape.publishers);
  }

  Result<measure::Samples> run(const Request& request, std::uint32_t batch) {
    const MixedWork work(batch);
    Pace ours(request.count, kFirstCount, request.quick ? kQuickTarget : kTarget,
              std::uint64_t{work.totals().slots} * publishers_);
    Pace theirs(0, kFirstSubmissions, request.quick ? kQuickTarget : kSubmitTarget);
    const std::vector<measure::Contender> contenders{
        {kOursName, [&](auto& samples) { return publish(work, ours, samples); }},
        {kSubmitName, [&](auto& samples) { return submit(theirs, samples); }}};
    return measure::take_turns({.rounds = request.rounds}, contenders, [] { return interrupted().load(); });
  }

  /// What differs from what was asked for, in words.
  Result<std::optional<std::string>> check() {
    std::array<std::uint32_t, kSums> sums{};
    VYRE_CHECK(kernel_.read_observables(sums));
    VYRE_TRY(const Tally tally, kernel_.stop());
    if (auto text = difference(expected_, sums, tally)) return text;
    if (const auto counts = kernel_.publisher().counts(); counts.faulted != 0 || counts.in_flight != 0)
      return fmt::format("{} slots faulted, {} never ended", counts.faulted, counts.in_flight);
    if (submit_->sum() != submitted_)
      return fmt::format("the sum of {} submissions is {}", submitted_, submit_->sum());
    return std::nullopt;
  }

  [[nodiscard]] bool slept() const noexcept { return slept_; }

 private:
  Contest(ResidentKernel kernel, std::unique_ptr<gpu::SubmitAdd> submit, std::uint32_t publishers)
      : kernel_(std::move(kernel)), submit_(std::move(submit)), publishers_(publishers) {}

  Result<void> publish(const MixedWork& work, Pace& pace, std::vector<double>& samples) {
    const std::uint64_t laps = pace.count() / work.totals().slots;
    VYRE_TRY(const Seconds elapsed, publish_laps(kernel_.publisher(), work, laps, publishers_));
    expected_ += work.totals().times(laps);
    samples.push_back(static_cast<double>(pace.count()) / elapsed.count());
    pace.took(elapsed);
    return {};
  }

  Result<void> submit(Pace& pace, std::vector<double>& samples) {
    slept_ = kernel_.wait_until_asleep() && slept_;
    const auto start = Clock::now();
    for (std::uint64_t i = 0; i < pace.count(); ++i) VYRE_CHECK(submit_->add_one());
    const Seconds elapsed = Clock::now() - start;
    submitted_ += static_cast<std::uint32_t>(pace.count());
    samples.push_back(static_cast<double>(pace.count()) / elapsed.count());
    pace.took(elapsed);
    return {};
  }

  ResidentKernel kernel_;
  std::unique_ptr<gpu::SubmitAdd> submit_;
  std::uint32_t publishers_;
  Totals expected_;
  std::uint32_t submitted_ = 0;
  bool slept_ = true;
};

/// The batch sizes for a ring, of which each thread has a part. One that was asked for and does not fit is
/// left out; the default is halved until two of it fit, so that one is published while the other runs.
std::vector<std::uint32_t> batches_for(const Request& request, const Shape& shape) {
  const std::uint32_t room = std::max(shape.slots / shape.publishers, 1U);
  if (request.batches.empty()) return {std::min(kDefaultBatch, std::max(room / 2, 1U))};
  std::vector<std::uint32_t> fitting;
  std::ranges::copy_if(request.batches, std::back_inserter(fitting),
                       [room](std::uint32_t batch) { return batch <= room; });
  return fitting;
}

/// What was asked for, or the batch where nothing was.
std::string name_of(const Request& request, const Shape& shape, std::uint32_t batch) {
  const std::string suffix = suffix_of(request, shape);
  if (!request.batches.empty() || suffix.empty()) return fmt::format("batch={}{}", batch, suffix);
  return suffix.substr(1);
}

Result<void> run_shape(const Request& request, const Shape& shape, Outcome& outcome) {
  const auto batches = batches_for(request, shape);
  if (batches.size() < request.batches.size())
    outcome.notes.push_back(fmt::format("batches larger than a thread's part of {} slots were left out",
                                        shape.slots / shape.publishers));
  if (batches.empty()) return {};
  VYRE_TRY(auto contest, Contest::open(request, shape));
  for (const std::uint32_t batch : batches) {
    VYRE_TRY(const auto samples, contest.run(request, batch));
    auto result = rate_result("throughput/" + name_of(request, shape, batch), "slots/s",
                              measure::Better::kHigher, kOursName, samples[0], kSubmitName, samples[1]);
    result.parameters = {{"batch", batch}, {"slots", shape.slots}};
    if (shape.lanes != 0) result.parameters.emplace_back("lanes", shape.lanes);
    if (shape.workgroups != 0) result.parameters.emplace_back("workgroups", shape.workgroups);
    result.parameters.emplace_back("publishers", shape.publishers);
    outcome.results.push_back(std::move(result));
  }
  if (!contest.slept()) outcome.notes.push_back(awake_note(request, shape));
  VYRE_TRY(const auto difference, contest.check());
  if (difference)
    outcome.wrong = Error{.code = ErrorCode::kDevice,
                          .what = *difference,
                          .where = "vyre bench throughput",
                          .fix = "no figure of this run counts; run the device's own tests"};
  return {};
}

}  // namespace

Result<Outcome> run_throughput(const Request& request) {
  Outcome outcome;
  for (const Shape& shape : shapes_of(request, kDefaultSlots)) {
    VYRE_CHECK(run_shape(request, shape, outcome));
    if (outcome.wrong) return outcome;
  }
  if (outcome.results.empty())
    return fail(ErrorCode::kBadInput, "no batch fits into any of the rings", "--batch",
                "name a smaller batch, or more --slots");
  return outcome;
}

}  // namespace vyre::cli::bench
