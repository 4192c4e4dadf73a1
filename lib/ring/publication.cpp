#include "vyre/ring/publication.hpp"

#include <fmt/format.h>

#include <variant>

namespace vyre::ring {

Result<RingView> view_ring(std::span<std::uint32_t> words, MemoryKind kind) {
  if (words.size() % protocol::kSlotWords != 0) {
    return fail(
        ErrorCode::kBadInput,
        fmt::format("{} bytes are no ring: slots have {} bytes", 4 * words.size(), protocol::kSlotBytes),
        "view_ring", fmt::format("pass a whole multiple of {} bytes", protocol::kSlotBytes));
  }
  if (words.size() / protocol::kSlotWords > protocol::kMaxSlots) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} slots, a ring has at most {}", words.size() / protocol::kSlotWords,
                            protocol::kMaxSlots),
                "view_ring", "use a smaller ring, or several");
  }
  return RingView{words, kind};
}

namespace {

template <detail::Announced kAnnounced>
Result<std::uint32_t> publish_any(RingView ring, std::uint32_t start_slot,
                                  const descriptor::Descriptor& descriptor, protocol::Priority priority) {
  return std::visit(
      [&](const auto& form) { return detail::publish_form<kAnnounced>(ring, start_slot, form, priority); },
      descriptor);
}

}  // namespace

Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                              const descriptor::Descriptor& descriptor, protocol::Priority priority) {
  return publish_any<detail::Announced::kByStatus>(ring, start_slot, descriptor, priority);
}

Result<std::uint32_t> publish_for_doorbell(RingView ring, std::uint32_t start_slot,
                                           const descriptor::Descriptor& descriptor,
                                           protocol::Priority priority) {
  return publish_any<detail::Announced::kByDoorbell>(ring, start_slot, descriptor, priority);
}

}  // namespace vyre::ring
