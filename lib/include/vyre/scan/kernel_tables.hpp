/// Tables of automata as the words that SCAN walks. Layout: vyre/protocol/kernel_layout.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Longest match that a scan reads ahead for; longer ones, and those without a bound, are found as well, in
/// two passes over the bytes.
inline constexpr std::uint32_t kMaxReadAheadBytes = 4096;

/// Most words that a kernel's tables may have, 1 GiB.
inline constexpr std::uint64_t kMaxKernelTableWords = 1ULL << 28;

/// All tables in one buffer, by number; for BackendConfig::scan_tables. Tables come from build_literals(),
/// build_regex() or decode_tables(), since nothing checks them again; reverse ones are not for kernels.
/// Errors: kBadInput (a reverse table), kTooMany (more than `max_words`, found before any is made).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_for_kernel(
    std::span<const Table> tables, std::uint64_t max_words = kMaxKernelTableWords);
/// The same of tables that lie apart, none of them null.
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_for_kernel(
    std::span<const Table* const> tables, std::uint64_t max_words = kMaxKernelTableWords);

}  // namespace vyre::scan
