#include <chrono>

#include <fmt/format.h>

#include "bench/resident.hpp"
#include "bench/subject.hpp"
#include "interrupts.hpp"
#include "vyre/gpu/baselines.hpp"
#include "vyre/measure/turns.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli::bench {
namespace {

using Clock = ring::Clock;

constexpr std::uint32_t kDefaultSlots = 1024;
constexpr std::uint64_t kDefaultCount = 2000, kQuickCount = 50;
constexpr std::uint64_t kBlock = 200;  ///< operations of one turn
/// The first operations of a turn wake a kernel that sleeps and warm what lies idle: they do not count.
constexpr unsigned kUncounted = 10;

constexpr const char* kOursName = "resident kernel";
constexpr const char* kSubmitName = "vkQueueSubmit + fence";
constexpr const char* kEchoName = "bare word there and back (floor)";

double microseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

/// Calls `operation` for a turn, and keeps the times of the later ones.
template <class Operation>
Result<void> take_turn(std::uint64_t block, std::vector<double>& samples, Operation&& operation) {
  for (std::uint64_t i = 0; i < block + kUncounted; ++i) {
    VYRE_TRY(const std::chrono::nanoseconds time, operation());
    if (i >= kUncounted) samples.push_back(microseconds(time));
  }
  return {};
}

/// The three that are compared, on one device, and how many additions each should have made.
class Contest {
 public:
  static Result<Contest> open(const Request& request, const Shape& shape) {
    VYRE_TRY(auto kernel, ResidentKernel::open(request, shape));
    VYRE_TRY(auto submit, gpu::SubmitAdd::open(request.device));
    VYRE_TRY(auto echo, gpu::EchoKernel::open(request.device));
    return Contest(std::move(kernel), std::move(submit), std::move(echo));
  }

  Result<measure::Samples> run(const Request& request) {
    const std::uint64_t count = request.count != 0 ? request.count
                                : request.quick    ? kQuickCount
                                                   : kDefaultCount;
    const std::uint64_t block = std::min(kBlock, count);
    const measure::TurnPlan plan{.rounds = request.rounds,
                                 .blocks = static_cast<unsigned>((count + block - 1) / block)};
    const std::vector<measure::Contender> contenders{
        {kOursName, [this, block](auto& samples) { return publish(block, samples); }},
        {kSubmitName, [this, block](auto& samples) { return submit(block, samples); }},
        {kEchoName, [this, block](auto& samples) { return echo(block, samples); }}};
    return measure::take_turns(plan, contenders, [] { return interrupted().load(); });
  }

  /// What the device's words say against what was asked for.
  Result<std::optional<Error>> check() {
    std::uint32_t sum = 0;
    VYRE_CHECK(kernel_.read_observables({&sum, 1}));
    VYRE_TRY(const Tally tally, kernel_.stop());
    const auto published = static_cast<std::uint32_t>(published_);
    const auto submitted = static_cast<std::uint32_t>(submitted_);
    if (sum == published && tally.adds == published && tally.done == published && submit_->sum() == submitted)
      return std::nullopt;
    return Error{.code = ErrorCode::kDevice,
                 .what = fmt::format("the kernel's sum of {} additions is {} ({} run, {} done); that of {} "
                                     "submissions is {}",
                                     published, sum, tally.adds, tally.done, submitted, submit_->sum()),
                 .where = "vyre bench latency",
                 .fix = "no figure of this run counts; run the device's own tests"};
  }

  [[nodiscard]] bool slept() const noexcept { return slept_; }

 private:
  Contest(ResidentKernel kernel, std::unique_ptr<gpu::SubmitAdd> submit,
          std::unique_ptr<gpu::EchoKernel> echo)
      : kernel_(std::move(kernel)), submit_(std::move(submit)), echo_(std::move(echo)) {}

  Result<void> publish(std::uint64_t block, std::vector<double>& samples) {
    static constexpr std::uint32_t kArgs[] = {1, protocol::kObservableWord};
    const descriptor::Descriptor add = descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = kArgs};
    ring::Publisher& publisher = kernel_.publisher();
    return take_turn(block, samples, [&]() -> Result<std::chrono::nanoseconds> {
      const auto start = Clock::now();
      VYRE_TRY(const auto ticket,
               publisher.publish(add, {.priority = {}, .at_slot = {}, .deadline = start + kPatience}));
      VYRE_CHECK(publisher.wait(ticket, start + kPatience));
      const auto end = Clock::now();
      ++published_;
      return end - start;
    });
  }

  Result<void> submit(std::uint64_t block, std::vector<double>& samples) {
    slept_ = kernel_.wait_until_asleep() && slept_;
    return take_turn(block, samples, [this] {
      ++submitted_;
      return submit_->add_one();
    });
  }

  Result<void> echo(std::uint64_t block, std::vector<double>& samples) {
    slept_ = kernel_.wait_until_asleep() && slept_;
    VYRE_CHECK(echo_->start());
    VYRE_CHECK(take_turn(block, samples, [this] { return echo_->exchange(); }));
    return echo_->stop();
  }

  ResidentKernel kernel_;
  std::unique_ptr<gpu::SubmitAdd> submit_;
  std::unique_ptr<gpu::EchoKernel> echo_;
  std::uint64_t published_ = 0;
  std::uint64_t submitted_ = 0;
  bool slept_ = true;
};

Result<void> run_shape(const Request& request, const Shape& shape, Outcome& outcome) {
  VYRE_TRY(auto contest, Contest::open(request, shape));
  VYRE_TRY(const auto samples, contest.run(request));
  VYRE_TRY(outcome.wrong, contest.check());
  if (!contest.slept()) outcome.notes.push_back(awake_note(request, shape));
  const std::string suffix = suffix_of(request, shape);
  outcome.results.push_back(
      time_result("latency/submit" + suffix, "us", kOursName, samples[0], kSubmitName, samples[1]));
  outcome.results.push_back(
      time_result("latency/floor" + suffix, "us", kOursName, samples[0], kEchoName, samples[2]));
  return {};
}

}  // namespace

Result<Outcome> run_latency(const Request& request) {
  Outcome outcome;
  for (const Shape& shape : shapes_of(request, kDefaultSlots)) {
    VYRE_CHECK(run_shape(request, shape, outcome));
    if (outcome.wrong) break;
  }
  return outcome;
}

}  // namespace vyre::cli::bench
