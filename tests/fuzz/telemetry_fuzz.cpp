// Any bytes as a ring (the first 640 bytes as a control buffer): every slot is counted once.
#include <algorithm>
#include <array>

#include "support/fuzz_input.hpp"
#include "vyre/codec/telemetry.hpp"
#include "vyre/codec/words.hpp"

using namespace vyre;

namespace {

std::uint64_t slots_in(const codec::Occupancy& occupancy) {
  return std::uint64_t{occupancy.empty} + occupancy.published + occupancy.claimed + occupancy.done +
         occupancy.wait_io + occupancy.yield + occupancy.requeue + occupancy.fault + occupancy.unknown;
}

void check_windows(std::span<const std::uint32_t> ring, std::uint32_t slots) {
  const std::array<std::uint32_t, 3> opcodes{0, 7, slots == 0 ? 0 : ring[protocol::kOpcodeWord]};
  const auto windows = codec::decode_windows(ring, opcodes);
  FUZZ_CHECK(windows.has_value());
  std::uint64_t counted = 0;
  for (const auto& window : *windows) {
    counted += window.required_slots + window.lookahead_slots;
    FUZZ_CHECK(window.required_done <= std::min(window.required_slots, window.done));
  }
  FUZZ_CHECK(counted <= slots);
  FUZZ_CHECK(std::is_sorted(windows->begin(), windows->end(), [](const auto& a, const auto& b) {
    return a.ticket < b.ticket || (a.ticket == b.ticket && a.opcode < b.opcode);
  }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  support::FuzzInput input(data, size);
  const auto control = input.words(protocol::kControlFixedWords);
  const auto ring = codec::words_from_bytes(input.rest(), "ring");
  if (!ring) return 0;
  const auto slots = codec::ring_slot_count(*ring);
  const auto occupancy = codec::decode_occupancy(*ring);
  const auto counters = codec::decode_counters(control, *ring);
  FUZZ_CHECK(slots.has_value() == (ring->size() % protocol::kSlotWords == 0));
  FUZZ_CHECK(slots.has_value() == occupancy.has_value() && slots.has_value() == counters.has_value());
  if (!slots) return 0;
  FUZZ_CHECK(slots_in(*occupancy) == *slots);
  FUZZ_CHECK(counters->queue_depth + counters->gpu_idle_slots + counters->unreclaimed_done_slots == *slots);
  FUZZ_CHECK(counters->gpu_idle_ppm <= 1'000'000 && counters->occupancy_proxy_bps <= 10'000);
  FUZZ_CHECK(counters->frontier_density_bps <= counters->occupancy_proxy_bps);
  check_windows(*ring, *slots);
  return 0;
}
