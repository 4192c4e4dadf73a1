/// IoDriver: one way of the operating system to read and write, with its short counts and its EINTR.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/stream/io_request.hpp"

namespace vyre::stream {

/// For IoEngine, which makes whole reads and writes of what a driver gives.
/// Thread: made by any, used and destroyed by one.
class VYRE_API IoDriver {
 public:
  virtual ~IoDriver() = default;  ///< nothing may be in flight

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;  ///< "io_uring" or "pread"
  [[nodiscard]] virtual std::uint32_t depth() const noexcept = 0;    ///< most requests in flight

  /// Begins at the latest in the next wait(). Fewer than depth() are in flight.
  virtual void submit(const IoRequest& request) = 0;

  /// Begins what was submitted and appends what has ended; waits for one at most `patience` (0: not at all,
  /// max(): for ever). Returns earlier when a signal came. Errors: kFile (the kernel refuses to wait).
  [[nodiscard]] virtual Result<void> wait(std::vector<IoCompletion>& done,
                                          std::chrono::nanoseconds patience) = 0;

  /// Asks for an early end of these requests, which are all that are in flight; each still completes, with
  /// ECANCELED or as it came out. Nothing is submitted afterwards.
  virtual void abandon(std::span<const std::uint64_t> tags) = 0;

  /// Takes the file among the registered ones, if there are such and one is free.
  virtual void attach(IoFile&) {}
  virtual void detach(IoFile&) {}

  /// Requests that lie within one of these regions are quicker from now on. The regions are mapped as long
  /// as the driver lives. Errors: kUnsupported (says why not; requests work as before).
  [[nodiscard]] virtual Result<void> register_memory(std::span<const std::span<std::byte>>) { return {}; }
};

}  // namespace vyre::stream
