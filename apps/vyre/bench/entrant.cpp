#include "bench/entrant.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "vyre/measure/samples.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli::bench {
namespace {

using Clock = ring::Clock;
using Seconds = std::chrono::duration<double>;

constexpr std::uint32_t kBatch = 256;
constexpr Seconds kTarget{0.1}, kQuickTarget{0.005};
constexpr std::uint64_t kFirstCount = 4096;
constexpr std::uint64_t kExchanges = 200, kQuickExchanges = 25;
/// The first operations of a turn wake a kernel that sleeps: they do not count.
constexpr std::uint64_t kUncounted = 10;

}  // namespace

Entrant::Entrant(const Request& request, const Shape& shape, ResidentKernel kernel)
    : shape_(shape),
      kernel_(std::move(kernel)),
      work_(std::min(kBatch, std::max(shape.slots / 2, 1U))),
      exchanges_(request.quick ? kQuickExchanges : kExchanges),
      pace_(0, kFirstCount, request.quick ? kQuickTarget : kTarget, work_.totals().slots) {}

Result<std::unique_ptr<Entrant>> Entrant::open(const Request& request, const Shape& shape) {
  VYRE_TRY(auto kernel, ResidentKernel::open(request, shape));
  return std::unique_ptr<Entrant>(new Entrant(request, shape, std::move(kernel)));
}

std::string Entrant::name() const {
  return fmt::format("lanes={} workgroups={} slots={}", shape_.lanes, shape_.workgroups, shape_.slots);
}

Result<void> Entrant::exchange(std::vector<double>& samples) {
  static constexpr std::uint32_t kArgs[] = {1, protocol::kObservableWord};
  const descriptor::Descriptor add = descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = kArgs};
  ring::Publisher& publisher = kernel_.publisher();
  for (std::uint64_t i = 0; i < exchanges_ + kUncounted; ++i) {
    const auto start = Clock::now();
    const auto deadline = start + kPatience;
    VYRE_TRY(const auto ticket,
             publisher.publish(add, {.priority = {}, .at_slot = {}, .deadline = deadline}));
    VYRE_CHECK(publisher.wait(ticket, deadline));
    const std::chrono::duration<double, std::micro> elapsed = Clock::now() - start;
    ++expected_.slots;
    ++expected_.adds;
    ++expected_.sums[0];
    if (i >= kUncounted) samples.push_back(elapsed.count());
  }
  return {};
}

Result<void> Entrant::publish(std::vector<double>& samples) {
  const std::uint64_t laps = pace_.count() / work_.totals().slots;
  ring::Publisher& publisher = kernel_.publisher();
  const auto start = Clock::now();
  const auto deadline = start + kPatience;
  for (std::uint64_t lap = 0; lap < laps; ++lap)
    for (const auto& publication : work_.publications())
      VYRE_CHECK(publisher.publish(publication, {.priority = {}, .at_slot = {}, .deadline = deadline}));
  VYRE_CHECK(publisher.wait_all(deadline));
  const Seconds elapsed = Clock::now() - start;
  expected_ += work_.totals().times(laps);
  samples.push_back(static_cast<double>(pace_.count()) / elapsed.count());
  pace_.took(elapsed);
  return {};
}

bool Entrant::wait_until_asleep() {
  constexpr std::chrono::seconds kMost{5};
  return kernel_.wait_until_asleep(kMost);
}

Result<std::optional<std::string>> Entrant::check() {
  std::array<std::uint32_t, kSums> sums{};
  VYRE_CHECK(kernel_.read_observables(sums));
  VYRE_TRY(const Tally tally, kernel_.stop());
  if (auto text = difference(expected_, sums, tally)) return text;
  if (const auto counts = kernel_.publisher().counts(); counts.faulted != 0 || counts.in_flight != 0)
    return fmt::format("{} slots faulted, {} never ended", counts.faulted, counts.in_flight);
  return std::nullopt;
}

double median_of_medians(const std::vector<std::vector<double>>& rounds) {
  std::vector<double> medians;
  medians.reserve(rounds.size());
  for (const auto& round : rounds) medians.push_back(measure::spread_of(round).median);
  return measure::spread_of(std::move(medians)).median;
}

}  // namespace vyre::cli::bench
