/// The IO queue: requests for bytes that the kernel publishes and the host answers.
/// Shape: at most 64 slots of 8 words. Life of a slot: EMPTY, PUBLISHED (kernel), CLAIMED (host), OK or
/// ERROR (host), EMPTY again (kernel). Source: vyre-protocol(7), "IO queue".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::codec {

/// An empty queue. Errors: kTooMany (more than kIoMaxSlots).
[[nodiscard]] VYRE_API Result<std::vector<std::uint32_t>> encode_empty_io_queue(std::uint32_t slot_count);

/// A read to submit.
struct IoRead {
  std::uint32_t src_handle = 0;
  std::uint32_t dst_handle = 0;
  std::uint64_t offset = 0;  ///< in the source, bytes
  std::uint32_t byte_count = 0;
  std::uint32_t tag = 0;
};

/// A request as the host claims it.
struct IoRequest {
  std::uint32_t slot = 0;
  std::uint32_t op = 0;  ///< protocol::IoOp, or whatever the slot held
  std::uint32_t src_handle = 0;
  std::uint32_t dst_handle = 0;
  std::uint64_t offset = 0;
  std::uint32_t byte_count = 0;
  std::uint32_t tag = 0;
  friend bool operator==(const IoRequest&, const IoRequest&) = default;
};

/// Views a queue's memory; does not own it.
/// Thread: STATUS is only touched by atomics, so kernel and host may work at once; one host thread.
class VYRE_API IoQueue {
 public:
  /// Errors: kBadInput (length no multiple of 8 words), kTooMany (more than kIoMaxSlots).
  [[nodiscard]] static Result<IoQueue> view(std::span<std::uint32_t> words);

  [[nodiscard]] std::uint32_t slot_count() const noexcept;

  /// Publishes a read into an EMPTY slot. Errors: kOutOfRange, kSlotBusy; the queue is then as it was.
  [[nodiscard]] Result<void> submit_read(std::uint32_t slot, const IoRead& read);
  /// The same for a read into a mapped slot: source handle 0, destination `mapped_slot`.
  [[nodiscard]] Result<void> publish(std::uint32_t slot, std::uint32_t mapped_slot, std::uint32_t byte_count,
                                     std::uint32_t tag);

  /// Claims every PUBLISHED request, by ascending slot.
  [[nodiscard]] std::vector<IoRequest> claim();

  /// Answers a CLAIMED request. Errors: kOutOfRange, kBadInput (the slot is not CLAIMED).
  [[nodiscard]] Result<void> complete(std::uint32_t slot, bool success);

 private:
  explicit IoQueue(std::span<std::uint32_t> words) : words_(words) {}
  std::span<std::uint32_t> words_;
};

}  // namespace vyre::codec
