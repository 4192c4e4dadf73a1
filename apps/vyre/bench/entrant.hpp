/// Entrant: one shape of the kernel among those that are tuned, with the work that it is measured by.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/mixed_work.hpp"
#include "bench/pace.hpp"
#include "bench/request.hpp"
#include "bench/resident.hpp"

namespace vyre::cli::bench {

class Entrant {
 public:
  /// Errors: those of gpu::open_megakernel.
  [[nodiscard]] static Result<std::unique_ptr<Entrant>> open(const Request& request, const Shape& shape);

  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  /// "lanes=8 workgroups=1 slots=1024"
  [[nodiscard]] std::string name() const;

  /// A turn of single slots: microseconds of each, from publication to done.
  [[nodiscard]] Result<void> exchange(std::vector<double>& samples);
  /// A turn of batches: slots a second.
  [[nodiscard]] Result<void> publish(std::vector<double>& samples);
  /// Whether the kernel sleeps for want of work: one that does not takes the device from all others. Waits
  /// for it, as long as a busy machine may need.
  bool wait_until_asleep();

  /// Ends the kernel; what differs from what was asked for, in words.
  [[nodiscard]] Result<std::optional<std::string>> check();

 private:
  Entrant(const Request& request, const Shape& shape, ResidentKernel kernel);

  Shape shape_;
  ResidentKernel kernel_;
  MixedWork work_;
  std::uint64_t exchanges_;  ///< of a turn
  Pace pace_;
  Totals expected_;
};

/// The median over the rounds of the median of each. Shape: at least one value a round.
[[nodiscard]] double median_of_medians(const std::vector<std::vector<double>>& rounds);

}  // namespace vyre::cli::bench
