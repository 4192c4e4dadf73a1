#include "bench/mixed_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli::bench {

Totals& Totals::operator+=(const Totals& more) noexcept {
  slots += more.slots;
  adds += more.adds;
  for (std::uint32_t i = 0; i < kSums; ++i) sums[i] += more.sums[i];
  return *this;
}

Totals Totals::times(std::uint64_t count) const noexcept {
  const auto factor = static_cast<std::uint32_t>(count);
  Totals product{.slots = slots * factor, .adds = adds * factor, .sums = sums};
  for (auto& sum : product.sums) sum *= factor;
  return product;
}

MixedWork::MixedWork(std::uint32_t batch) {
  // Batches of one are by turns an addition and a NOP.
  const std::uint32_t count = std::max(batch, 2U);
  args_.resize(count);
  slots_.resize(count);
  totals_.slots = count;
  for (std::uint32_t i = 0; i < count; i += 2) {
    const std::uint32_t sum = i / 2 % kSums;
    const std::uint32_t value = i % 7 + 1;
    args_[i] = {value, protocol::kObservableWord + sum};
    slots_[i] = descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = args_[i]};
    totals_.sums[sum] += value;
    ++totals_.adds;
  }
  if (batch > 1)
    publications_.emplace_back(descriptor::Batch{slots_});
  else
    for (const auto& slot : slots_) publications_.emplace_back(std::get<descriptor::Single>(slot));
}

std::optional<std::string> difference(const Totals& expected, const std::array<std::uint32_t, kSums>& sums,
                                      const Tally& tally) {
  for (std::uint32_t i = 0; i < kSums; ++i)
    if (sums[i] != expected.sums[i])
      return fmt::format("the sum in observable({}) is {}, it should be {}", i, sums[i], expected.sums[i]);
  const auto differs = [](std::string_view what, std::uint32_t seen, std::uint32_t wanted) {
    return fmt::format("{} slots were {}, {} should have been", seen, what, wanted);
  };
  if (tally.claimed != expected.slots) return differs("claimed", tally.claimed, expected.slots);
  if (tally.adds != expected.adds) return differs("run as ATOMIC_ADD", tally.adds, expected.adds);
  if (tally.nops != expected.slots - expected.adds)
    return differs("run as NOP", tally.nops, expected.slots - expected.adds);
  if (tally.done != expected.slots) return differs("completed", tally.done, expected.slots);
  return std::nullopt;
}

}  // namespace vyre::cli::bench
