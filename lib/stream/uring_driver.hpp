/// The driver that asks io_uring, and what of it this kernel offers.
#pragma once

#include <cstdint>
#include <memory>

#include "vyre/base/error.hpp"
#include "vyre/stream/io_driver.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::stream {

/// `jobs` as in IoOptions, at most `depth`.
/// Errors: kUnsupported (io_uring is missing, too old or forbidden: says which).
[[nodiscard]] Result<std::unique_ptr<IoDriver>> open_uring_driver(std::uint32_t depth,
                                                                  std::uint32_t jobs = 1);

/// Fills in everything but `kernel` and `lockable_bytes`.
void probe_uring(IoProbe& probe);

}  // namespace vyre::stream
