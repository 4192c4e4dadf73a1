/// The debug log: records that PRINTF left.
/// Shape: word 0 is a cursor in words, records of 4 words follow from word 1. The kernel advances the
/// cursor for a record that does not fit too, so a cursor past the end counts the lost ones.
/// Source: vyre-protocol(7), "Debug log".
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::codec {

/// An empty log with room for `record_count` records. Errors: kTooMany (more than kMaxDebugRecords).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_empty_debug_log(
    std::uint32_t record_count = protocol::kDebugDefaultRecords);

/// One record: {format id, a, b, slot * 16}.
struct DebugRecord {
  std::uint32_t format = 0;
  std::array<std::uint32_t, 3> args{};

  /// The slot whose PRINTF this was.
  [[nodiscard]] constexpr std::uint32_t slot() const noexcept { return args[2] / protocol::kSlotWords; }
  friend bool operator==(const DebugRecord&, const DebugRecord&) = default;
};

struct DebugLog {
  std::vector<DebugRecord> records;  ///< in the order of the cursor
  std::uint32_t lost = 0;            ///< records that did not fit
};

/// Errors: kBadInput (no cursor, or a cursor in the middle of a record), kTooMany (a buffer for more than
/// kMaxDebugRecords).
[[nodiscard]] VYRE_API Result<DebugLog> decode_debug_log(std::span<const std::uint32_t> debug_log);

}  // namespace vyre::codec
