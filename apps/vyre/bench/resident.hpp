/// ResidentKernel: the kernel that latency and throughput measure, with its publisher.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "bench/request.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::cli::bench {

/// How long any single wait for the device may take.
inline constexpr std::chrono::seconds kPatience{60};

/// What slots of a kernel came to, as its control buffer tells. Each modulo 2^32, as the words run.
struct Tally {
  std::uint32_t claimed = 0;
  std::uint32_t done = 0;
  std::uint32_t nops = 0;
  std::uint32_t adds = 0;
};

class ResidentKernel {
 public:
  /// Errors: those of gpu::open_megakernel.
  [[nodiscard]] static Result<ResidentKernel> open(const Request& request, const Shape& shape);

  [[nodiscard]] ring::Publisher& publisher() noexcept { return *publisher_; }
  /// Waits, at most `most`, until the kernel has gone to sleep for want of work, so that it takes nothing
  /// from what is measured next. Whether it has; where it once has not, this is not waited for again.
  bool wait_until_asleep(std::chrono::seconds most = std::chrono::seconds(5));
  /// Observables from the first. Nothing may be running.
  [[nodiscard]] Result<void> read_observables(std::span<std::uint32_t> out);
  /// Ends the kernel and reads what it counted.
  [[nodiscard]] Result<Tally> stop();

 private:
  explicit ResidentKernel(std::unique_ptr<ring::Backend> backend);

  std::unique_ptr<ring::Backend> backend_;
  std::unique_ptr<ring::Publisher> publisher_;
  bool stays_awake_ = false;
};

/// For a reader, where wait_until_asleep() was in vain.
[[nodiscard]] std::string awake_note(const Request& request, const Shape& shape);

}  // namespace vyre::cli::bench
