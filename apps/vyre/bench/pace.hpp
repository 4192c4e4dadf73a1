/// Pace: how many operations a turn has, so that each lasts about as long, whatever the machine.
#pragma once

#include <chrono>
#include <cstdint>

#include "vyre/measure/turns.hpp"

namespace vyre::cli::bench {

class Pace {
 public:
  /// `fixed`: always so many, 0: as many as `target` takes, from `first` on. Always a multiple of `unit`.
  Pace(std::uint64_t fixed, std::uint64_t first, std::chrono::duration<double> target, std::uint64_t unit = 1)
      : fixed_(fixed), target_(target), unit_(unit), count_(fixed != 0 ? fixed : first) {}

  [[nodiscard]] std::uint64_t count() const noexcept { return (count_ + unit_ - 1) / unit_ * unit_; }
  /// The last turn had count() of them and took so long.
  void took(std::chrono::duration<double> elapsed) noexcept {
    constexpr std::uint64_t kMost = 1ULL << 32;
    if (fixed_ == 0) count_ = measure::next_count(count(), elapsed.count(), target_.count(), kMost);
  }

 private:
  std::uint64_t fixed_;
  std::chrono::duration<double> target_;
  std::uint64_t unit_;
  std::uint64_t count_;
};

}  // namespace vyre::cli::bench
