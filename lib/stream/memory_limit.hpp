/// RLIMIT_MEMLOCK, which bounds what may be registered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vyre::stream {

/// Nothing where there is no limit. A process with CAP_IPC_LOCK has one and is not held to it.
[[nodiscard]] std::optional<std::uint64_t> memory_limit_bytes();
/// "RLIMIT_MEMLOCK is 8388608 bytes (ulimit -l)", or that it has no limit.
[[nodiscard]] std::string memory_limit_text();

}  // namespace vyre::stream
