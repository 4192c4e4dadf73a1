/// PayloadCopier: brings bytes from host memory into the arena while the kernel runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::ring {

/// On a device with a queue that only copies, that queue copies; else the host does, within begin().
/// Copies are numbered 1, 2, ... and end in that order. Destruction waits for those that are out.
/// Thread: one. Lives shorter than its backend.
class PayloadCopier {
 public:
  PayloadCopier() = default;
  PayloadCopier(const PayloadCopier&) = delete;
  PayloadCopier& operator=(const PayloadCopier&) = delete;
  virtual ~PayloadCopier() = default;

  /// "transfer queue" or "host".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Host memory that is cached, that files can be read into with O_DIRECT, and that io_uring can register;
  /// begins at a page.
  [[nodiscard]] virtual std::span<std::byte> staging() noexcept = 0;

  /// Begins to copy `bytes` from `staging_offset` to byte `arena_offset` of the arena, all multiples of 4;
  /// the staging bytes stay as they are until the copy has ended. Returns its number. Errors: kOutOfRange,
  /// kDevice, kDeviceLost.
  [[nodiscard]] virtual Result<std::uint64_t> begin(std::uint64_t staging_offset, std::uint64_t arena_offset,
                                                    std::uint64_t bytes) = 0;

  /// The number of the last copy that has ended, 0 if none; what it copied is seen by slots that are
  /// published after this call. Waits at most `patience` for number `awaited`. Errors: kDeviceLost, kDevice.
  [[nodiscard]] virtual Result<std::uint64_t> ended(std::uint64_t awaited = 0,
                                                    std::chrono::nanoseconds patience = {}) = 0;
};

}  // namespace vyre::ring
