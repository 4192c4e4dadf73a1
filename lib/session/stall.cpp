#include "session/stall.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::session {

namespace {

constexpr std::size_t kShownSlots = 8;

/// A name from a file, which may not drive the terminal.
std::string visible(std::string_view name) {
  std::string text(name);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

/// Ring, control and names as they are while slots wait.
struct Picture {
  std::vector<std::uint32_t> ring;
  std::vector<std::uint32_t> control;
  recording::Names names;
  bool shut_down = false;

  [[nodiscard]] std::uint32_t slot_word(std::uint32_t slot, std::uint32_t word) const {
    return ring[std::size_t{protocol::kSlotWords} * slot + word];
  }
  [[nodiscard]] std::uint32_t status(std::uint32_t slot) const {
    return slot_word(slot, protocol::kStatusWord);
  }
  /// "tenant 1", "tenant 1 (guest)".
  [[nodiscard]] std::string tenant_text(std::uint32_t tenant) const {
    const std::string name = visible(names.tenant(tenant));
    return name.empty() ? fmt::format("tenant {}", tenant) : fmt::format("tenant {} ({})", tenant, name);
  }
  [[nodiscard]] std::string opcode_text(std::uint32_t opcode) const {
    if (const auto* info = protocol::find_opcode(opcode)) return std::string(info->name);
    const std::string name = visible(names.handler(opcode));
    return name.empty() ? fmt::format("opcode {:#x}", opcode) : name;
  }
};

bool is_finished(std::uint32_t status) {
  return status == static_cast<std::uint32_t>(protocol::Status::kDone) ||
         status == static_cast<std::uint32_t>(protocol::Status::kFault);
}

std::string published_cause(const Picture& picture, std::uint32_t tenant) {
  if (picture.shut_down) return "the kernel was shut down before it came to it";
  if (tenant < protocol::kTenantCount) {
    if (picture.control[protocol::kTenantMaskWord + tenant] == 0)
      return fmt::format("{} is masked: enable it", picture.tenant_text(tenant));
    const std::uint32_t quota = picture.control[protocol::kTenantQuotaWord + tenant];
    if (quota == 0) return fmt::format("{} has a quota of 0: raise it", picture.tenant_text(tenant));
    if (quota < picture.ring.size() / protocol::kSlotWords)
      return fmt::format("{} may have {} slots claimed at a time, and may have them",
                         picture.tenant_text(tenant), quota);
  }
  return "the kernel has not come to it";
}

std::string fence_cause(const Picture& picture, std::uint32_t fence, std::uint32_t count) {
  if (count > fence) return "its slot count leaves the ring";
  for (std::uint32_t slot = fence - count; slot < fence; ++slot) {
    const std::uint32_t status = picture.status(slot);
    if (is_finished(status)) continue;
    std::string cause = fmt::format("it waits for slot {}, which is {}", slot, protocol::status_name(status));
    if (status == static_cast<std::uint32_t>(protocol::Status::kPublished))
      cause += ": " + published_cause(picture, picture.slot_word(slot, protocol::kTenantWord));
    return cause;
  }
  return "every slot of its batch is finished";
}

std::string cause_of(const Picture& picture, const ring::InFlightSlot& slot) {
  switch (static_cast<protocol::Status>(picture.status(slot.slot))) {
    case protocol::Status::kPublished: return published_cause(picture, slot.tenant);
    case protocol::Status::kRequeue:
      if (slot.opcode == protocol::kOpBatchFence)
        return fence_cause(picture, slot.slot, picture.slot_word(slot.slot, protocol::kArgsWord));
      return "an operation inside it is not ready";
    case protocol::Status::kYield: return "a long operation, parked between quanta";
    case protocol::Status::kWaitIo: return "it waits for a read";
    case protocol::Status::kClaimed: return "the kernel claimed it and did not come back";
    case protocol::Status::kDone:
    case protocol::Status::kFault: return "it is finished, but its completion did not arrive";
    case protocol::Status::kEmpty: break;
  }
  return "its STATUS was changed by someone else";
}

}  // namespace

std::string stall_report(ring::Backend& backend, const ring::Publisher& publisher,
                         const recording::Names& names) {
  Picture picture;
  picture.names = names;
  picture.ring.resize(backend.ring_memory().ring.words.size());
  picture.control.resize(backend.control_words());
  if (!backend.read_ring(picture.ring) || !backend.read_control(0, picture.control))
    return "the device cannot be read";
  picture.shut_down = picture.control[protocol::kShutdownWord] != 0;

  const auto counts = publisher.counts();
  std::string text = fmt::format("{} of {} slots are not finished ({})", counts.in_flight, counts.published,
                                 backend.residency_text());
  const auto now = ring::Clock::now();
  for (const auto& slot : publisher.in_flight(kShownSlots)) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(now - slot.published_at);
    text +=
        fmt::format("\n  slot {}: {} of {}, {} for {} ms: {}", slot.slot, picture.opcode_text(slot.opcode),
                    picture.tenant_text(slot.tenant), protocol::status_name(picture.status(slot.slot)),
                    waited.count(), cause_of(picture, slot));
  }
  if (counts.in_flight > kShownSlots) text += fmt::format("\n  and {} more", counts.in_flight - kShownSlots);
  return text;
}

}  // namespace vyre::session
