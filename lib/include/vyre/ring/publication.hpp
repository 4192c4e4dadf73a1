/// Publication of descriptors into a ring that lies anywhere: plain memory, or mapped device memory.
///
/// Order of publish(), for kernels that poll STATUS, as those of 0.6.2 do: every word but STATUS, then STATUS
/// = PUBLISHED with release ordering. On write-combined memory a store fence stands between the two, since
/// such stores may be reordered; another follows the statuses. What the Vulkan specification does not
/// promise, and the start-up probe therefore tests: that host writes become visible to a dispatch that is
/// already running. Source: vyre-protocol(7), "Publication".
#pragma once

#include <cstdint>
#include <span>

#include "vyre/base/error.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::ring {

enum class MemoryKind : std::uint8_t {
  kCached,         ///< ordinary memory, x86 total store order or the C++ model elsewhere
  kWriteCombined,  ///< device memory behind the bus: writes need fences, reads are slow
};

/// A ring's memory. Does not own it. Shape: words.size() is a multiple of 16, at most 16 * kMaxSlots,
/// and the first word is 64-byte aligned (4 suffices for kCached).
struct RingView {
  std::span<std::uint32_t> words;
  MemoryKind kind = MemoryKind::kCached;

  [[nodiscard]] std::uint32_t slot_count() const noexcept {
    return static_cast<std::uint32_t>(words.size() / protocol::kSlotWords);
  }
};

/// Views a byte buffer as a ring. Errors: kBadInput (length no multiple of 64), kTooMany (above the cap).
[[nodiscard]] VYRE_API Result<RingView> view_ring(std::span<std::uint32_t> words,
                                                  MemoryKind kind = MemoryKind::kCached);

/// Publishes a descriptor into consecutive slots from `start_slot`, all of it or nothing, and returns
/// the number of slots.
/// Owner: copies; the descriptor's spans may die on return.  Allocates: nothing, but for an Error.
/// Waits: never.  Thread: one publisher for a range of slots.
/// Errors: kSlotBusy (a target is neither EMPTY nor DONE), kOutOfRange, and those of
/// descriptor::validate; after an error the ring is as it was.
[[nodiscard]] VYRE_API Result<std::uint32_t> publish(
    RingView ring, std::uint32_t start_slot, const descriptor::Descriptor& descriptor,
    protocol::Priority priority = protocol::Priority::kNormal);
// The same for one form, inline and without the variant: the paths that tests/bench measures.
[[nodiscard]] inline Result<std::uint32_t> publish(RingView ring, std::uint32_t slot,
                                                   const descriptor::Single& single,
                                                   protocol::Priority priority = protocol::Priority::kNormal);
[[nodiscard]] inline Result<std::uint32_t> publish(RingView ring, std::uint32_t slot,
                                                   const descriptor::Packed& packed,
                                                   protocol::Priority priority = protocol::Priority::kNormal);
[[nodiscard]] inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                                   const descriptor::Batch& batch,
                                                   protocol::Priority priority = protocol::Priority::kNormal);
[[nodiscard]] inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                                   const descriptor::FencedBatch& batch,
                                                   protocol::Priority priority = protocol::Priority::kNormal);
[[nodiscard]] inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                                   const descriptor::WorkItems& items,
                                                   protocol::Priority priority = protocol::Priority::kNormal);
[[nodiscard]] inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                                   const descriptor::Window& window,
                                                   protocol::Priority priority = protocol::Priority::kNormal);

/// The same for a kernel that looks at slots only after a doorbell told it of them
/// (vyre/ring/ring_memory.hpp): STATUS goes out with the body, in any order, on write-combined memory as
/// whole lines past the caches; the caller fences and rings. STATUS of the targets is not read: a publisher
/// that owns the ring knows from completions which slots are free, and reads of device memory cost a
/// microsecond each.
[[nodiscard]] VYRE_API Result<std::uint32_t> publish_for_doorbell(RingView ring, std::uint32_t start_slot,
                                                                  const descriptor::Descriptor& descriptor,
                                                                  protocol::Priority priority);

}  // namespace vyre::ring

#include "vyre/ring/publication_inline.hpp"
