/// Descriptors: typed forms of the work that can be published into a ring.
/// They are views: every span must outlive the call it is passed to, which copies what it needs.
/// A Descriptor says what to run; where it goes (slot, priority) is said at publication.
/// Source: vyre-protocol(7), "Publication".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::descriptor {

using Words = std::span<const std::uint32_t>;

/// One slot with one operation: at most 12 arguments, unused ones are written as 0.
struct Single {
  std::uint32_t tenant = protocol::kSystemTenant;
  std::uint32_t opcode = protocol::kOpNop;
  Words args{};
};

/// One operation inside a packed slot: built-ins 0-7 and custom opcodes below 256.
struct PackedOperation {
  std::uint8_t opcode = 0;
  Words args{};
};

/// Several operations in one slot, run in order. Metadata and arguments must fit in 12 words.
struct Packed {
  std::uint32_t tenant = protocol::kSystemTenant;
  std::span<const PackedOperation> operations{};
};

/// What a batch is made of.
using SlotDescriptor = std::variant<Single, Packed>;

/// Items in consecutive slots.
struct Batch {
  std::span<const SlotDescriptor> items{};
};

/// An operation of a fenced batch; the batch gives the tenant.
struct Operation {
  std::uint32_t opcode = protocol::kOpNop;
  Words args{};
};

/// Items in consecutive slots, then BATCH_FENCE(count, tag): needs items.size() + 1 slots.
struct FencedBatch {
  std::uint32_t tenant = protocol::kSystemTenant;
  std::span<const Operation> items{};
  std::uint32_t tag = 0;
};

/// args = input, output, param.
struct WorkItem {
  std::uint32_t opcode = protocol::kOpNop;
  std::uint32_t input = 0;
  std::uint32_t output = 0;
  std::uint32_t param = 0;
};

struct WorkItems {
  std::uint32_t tenant = protocol::kSystemTenant;
  std::span<const WorkItem> items{};
};

/// One slot for each payload, required ones first: args = ticket, class, payload (at most 10 words).
/// The window is usable when all its required slots are DONE.
struct Window {
  std::uint32_t tenant = protocol::kSystemTenant;
  std::uint32_t opcode = protocol::kOpNop;
  std::uint32_t ticket = 0;
  std::span<const Words> required{};
  std::span<const Words> lookahead{};
};

/// Whole slots as they were published once: all words but STATUS are written as they stand, PRIORITY too.
struct Recorded {
  std::span<const protocol::Slot> slots{};
  /// Of a ticketed window: how many of the slots, from the first, are required.
  std::optional<std::uint32_t> window_required{};
};

using Descriptor = std::variant<Single, Packed, Batch, FencedBatch, WorkItems, Window, Recorded>;

/// Slots that the descriptor occupies; 64 bits, since a span may hold more than any ring.
[[nodiscard]] VYRE_API std::uint64_t slot_count(const Descriptor& descriptor) noexcept;

/// Checks everything that does not depend on a ring: opcodes, argument counts, packed layout.
/// Errors: kReservedOpcode, kTooMany; `where` names the item ("item 3", "required payload 0").
[[nodiscard]] VYRE_API Result<void> validate(const Descriptor& descriptor);

/// Encodes slot `index` of a descriptor that validate() accepted, STATUS left EMPTY.
/// Shape: index < slot_count(descriptor). Allocates nothing.
[[nodiscard]] VYRE_API protocol::Slot encode_slot(
    const Descriptor& descriptor, std::uint64_t index,
    protocol::Priority priority = protocol::Priority::kNormal) noexcept;

}  // namespace vyre::descriptor
