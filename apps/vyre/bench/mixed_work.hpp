/// Work for throughput: batches of ATOMIC_ADD and NOP by turns, and what has to come of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/resident.hpp"
#include "vyre/descriptor/descriptor.hpp"

namespace vyre::cli::bench {

inline constexpr std::uint32_t kSums = 16;  ///< observables that are added to

/// What was published, and what must have come of it. Modulo 2^32, as the kernel counts.
struct Totals {
  std::uint32_t slots = 0;
  std::uint32_t adds = 0;
  std::array<std::uint32_t, kSums> sums{};

  Totals& operator+=(const Totals& more) noexcept;
  /// Times a number of repetitions.
  [[nodiscard]] Totals times(std::uint64_t count) const noexcept;
};

/// Publications of `batch` slots each, which are to be published by turns.
class MixedWork {
 public:
  explicit MixedWork(std::uint32_t batch);
  MixedWork(const MixedWork&) = delete;
  MixedWork& operator=(const MixedWork&) = delete;

  [[nodiscard]] const std::vector<descriptor::Descriptor>& publications() const noexcept {
    return publications_;
  }
  /// Of all publications once.
  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }

 private:
  std::vector<std::array<std::uint32_t, 2>> args_;
  std::vector<descriptor::SlotDescriptor> slots_;
  std::vector<descriptor::Descriptor> publications_;
  Totals totals_;
};

/// What differs, in words; nothing where all is right. The kernel has ended: `sums` was read before, `tally`
/// after.
[[nodiscard]] std::optional<std::string> difference(const Totals& expected,
                                                    const std::array<std::uint32_t, kSums>& sums,
                                                    const Tally& tally);

}  // namespace vyre::cli::bench
