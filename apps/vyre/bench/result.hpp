/// What `vyre bench` measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/measure/baseline.hpp"
#include "vyre/measure/samples.hpp"
#include "vyre/measure/turns.hpp"

namespace vyre::cli::bench {

/// One side of a comparison, in the result's unit.
struct Side {
  std::string name;                    ///< "resident kernel", "vkQueueSubmit + fence"
  measure::Spread value;               ///< over the rounds; of times the p50 of each round
  std::optional<measure::Spread> p99;  ///< of times; value is the p50 then
  std::vector<double> samples;         ///< of times: all rounds together, ascending
};

struct BenchResult {
  std::string name;  ///< the same in every run: "latency/submit", "throughput/batch=256"
  std::string unit;  ///< "us", "slots/s", "ns/slot", "MB/s", "MiB/s"
  measure::Better better = measure::Better::kHigher;
  Side ours;
  Side alternative;
  measure::Spread ratio;                                          ///< how many times better ours is
  std::vector<std::pair<std::string, std::uint64_t>> parameters;  ///< "batch", 256
};

struct Outcome {
  std::vector<BenchResult> results;
  std::vector<std::string> conclusions;  ///< what follows from them, a sentence each
  std::vector<std::string> notes;        ///< what a reader should know about them
  std::optional<Error> wrong;            ///< what was done came out wrong: no figure counts
};

/// Makes a result of rates: round by round the mean of what the turns measured. Shape: samples by round.
[[nodiscard]] BenchResult rate_result(std::string name, std::string unit, measure::Better better,
                                      std::string ours_name, const std::vector<std::vector<double>>& ours,
                                      std::string other_name, const std::vector<std::vector<double>>& other);

/// Makes a result of single times: p50 and p99 of each round, ratio of the p50s.
[[nodiscard]] BenchResult time_result(std::string name, std::string unit, std::string ours_name,
                                      const std::vector<std::vector<double>>& ours, std::string other_name,
                                      const std::vector<std::vector<double>>& other);

}  // namespace vyre::cli::bench
