#include "reference/io_requests.hpp"

#include <atomic>
#include <bit>

#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::reference {

using protocol::FaultCode;
using protocol::IoOp;
using protocol::IoStatus;

namespace {

constexpr std::uint32_t kPrefetch = 1;
constexpr std::uint32_t kWriteBack = 2;

// Words of a request: vyre/codec/io_queue.hpp.
constexpr std::size_t kStatus = 6;

constexpr std::uint64_t bit(std::uint32_t io) noexcept { return std::uint64_t{1} << io; }

}  // namespace

IoRequests::IoRequests(const IoMemory& memory) : memory_(memory), resources_(memory.resource_count) {}

Outcome IoRequests::load_miss(std::uint32_t slot, std::uint32_t resource, std::uint32_t mode) {
  if (resources_.empty()) return faulted(FaultCode::kNoIoService, resource);
  if (resource >= resources_.size()) return faulted(FaultCode::kNoResource, resource);
  settle_unattended();
  if (const auto mine = waiting_.find(slot); mine != waiting_.end()) {
    if (!is_answered(mine->second)) return wait_io();
    const std::uint32_t error = take_answer(mine->second);
    waiting_.erase(mine);
    return error == 0 ? done() : faulted(FaultCode::kIoFailed, error);
  }
  if (mode == kWriteBack) {
    if ((resource_word(resource, protocol::kResourceFlagsWord) & protocol::kResourceWritable) == 0)
      return faulted(FaultCode::kNotWritable, resource);
    return request(slot, IoOp::kWrite, resource, true);
  }
  switch (resources_[resource]) {
    case Presence::kHere: return done();
    case Presence::kComing: return mode == kPrefetch ? done() : wait_io();
    case Presence::kAbsent: break;
  }
  return request(slot, IoOp::kRead, resource, mode != kPrefetch);
}

Outcome IoRequests::request(std::uint32_t slot, IoOp op, std::uint32_t resource, bool attended) {
  const auto io = static_cast<std::uint32_t>(std::countr_one(held_));
  if (io >= protocol::kIoMaxSlots) return wait();
  held_ |= bit(io);
  if (op == IoOp::kRead) resources_[resource] = Presence::kComing;
  publish(io, op, resource, slot);
  if (!attended) {
    unattended_ |= bit(io);
    return done();
  }
  waiting_[slot] = io;
  return wait_io();
}

void IoRequests::publish(std::uint32_t io, IoOp op, std::uint32_t resource, std::uint32_t slot) {
  const auto words = memory_.queue.subspan(std::size_t{protocol::kIoSlotWords} * io, protocol::kIoSlotWords);
  const std::uint32_t place = resource_word(resource, protocol::kResourceFirstWord);
  words[0] = static_cast<std::uint32_t>(op);
  words[1] = op == IoOp::kRead ? resource : place;
  words[2] = op == IoOp::kRead ? place : resource;
  words[3] = resource_word(resource, protocol::kResourceOffsetWord);
  words[4] = resource_word(resource, protocol::kResourceOffsetWord + 1);
  words[5] = resource_word(resource, protocol::kResourceBytesWord);
  words[7] = slot;
  // Pairs with the acquire in codec/io_queue.cpp, claim().
  std::atomic_ref(words[kStatus])
      .store(static_cast<std::uint32_t>(IoStatus::kPublished), std::memory_order_release);
  std::atomic_ref(*memory_.bell).fetch_add(1, std::memory_order_release);
}

std::uint32_t IoRequests::status(std::uint32_t io) const noexcept {
  return std::atomic_ref(memory_.queue[std::size_t{protocol::kIoSlotWords} * io + kStatus])
      .load(std::memory_order_acquire);
}

bool IoRequests::is_answered(std::uint32_t io) const noexcept {
  const std::uint32_t now = status(io);
  return now == static_cast<std::uint32_t>(IoStatus::kOk) ||
         now == static_cast<std::uint32_t>(IoStatus::kError);
}

std::uint32_t IoRequests::take_answer(std::uint32_t io) {
  const auto words = memory_.queue.subspan(std::size_t{protocol::kIoSlotWords} * io, protocol::kIoSlotWords);
  const bool failed = status(io) == static_cast<std::uint32_t>(IoStatus::kError);
  const std::uint32_t error = failed ? memory_.table[io] : 0;
  if (words[0] == static_cast<std::uint32_t>(IoOp::kRead))
    resources_[words[1]] = failed ? Presence::kAbsent : Presence::kHere;
  std::atomic_ref(words[kStatus])
      .store(static_cast<std::uint32_t>(IoStatus::kEmpty), std::memory_order_release);
  held_ &= ~bit(io);
  return error;
}

void IoRequests::settle_unattended() {
  for (std::uint64_t left = unattended_; left != 0; left &= left - 1) {
    const auto io = static_cast<std::uint32_t>(std::countr_zero(left));
    if (!is_answered(io)) continue;
    unattended_ &= ~bit(io);
    // A failure is not told: who needs the resource asks again.
    take_answer(io);
  }
}

std::uint32_t IoRequests::resource_word(std::uint32_t resource, std::uint32_t word) const noexcept {
  return memory_
      .table[protocol::kIoTableResourcesWord + std::size_t{protocol::kResourceWords} * resource + word];
}

}  // namespace vyre::reference
