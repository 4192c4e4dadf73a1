/// The copier of devices without a queue that only copies, and of the interpreter: the host copies.
#pragma once

#include <memory>

#include "vyre/ring/payload_copier.hpp"
#include "vyre/ring/payload_memory.hpp"

namespace vyre::ring {

/// Errors: kOutOfRange, unless both ranges lie within their memory and are whole words. For every copier.
[[nodiscard]] Result<void> check_copy(std::uint64_t staging_bytes, std::uint64_t staging_offset,
                                      std::uint64_t arena_bytes, std::uint64_t arena_offset,
                                      std::uint64_t bytes);

/// Errors: kTooMany (no memory).
[[nodiscard]] Result<std::unique_ptr<PayloadCopier>> open_host_copier(const PayloadMemory& memory,
                                                                      std::uint64_t staging_bytes);

}  // namespace vyre::ring
