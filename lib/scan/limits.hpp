/// What every table must keep to.
#pragma once

#include <cstdint>

#include "vyre/base/error.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Words of transitions: rows must leave the accept bit free.
inline constexpr std::uint64_t kMaxTransitionWords = 1ULL << 31;

/// Errors: kTooMany, if transitions of that many states pass a limit. `subject` begins the sentence.
[[nodiscard]] Result<void> check_size(std::uint64_t states, std::uint32_t classes, const char* subject,
                                      const BuildOptions& options);

/// 'a' for 'A'; every other byte as it is.
[[nodiscard]] constexpr std::uint8_t lower(std::uint8_t byte) noexcept {
  return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + ('a' - 'A')) : byte;
}

}  // namespace vyre::scan
