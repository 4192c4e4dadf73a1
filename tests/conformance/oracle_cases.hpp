/// Which random works the oracle tests play, and how a failure says which one it was.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/random_source.hpp"
#include "support/random_work.hpp"

namespace vyre::test {

/// Seeds 1 to `usual`; other numbers of them by VYRE_ORACLE_SEEDS=count, a single one by
/// VYRE_ORACLE_SEED=seed.
inline std::vector<std::uint64_t> oracle_seeds(std::uint64_t usual) {
  if (const char* one = std::getenv("VYRE_ORACLE_SEED")) return {std::strtoull(one, nullptr, 0)};
  if (const char* count = std::getenv("VYRE_ORACLE_SEEDS")) usual = std::strtoull(count, nullptr, 0);
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = 1; seed <= usual; ++seed) seeds.push_back(seed);
  return seeds;
}

/// Ring size, scheduler, protection and placement, all by the seed.
inline WorkOptions oracle_options(std::uint64_t seed) {
  RandomSource random(~seed);
  WorkOptions options;
  options.seed = seed;
  options.placed = random.percent(70);
  constexpr std::uint32_t kPlacedSlots[] = {2, 7, 16, 64, 100, 256};
  constexpr std::uint32_t kFreeSlots[] = {64, 100, 256};
  options.slots = options.placed ? kPlacedSlots[random.below(6)] : kFreeSlots[random.below(3)];
  options.scheduler = random.percent(50) ? ring::Scheduler::kSlot : ring::Scheduler::kPriority;
  options.open_protection = random.percent(20);
  return options;
}

inline std::string describe(const WorkOptions& options) {
  return fmt::format("seed {}: {} slots, {} scheduler, {} protection, {}", options.seed, options.slots,
                     options.scheduler == ring::Scheduler::kSlot ? "slot" : "priority",
                     options.open_protection ? "open" : "strict",
                     options.placed ? "placed" : "placed by the publisher");
}

/// How to see one failure again.
inline std::string rerun(const WorkOptions& options, const char* program, const std::string& filter) {
  return fmt::format("rerun: VYRE_ORACLE_SEED={} {} --gtest_filter='{}'", options.seed, program, filter);
}

}  // namespace vyre::test
