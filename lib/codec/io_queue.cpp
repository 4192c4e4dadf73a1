#include "vyre/codec/io_queue.hpp"

#include <fmt/format.h>

#include <atomic>
#include <string_view>

namespace vyre::codec {
namespace {

using protocol::IoStatus;
using protocol::kIoSlotWords;

// Words of a request.
constexpr std::size_t kOp = 0;
constexpr std::size_t kSrc = 1;
constexpr std::size_t kDst = 2;
constexpr std::size_t kOffsetLow = 3;
constexpr std::size_t kOffsetHigh = 4;
constexpr std::size_t kByteCount = 5;
constexpr std::size_t kStatus = 6;
constexpr std::size_t kTag = 7;
static_assert(kTag + 1 == kIoSlotWords);

std::string_view io_status_name(std::uint32_t status) noexcept {
  switch (static_cast<IoStatus>(status)) {
    case IoStatus::kEmpty: return "empty";
    case IoStatus::kPublished: return "published";
    case IoStatus::kClaimed: return "claimed";
    case IoStatus::kOk: return "ok";
    case IoStatus::kError: return "error";
  }
  return "unknown";
}

std::unexpected<Error> no_such_slot(std::string_view call, std::uint32_t slot, std::uint32_t slot_count) {
  return fail(ErrorCode::kOutOfRange, fmt::format("no slot {} in an IO queue of {}", slot, slot_count),
              fmt::format("{}, IO slot {}", call, slot),
              "name a slot of the queue, or make the queue longer");
}

}  // namespace

Result<std::vector<std::uint32_t>> encode_empty_io_queue(std::uint32_t slot_count) {
  if (slot_count > protocol::kIoMaxSlots) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} slots, an IO queue has at most {}", slot_count, protocol::kIoMaxSlots),
                "encode_empty_io_queue", "use a shorter queue");
  }
  return std::vector<std::uint32_t>(std::size_t{slot_count} * kIoSlotWords, 0);
}

Result<IoQueue> IoQueue::view(std::span<std::uint32_t> words) {
  if (words.size() % kIoSlotWords != 0) {
    return fail(
        ErrorCode::kBadInput,
        fmt::format("{} bytes are no IO queue: its slots have {} bytes", 4 * words.size(), 4 * kIoSlotWords),
        fmt::format("byte {} of the IO queue", 4 * (words.size() / kIoSlotWords * kIoSlotWords)),
        "pass the whole queue and nothing else");
  }
  if (words.size() / kIoSlotWords > protocol::kIoMaxSlots) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} slots, an IO queue has at most {}", words.size() / kIoSlotWords,
                            protocol::kIoMaxSlots),
                fmt::format("byte {} of the IO queue", 4 * kIoSlotWords * protocol::kIoMaxSlots),
                "pass the queue alone");
  }
  return IoQueue(words);
}

std::uint32_t IoQueue::slot_count() const noexcept {
  return static_cast<std::uint32_t>(words_.size() / kIoSlotWords);
}

Result<void> IoQueue::submit_read(std::uint32_t slot, const IoRead& read) {
  if (slot >= slot_count()) return no_such_slot("submit_read", slot, slot_count());
  std::uint32_t* words = &words_[std::size_t{slot} * kIoSlotWords];
  const std::atomic_ref status(words[kStatus]);
  // Acquire pairs with whoever emptied the slot: its reads of the old request are over.
  const std::uint32_t found = status.load(std::memory_order_acquire);
  if (found != static_cast<std::uint32_t>(IoStatus::kEmpty)) {
    return fail(ErrorCode::kSlotBusy,
                fmt::format("IO slot {} is {} (STATUS {:#x}), not empty", slot, io_status_name(found), found),
                fmt::format("submit_read, IO slot {}", slot), "wait until the request is answered and taken");
  }
  words[kOp] = static_cast<std::uint32_t>(protocol::IoOp::kRead);
  words[kSrc] = read.src_handle;
  words[kDst] = read.dst_handle;
  words[kOffsetLow] = static_cast<std::uint32_t>(read.offset);
  words[kOffsetHigh] = static_cast<std::uint32_t>(read.offset >> 32);
  words[kByteCount] = read.byte_count;
  words[kTag] = read.tag;
  // Pairs with the acquire in claim().
  status.store(static_cast<std::uint32_t>(IoStatus::kPublished), std::memory_order_release);
  return {};
}

Result<void> IoQueue::publish(std::uint32_t slot, std::uint32_t mapped_slot, std::uint32_t byte_count,
                              std::uint32_t tag) {
  return submit_read(slot,
                     {.src_handle = 0, .dst_handle = mapped_slot, .byte_count = byte_count, .tag = tag});
}

std::vector<IoRequest> IoQueue::claim() {
  std::vector<IoRequest> requests;
  for (std::uint32_t slot = 0; slot < slot_count(); ++slot) {
    std::uint32_t* words = &words_[std::size_t{slot} * kIoSlotWords];
    const std::atomic_ref status(words[kStatus]);
    // Acquire pairs with the release that published the request. From PUBLISHED on STATUS is the host's, so
    // that no compare-and-swap is due, which device memory behind a bus does not offer.
    if (status.load(std::memory_order_acquire) != static_cast<std::uint32_t>(IoStatus::kPublished)) continue;
    status.store(static_cast<std::uint32_t>(IoStatus::kClaimed), std::memory_order_relaxed);
    requests.push_back({.slot = slot,
                        .op = words[kOp],
                        .src_handle = words[kSrc],
                        .dst_handle = words[kDst],
                        .offset = words[kOffsetLow] | std::uint64_t{words[kOffsetHigh]} << 32,
                        .byte_count = words[kByteCount],
                        .tag = words[kTag]});
  }
  return requests;
}

Result<void> IoQueue::complete(std::uint32_t slot, bool success) {
  if (slot >= slot_count()) return no_such_slot("complete", slot, slot_count());
  const std::atomic_ref status(words_[std::size_t{slot} * kIoSlotWords + kStatus]);
  const std::uint32_t found = status.load(std::memory_order_relaxed);
  if (found != static_cast<std::uint32_t>(IoStatus::kClaimed)) {
    return fail(
        ErrorCode::kBadInput,
        fmt::format("IO slot {} is {} (STATUS {:#x}), not claimed", slot, io_status_name(found), found),
        fmt::format("complete, IO slot {}", slot), "complete each request once, after claim()");
  }
  // Release: the bytes that were read come before the answer.
  status.store(static_cast<std::uint32_t>(success ? IoStatus::kOk : IoStatus::kError),
               std::memory_order_release);
  return {};
}

}  // namespace vyre::codec
