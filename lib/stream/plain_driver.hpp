/// The driver that asks pread and pwrite in a few threads.
#pragma once

#include <cstdint>
#include <memory>

#include "vyre/base/error.hpp"
#include "vyre/stream/io_driver.hpp"

namespace vyre::stream {

/// Errors: kFile (no threads, no descriptors).
[[nodiscard]] Result<std::unique_ptr<IoDriver>> open_plain_driver(std::uint32_t depth, std::uint32_t threads);

}  // namespace vyre::stream
