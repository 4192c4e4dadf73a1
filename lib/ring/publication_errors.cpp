/// The failures of publication, apart from its inline hot path.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/assert.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/ring/publication.hpp"

namespace vyre::ring::detail {

std::unexpected<Error> out_of_range(std::uint64_t start_slot, std::uint64_t count, std::uint64_t slot_count) {
  const std::string fix =
      count > slot_count
          ? fmt::format("enlarge the ring to {} slots, or split the work", count)
          : fmt::format("start at slot {} or below, enlarge the ring, or split the work", slot_count - count);
  return fail(ErrorCode::kOutOfRange,
              fmt::format("{} slot{} from slot {} do{} not fit a ring of {} slots", count,
                          count == 1 ? "" : "s", start_slot, count == 1 ? "es" : "", slot_count),
              fmt::format("publish, slot {}", start_slot), fix);
}

std::unexpected<Error> busy(std::uint32_t slot, std::uint32_t status) {
  return fail(ErrorCode::kSlotBusy,
              fmt::format("slot {} is {} (STATUS {}); the host writes only empty and done slots", slot,
                          protocol::status_name(status), status),
              fmt::format("publish, slot {}", slot), "wait until the slot is done, or publish to another");
}

std::unexpected<Error> invalid(const descriptor::Descriptor& descriptor) {
  auto verdict = descriptor::validate(descriptor);
  VYRE_ASSERT(!verdict.has_value());
  return std::unexpected(std::move(verdict).error());
}

}  // namespace vyre::ring::detail
