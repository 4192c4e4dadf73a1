#include "bench/publish_laps.hpp"

#include <latch>
#include <thread>
#include <vector>

#include "interrupts.hpp"

namespace vyre::cli::bench {
namespace {

using Clock = ring::Clock;

Result<void> publish_all(ring::Publisher& publisher, const MixedWork& work, std::uint64_t laps,
                         Clock::time_point deadline) {
  for (std::uint64_t lap = 0; lap < laps; ++lap) {
    VYRE_CHECK(go_on_unless_interrupted());
    for (const auto& publication : work.publications())
      VYRE_CHECK(publisher.publish(publication, {.priority = {}, .at_slot = {}, .deadline = deadline}));
  }
  return {};
}

/// Threads that stand ready until start(), for which their maker counts as well. They are all new, so that a
/// publisher that deals threads to parts of the ring as they come deals each of them to another part.
class Threads {
 public:
  Threads(ring::Publisher& publisher, const MixedWork& work, std::uint64_t laps, std::uint32_t count,
          Clock::time_point deadline)
      : start_(std::ptrdiff_t{count} + 1), results_(count) {
    threads_.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i)
      threads_.emplace_back([&, i, share = laps / count + (i < laps % count ? 1 : 0), deadline] {
        start_.arrive_and_wait();
        results_[i] = publish_all(publisher, work, share, deadline);
      });
  }

  void start() { start_.arrive_and_wait(); }
  /// The first error, once all have ended.
  Result<void> join() {
    threads_.clear();
    for (auto& result : results_) VYRE_CHECK(std::move(result));
    return {};
  }

 private:
  std::latch start_;
  std::vector<Result<void>> results_;
  std::vector<std::jthread> threads_;
};

}  // namespace

Result<std::chrono::duration<double>> publish_laps(ring::Publisher& publisher, const MixedWork& work,
                                                   std::uint64_t laps, std::uint32_t threads) {
  const std::uint64_t slots = laps * work.totals().slots;
  const auto deadline = Clock::now() + kPatience + std::chrono::microseconds(10) * slots;
  if (threads == 1) {
    const auto start = Clock::now();
    VYRE_CHECK(publish_all(publisher, work, laps, deadline));
    VYRE_CHECK(publisher.wait_all(deadline));
    return Clock::now() - start;
  }
  Threads publishing(publisher, work, laps, threads, deadline);
  publishing.start();
  const auto start = Clock::now();
  VYRE_CHECK(publishing.join());
  VYRE_CHECK(publisher.wait_all(deadline));
  return Clock::now() - start;
}

}  // namespace vyre::cli::bench
