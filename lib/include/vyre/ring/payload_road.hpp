/// The road by which bytes of files come into the arena: names, and the choice among them.
#pragma once

#include <optional>
#include <string_view>

#include "vyre/base/error.hpp"
#include "vyre/ring/payload_memory.hpp"

namespace vyre::ring {

/// "auto", "arena", "mapped", "staged".
[[nodiscard]] VYRE_API std::string_view to_string(PayloadRoad road) noexcept;
/// Nothing unless `name` is one of these.
[[nodiscard]] VYRE_API std::optional<PayloadRoad> find_road(std::string_view name) noexcept;

/// The road to take into an arena of this kind; never kAuto. `direct`: the files are read with O_DIRECT.
/// kAuto: one memory (kCached) has the arena road. The mapped memory of a discrete device (kWriteCombined)
/// has the mapped road, and with O_DIRECT the staged one: reads with O_DIRECT into mapped device memory, and
/// its registration with io_uring, end with EFAULT. The staged road is everywhere.
/// Errors: kUnsupported (a road that such an arena does not have).
[[nodiscard]] VYRE_API Result<PayloadRoad> choose_road(MemoryKind arena, PayloadRoad asked, bool direct);
[[nodiscard]] inline Result<PayloadRoad> choose_road(const PayloadMemory& memory, PayloadRoad asked,
                                                     bool direct) {
  return choose_road(memory.kind, asked, direct);
}

}  // namespace vyre::ring
