#include "vyre/measure/turns.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace vyre::measure {
namespace {

Error of_contender(Error error, const Contender& contender) {
  error.what = contender.name + ": " + error.what;
  return error;
}

/// One round into `round[contender]`. `first` begins, and moves on with each block.
Result<void> play_round(unsigned blocks, std::span<const Contender> contenders,
                        const std::function<bool()>& stop, std::size_t& first,
                        std::vector<std::vector<double>>& round) {
  for (unsigned block = 0; block < blocks; ++block, ++first) {
    for (std::size_t turn = 0; turn < contenders.size(); ++turn) {
      if (stop && stop()) return fail(ErrorCode::kInterrupted, "interrupted", "", "");
      const std::size_t which = (first + turn) % contenders.size();
      if (auto ran = contenders[which].run(round[which]); !ran)
        return std::unexpected(of_contender(std::move(ran.error()), contenders[which]));
    }
  }
  for (std::size_t which = 0; which < contenders.size(); ++which)
    if (round[which].empty())
      return fail(ErrorCode::kDevice, contenders[which].name + ": nothing was measured", "",
                  "ask for more operations");
  return {};
}

}  // namespace

Result<Samples> take_turns(const TurnPlan& plan, std::span<const Contender> contenders,
                           const std::function<bool()>& stop) {
  VYRE_ASSERT(plan.rounds > 0 && plan.blocks > 0 && !contenders.empty());
  Samples samples(contenders.size());
  std::size_t first = 0;
  for (unsigned round = plan.warm_up ? 0 : 1; round <= plan.rounds; ++round) {
    std::vector<std::vector<double>> measured(contenders.size());
    VYRE_CHECK(play_round(plan.blocks, contenders, stop, first, measured));
    if (round == 0) continue;
    for (std::size_t which = 0; which < contenders.size(); ++which)
      samples[which].push_back(std::move(measured[which]));
  }
  return samples;
}

std::uint64_t next_count(std::uint64_t count, double elapsed_s, double target_s, std::uint64_t most) {
  constexpr double kMostGrowth = 16;
  const double growth = elapsed_s > 0 ? std::min(target_s / elapsed_s, kMostGrowth) : kMostGrowth;
  const double wanted = std::clamp(static_cast<double>(count) * growth, 1.0, static_cast<double>(most));
  return static_cast<std::uint64_t>(wanted);
}

}  // namespace vyre::measure
