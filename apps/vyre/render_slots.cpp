#include "render_slots.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vyre/inspection/text.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

using protocol::Slot;
using Json = nlohmann::ordered_json;

Slot slot_at(std::span<const std::uint32_t> ring, std::size_t index) {
  std::array<std::uint32_t, protocol::kSlotWords> words;
  std::ranges::copy(ring.subspan(index * protocol::kSlotWords, protocol::kSlotWords), words.begin());
  return std::bit_cast<Slot>(words);
}

}  // namespace

std::string render_slots(std::span<const std::uint32_t> ring, const recording::Names& names) {
  std::string text = "   slot  status     tenant  priority  operation\n";
  for (std::size_t index = 0; index < ring.size() / protocol::kSlotWords; ++index) {
    const Slot slot = slot_at(ring, index);
    if (slot.status == static_cast<std::uint32_t>(protocol::Status::kEmpty)) continue;
    text +=
        fmt::format("{:7}  {:9}  {:6}  {:8}  {}\n", index, protocol::status_name(slot.status), slot.tenant,
                    inspection::priority_text(slot.priority), inspection::operation_text(slot, names));
  }
  return text;
}

Json slots_json(std::span<const std::uint32_t> ring, const recording::Names& names) {
  Json list = Json::array();
  for (std::size_t index = 0; index < ring.size() / protocol::kSlotWords; ++index) {
    const Slot slot = slot_at(ring, index);
    if (slot.status == static_cast<std::uint32_t>(protocol::Status::kEmpty)) continue;
    list.push_back({{"slot", index},
                    {"status", std::string(protocol::status_name(slot.status))},
                    {"opcode", slot.opcode},
                    {"opcode_name", inspection::opcode_text(slot.opcode, names)},
                    {"tenant", slot.tenant},
                    {"priority", slot.priority},
                    {"args", slot.args},
                    {"text", inspection::operation_text(slot, names)}});
  }
  return list;
}

}  // namespace vyre::cli
