/// The inline half of publication.hpp, which includes it: publication of one form costs few nanoseconds
/// a slot, of which a call and a descriptor passed through memory would be the greater part.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "vyre/base/error.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/descriptor/slot_body.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/ring/publication.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace vyre::ring {
namespace detail {

/// `count` slots from `start_slot` leave a ring of `slot_count`.
[[nodiscard, gnu::cold, gnu::noinline]] VYRE_API std::unexpected<Error> out_of_range(
    std::uint64_t start_slot, std::uint64_t count, std::uint64_t slot_count);
/// Slot `slot` is neither EMPTY nor DONE but `status`.
[[nodiscard, gnu::cold, gnu::noinline]] VYRE_API std::unexpected<Error> busy(std::uint32_t slot,
                                                                             std::uint32_t status);
/// The failure of descriptor::validate() for a descriptor that it refuses.
[[nodiscard, gnu::cold, gnu::noinline]] VYRE_API std::unexpected<Error> invalid(
    const descriptor::Descriptor& descriptor);

inline constexpr auto kPublished = static_cast<std::uint32_t>(protocol::Status::kPublished);

/// EMPTY or DONE. Written without a branch, since both are common.
[[nodiscard]] inline bool is_free(std::uint32_t status) noexcept {
  constexpr auto kEmpty = static_cast<std::uint32_t>(protocol::Status::kEmpty);
  constexpr auto kDone = static_cast<std::uint32_t>(protocol::Status::kDone);
  return (static_cast<unsigned>(status == kEmpty) | static_cast<unsigned>(status == kDone)) != 0;
}

/// Stores to write-combined memory leave the processor in any order, release or not; this orders them.
inline void store_fence() noexcept {
#if defined(__x86_64__)
  _mm_sfence();
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// How a kernel learns of slots, and what is asked of them before they are written.
enum class Announced : std::uint8_t {
  kByStatus,    ///< it polls STATUS, which goes out last; the targets' STATUS is read first
  kByDoorbell,  ///< STATUS goes with the body; the targets are known to be free
};

/// Encodes the forms that are published by the thousand straight into registers and sends them off as whole
/// lines. False: this processor cannot (it takes AVX-512), or a slot of the form is of another kind.
[[nodiscard]] VYRE_API bool stream_lines(std::uint32_t* to, const descriptor::Single& single,
                                         protocol::Priority priority) noexcept;
[[nodiscard]] VYRE_API bool stream_lines(std::uint32_t* to, const descriptor::Batch& batch,
                                         protocol::Priority priority) noexcept;
[[nodiscard]] VYRE_API bool stream_lines(std::uint32_t* to, const descriptor::FencedBatch& batch,
                                         protocol::Priority priority) noexcept;
[[nodiscard]] VYRE_API bool stream_lines(std::uint32_t* to, const descriptor::WorkItems& work,
                                         protocol::Priority priority) noexcept;
template <class Form>
[[nodiscard]] inline bool stream_lines(std::uint32_t*, const Form&, protocol::Priority) noexcept {
  return false;
}

/// Two words as one number, wherever they lie.
using WordPair [[gnu::may_alias]] = std::uint64_t;

/// Stores to write-combined memory without leaving it to the processor when the line goes out; what was
/// stored before a store_fence() goes first.
VYRE_API void store_at_once(WordPair* to, std::uint64_t value) noexcept;

/// Copies whole slots, 64-byte aligned, with stores that go past the caches, as wide as the processor has
/// them.
VYRE_API void stream_slots(std::uint32_t* to, const std::uint32_t* from, std::size_t slots) noexcept;

/// Encodes some slots at a time into the cache, then sends them off as whole lines.
template <class Form>
[[gnu::always_inline]] inline void stream_form(std::uint32_t* first, const Form& form, std::uint64_t count,
                                               protocol::Priority priority) noexcept {
  constexpr std::size_t kStaged = 32;
  alignas(64) std::uint32_t staged[kStaged * protocol::kSlotWords];
  for (std::uint64_t done = 0; done < count;) {
    const std::size_t now = count - done < kStaged ? static_cast<std::size_t>(count - done) : kStaged;
    for (std::size_t i = 0; i < now; ++i) {
      std::uint32_t* slot = staged + i * protocol::kSlotWords;
      descriptor::write_at(slot, form, done + i, priority);
      slot[protocol::kStatusWord] = kPublished;
    }
    stream_slots(first + done * protocol::kSlotWords, staged, now);
    done += now;
  }
}

template <Announced kAnnounced, class Form>
[[gnu::always_inline]] inline void write_slots(RingView ring, std::uint32_t* first, const Form& form,
                                               std::uint64_t count, protocol::Priority priority) noexcept {
  if (ring.kind == MemoryKind::kCached) {
    // Every check has passed, so each slot may go out as soon as its own body stands.
    for (std::uint64_t index = 0; index < count; ++index) {
      std::uint32_t* slot = first + index * protocol::kSlotWords;
      descriptor::write_at(slot, form, index, priority);
      // Pairs with the acquire of whoever polls STATUS.
      std::atomic_ref(slot[protocol::kStatusWord]).store(kPublished, std::memory_order_release);
    }
    return;
  }
  if constexpr (kAnnounced == Announced::kByDoorbell) {
    if (!stream_lines(first, form, priority)) stream_form(first, form, count, priority);
    return;
  }
  // One fence for all bodies: it waits until the write-combining buffers have drained.
  for (std::uint64_t index = 0; index < count; ++index)
    descriptor::write_at(first + index * protocol::kSlotWords, form, index, priority);
  store_fence();
  for (std::uint64_t index = 0; index < count; ++index) {
    std::uint32_t* slot = first + index * protocol::kSlotWords;
    std::atomic_ref(slot[protocol::kStatusWord]).store(kPublished, std::memory_order_release);
  }
  store_fence();
}

/// Inlined into each overload, so that the form's encoding and the loop over one slot melt away.
template <Announced kAnnounced, class Form>
[[gnu::always_inline]] inline Result<std::uint32_t> publish_form(RingView ring, std::uint32_t start_slot,
                                                                 const Form& form,
                                                                 protocol::Priority priority) {
  const std::uint64_t count = descriptor::slots_of(form);
  const std::uint64_t slot_count = ring.words.size() / protocol::kSlotWords;
  // The protocol checks batches and windows slot by slot, so empty ones fit anywhere; work items are a range.
  if constexpr (std::is_same_v<Form, descriptor::Batch> || std::is_same_v<Form, descriptor::Window>) {
    if (count == 0) return 0U;
  }
  // Compared as count <= slot_count - start, so that neither a start near 2^32 nor a huge span wraps.
  if (start_slot > slot_count || count > slot_count - start_slot) [[unlikely]]
    return out_of_range(start_slot, count, slot_count);
  std::uint32_t* const first = ring.words.data() + std::size_t{start_slot} * protocol::kSlotWords;
  for (std::uint64_t index = 0; index < count; ++index) {
    if (!descriptor::fits_at(form, index)) [[unlikely]]
      return invalid(descriptor::Descriptor(form));
    if constexpr (kAnnounced == Announced::kByStatus) {
      // Acquire pairs with the kernel's release of DONE: its last reads of the slot are over.
      const std::uint32_t status =
          std::atomic_ref(first[index * protocol::kSlotWords]).load(std::memory_order_acquire);
      if (!is_free(status)) [[unlikely]]
        return busy(static_cast<std::uint32_t>(start_slot + index), status);
    }
  }
  write_slots<kAnnounced>(ring, first, form, count, priority);
  return static_cast<std::uint32_t>(count);
}

}  // namespace detail

inline Result<std::uint32_t> publish(RingView ring, std::uint32_t slot, const descriptor::Single& single,
                                     protocol::Priority priority) {
  return detail::publish_form<detail::Announced::kByStatus>(ring, slot, single, priority);
}
inline Result<std::uint32_t> publish(RingView ring, std::uint32_t slot, const descriptor::Packed& packed,
                                     protocol::Priority priority) {
  return detail::publish_form<detail::Announced::kByStatus>(ring, slot, packed, priority);
}
inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot, const descriptor::Batch& batch,
                                     protocol::Priority priority) {
  return detail::publish_form<detail::Announced::kByStatus>(ring, start_slot, batch, priority);
}
inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                     const descriptor::FencedBatch& batch, protocol::Priority priority) {
  return detail::publish_form<detail::Announced::kByStatus>(ring, start_slot, batch, priority);
}
inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                     const descriptor::WorkItems& items, protocol::Priority priority) {
  return detail::publish_form<detail::Announced::kByStatus>(ring, start_slot, items, priority);
}
inline Result<std::uint32_t> publish(RingView ring, std::uint32_t start_slot,
                                     const descriptor::Window& window, protocol::Priority priority) {
  return detail::publish_form<detail::Announced::kByStatus>(ring, start_slot, window, priority);
}

}  // namespace vyre::ring
