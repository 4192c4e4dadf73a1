/// Numbers and durations as workload files write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace vyre::workload {

struct NumberFault {
  std::string what;
  std::string fix;
};

/// 42, 1_000, 0x2A, 0b101, 4KiB, 2MiB, 1GiB; no sign.
[[nodiscard]] std::expected<std::int64_t, NumberFault> parse_number(std::string_view text);

/// A number, perhaps with a decimal point, and its unit: 10ms, 1.5s, 250us, 80ns.
[[nodiscard]] std::expected<std::chrono::nanoseconds, NumberFault> parse_duration(std::string_view text);

/// The shortest of those forms: "10ms", "1500us".
[[nodiscard]] std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace vyre::workload
