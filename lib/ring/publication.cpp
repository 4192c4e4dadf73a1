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

Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                              const descriptor::Descriptor& descriptor, protocol::Priority priority) {
  return publish_checked(ring, start_slot, descriptor, priority, TargetCheck::kRead);
}

Result<std::uint32_t> publish_checked(RingView ring, std::uint32_t start_slot,
                                      const descriptor::Descriptor& descriptor, protocol::Priority priority,
                                      TargetCheck check) {
  return std::visit(
      [&](const auto& form) {
        return check == TargetCheck::kRead
                   ? detail::publish_form<TargetCheck::kRead>(ring, start_slot, form, priority)
                   : detail::publish_form<TargetCheck::kTrusted>(ring, start_slot, form, priority);
      },
      descriptor);
}

}  // namespace vyre::ring
