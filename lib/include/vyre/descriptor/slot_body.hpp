/// The one place that knows how a descriptor's words lie in a slot. Inline, so that publication writes
/// them straight into the ring; STATUS is never touched here.
/// fits_at() and write_at() exist for each form, by slot number inside the form.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <variant>

#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::descriptor {

// --- How many slots ----------------------------------------------------------------------------------

[[nodiscard]] inline std::uint64_t slots_of(const Single&) noexcept { return 1; }
[[nodiscard]] inline std::uint64_t slots_of(const Packed&) noexcept { return 1; }
[[nodiscard]] inline std::uint64_t slots_of(const Batch& batch) noexcept { return batch.items.size(); }
[[nodiscard]] inline std::uint64_t slots_of(const FencedBatch& batch) noexcept {
  return batch.items.size() + 1;
}
[[nodiscard]] inline std::uint64_t slots_of(const WorkItems& work) noexcept { return work.items.size(); }
[[nodiscard]] inline std::uint64_t slots_of(const Window& window) noexcept {
  return window.required.size() + window.lookahead.size();
}

[[nodiscard]] inline std::uint64_t slots_of(const Recorded& recorded) noexcept {
  return recorded.slots.size();
}

// --- Whether slot `index` of a form can be encoded -----------------------------------------------------

[[nodiscard]] inline bool fits(std::uint32_t opcode, Words args) noexcept {
  return args.size() <= protocol::kArgWords && protocol::is_publishable_opcode(opcode);
}

/// Inner opcodes need no check: every value of a byte is a built-in 0-7 or custom.
[[nodiscard]] inline bool fits(const Packed& packed) noexcept {
  const std::size_t count = packed.operations.size();
  if (count > protocol::kPackedMaxOps) return false;
  std::size_t words = protocol::packed_args_word(static_cast<std::uint32_t>(count));
  for (const auto& operation : packed.operations) {
    // Compared before it is added, so that no size can make the sum wrap.
    if (operation.args.size() > protocol::kArgWords) return false;
    words += operation.args.size();
  }
  return words <= protocol::kArgWords;
}

[[nodiscard]] inline bool fits_at(const Single& single, std::uint64_t) noexcept {
  return fits(single.opcode, single.args);
}
[[nodiscard]] inline bool fits_at(const Packed& packed, std::uint64_t) noexcept { return fits(packed); }
[[nodiscard]] inline bool fits_at(const Batch& batch, std::uint64_t index) noexcept {
  const SlotDescriptor& item = batch.items[index];
  if (const auto* single = std::get_if<Single>(&item)) return fits(single->opcode, single->args);
  const auto* packed = std::get_if<Packed>(&item);
  return packed != nullptr && fits(*packed);
}
[[nodiscard]] inline bool fits_at(const FencedBatch& batch, std::uint64_t index) noexcept {
  return index == batch.items.size() || fits(batch.items[index].opcode, batch.items[index].args);
}
[[nodiscard]] inline bool fits_at(const WorkItems& work, std::uint64_t index) noexcept {
  return protocol::is_publishable_opcode(work.items[index].opcode);
}
[[nodiscard]] inline Words payload_at(const Window& window, std::uint64_t index) noexcept {
  const std::size_t required = window.required.size();
  return index < required ? window.required[index] : window.lookahead[index - required];
}
[[nodiscard]] inline bool fits_at(const Window& window, std::uint64_t index) noexcept {
  return payload_at(window, index).size() <= protocol::kWindowPayloadWords &&
         protocol::is_publishable_opcode(window.opcode);
}

/// LOAD_MISS has a form of its own among the descriptors' makers; recorded, it is a slot as any other.
[[nodiscard]] inline bool fits_at(const Recorded& recorded, std::uint64_t index) noexcept {
  const std::uint32_t opcode = recorded.slots[index].opcode;
  return opcode == protocol::kOpLoadMiss || protocol::is_publishable_opcode(opcode);
}

// --- Writing words 1-15 --------------------------------------------------------------------------------

// The processor takes about one store a cycle, so what counts here is how few of them a slot needs. Blocks
// of four words and pairs are stored whole; memcpy is how C++ says so.

namespace detail {

static_assert(std::endian::native == std::endian::little, "pairs of words are stored as one number");

struct Block {
  std::uint32_t words[4];
};

inline void store_block(std::uint32_t* to, const std::uint32_t* from) noexcept {
  std::memcpy(to, from, sizeof(Block));
}
inline void store_pair(std::uint32_t* to, std::uint32_t low, std::uint32_t high) noexcept {
  const std::uint64_t pair = low | std::uint64_t{high} << 32;
  std::memcpy(to, &pair, sizeof(pair));
}
inline void zero_block(std::uint32_t* to) noexcept { std::memset(to, 0, sizeof(Block)); }

/// Four words, of which `count` < 4 are copied and the others zero.
inline void store_tail(std::uint32_t* to, const std::uint32_t* from, std::size_t count) noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if ((count & 2) != 0) {
    std::memcpy(&low, from, sizeof(low));
    if ((count & 1) != 0) high = from[2];
  } else if ((count & 1) != 0) {
    low = from[0];
  }
  std::memcpy(to, &low, sizeof(low));
  std::memcpy(to + 2, &high, sizeof(high));
}

/// Copies `count` <= 12 words and leaves what follows alone. Blocks overlap instead of looping: a loop
/// over a length that changes from slot to slot costs a mispredicted branch each time.
inline void copy_words(std::uint32_t* to, const std::uint32_t* from, std::size_t count) noexcept {
  if (count >= 4) {
    store_block(to, from);
    if (count > 8) store_block(to + 4, from + 4);
    store_block(to + count - 4, from + count - 4);
    return;
  }
  if ((count & 2) != 0) std::memcpy(to, from, 8);
  if ((count & 1) != 0) to[count - 1] = from[count - 1];
}

}  // namespace detail

/// Words 1-3.
inline void write_head(std::uint32_t* slot, std::uint32_t opcode, std::uint32_t tenant,
                       protocol::Priority priority) noexcept {
  static_assert(protocol::kTenantWord == protocol::kOpcodeWord + 1);
  detail::store_pair(slot + protocol::kOpcodeWord, opcode, tenant);
  slot[protocol::kPriorityWord] = static_cast<std::uint32_t>(priority);
}

/// All argument words: those given, then zeros.
inline void write_args(std::uint32_t* to, Words args) noexcept {
  static_assert(protocol::kArgWords == 12, "three blocks of four words");
  const std::uint32_t* from = args.data();
  const std::size_t count = args.size();
  if (count < 4) {
    detail::store_tail(to, from, count);
    detail::zero_block(to + 4);
    detail::zero_block(to + 8);
  } else if (count < 8) {
    detail::store_block(to, from);
    detail::store_tail(to + 4, from + 4, count - 4);
    detail::zero_block(to + 8);
  } else {
    detail::store_block(to, from);
    detail::store_block(to + 4, from + 4);
    if (count < 12) {
      detail::store_tail(to + 8, from + 8, count - 8);
    } else {
      detail::store_block(to + 8, from + 8);
    }
  }
}

inline void write_operation(std::uint32_t* slot, std::uint32_t tenant, std::uint32_t opcode, Words args,
                            protocol::Priority priority) noexcept {
  write_head(slot, opcode, tenant, priority);
  write_args(slot + protocol::kArgsWord, args);
}

/// The metadata is a run of byte pairs, (count, total) and then (opcode, offset) for each operation.
inline void write_packed(std::uint32_t* slot, const Packed& packed, protocol::Priority priority) noexcept {
  write_head(slot, protocol::kOpPackedSlot, packed.tenant, priority);
  std::uint32_t* const words = slot + protocol::kArgsWord;
  for (std::uint32_t block = 0; block < protocol::kArgWords; block += 4) detail::zero_block(words + block);

  const std::size_t count = packed.operations.size();
  const std::uint32_t* const area = words + protocol::packed_args_word(static_cast<std::uint32_t>(count));
  std::uint32_t* to = words + protocol::packed_args_word(static_cast<std::uint32_t>(count));
  auto* pair = reinterpret_cast<std::byte*>(words);
  const auto store = [](std::byte* at, std::size_t low, std::size_t high) {
    const auto value = static_cast<std::uint16_t>(low | high << 8);
    std::memcpy(at, &value, sizeof(value));
  };
  for (const auto& operation : packed.operations) {
    pair += protocol::kPackedOpBytes;
    store(pair, operation.opcode, static_cast<std::size_t>(to - area));
    detail::copy_words(to, operation.args.data(), operation.args.size());
    to += operation.args.size();
  }
  store(reinterpret_cast<std::byte*>(words), count, static_cast<std::size_t>(to - area));
}

inline void write_at(std::uint32_t* slot, const Single& single, std::uint64_t,
                     protocol::Priority priority) noexcept {
  write_operation(slot, single.tenant, single.opcode, single.args, priority);
}
inline void write_at(std::uint32_t* slot, const Packed& packed, std::uint64_t,
                     protocol::Priority priority) noexcept {
  write_packed(slot, packed, priority);
}
inline void write_at(std::uint32_t* slot, const Batch& batch, std::uint64_t index,
                     protocol::Priority priority) noexcept {
  const SlotDescriptor& item = batch.items[index];
  if (const auto* single = std::get_if<Single>(&item)) {
    write_operation(slot, single->tenant, single->opcode, single->args, priority);
  } else if (const auto* packed = std::get_if<Packed>(&item)) {
    write_packed(slot, *packed, priority);
  }
}
inline void write_at(std::uint32_t* slot, const FencedBatch& batch, std::uint64_t index,
                     protocol::Priority priority) noexcept {
  if (index < batch.items.size()) {
    write_operation(slot, batch.tenant, batch.items[index].opcode, batch.items[index].args, priority);
    return;
  }
  const std::uint32_t args[] = {static_cast<std::uint32_t>(batch.items.size()), batch.tag};
  write_operation(slot, batch.tenant, protocol::kOpBatchFence, args, priority);
}
inline void write_at(std::uint32_t* slot, const WorkItems& work, std::uint64_t index,
                     protocol::Priority priority) noexcept {
  const WorkItem& item = work.items[index];
  write_head(slot, item.opcode, work.tenant, priority);
  std::uint32_t* const args = slot + protocol::kArgsWord;
  detail::store_pair(args, item.input, item.output);
  detail::store_pair(args + 2, item.param, 0);
  detail::zero_block(args + 4);
  detail::zero_block(args + 8);
}
inline void write_at(std::uint32_t* slot, const Window& window, std::uint64_t index,
                     protocol::Priority priority) noexcept {
  write_head(slot, window.opcode, window.tenant, priority);
  std::uint32_t* const args = slot + protocol::kArgsWord;
  const Words payload = payload_at(window, index);
  for (std::uint32_t block = 0; block < protocol::kArgWords; block += 4) detail::zero_block(args + block);
  detail::store_pair(args, window.ticket,
                     index < window.required.size() ? protocol::kWindowRequired : protocol::kWindowLookahead);
  detail::copy_words(args + protocol::kWindowHeaderArgs, payload.data(), payload.size());
}

inline void write_at(std::uint32_t* slot, const Recorded& recorded, std::uint64_t index,
                     protocol::Priority) noexcept {
  const protocol::Slot& from = recorded.slots[index];
  detail::store_pair(slot + protocol::kOpcodeWord, from.opcode, from.tenant);
  slot[protocol::kPriorityWord] = from.priority;
  for (std::size_t block = 0; block < protocol::kArgWords; block += 4)
    detail::store_block(slot + protocol::kArgsWord + block, from.args.data() + block);
}

}  // namespace vyre::descriptor
