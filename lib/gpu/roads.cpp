#include "gpu/roads.hpp"

#include "vyre/ring/payload_road.hpp"

namespace vyre::gpu {

namespace {

using ring::PayloadRoad;

/// What happens on a road that can be taken.
std::string way_of(PayloadRoad road, const DeviceInfo& info) {
  switch (road) {
    case PayloadRoad::kArena: return "files are read right into the memory that host and device share";
    case PayloadRoad::kMapped: return "files are read right into mapped device memory, never with O_DIRECT";
    case PayloadRoad::kStaged:
      return info.transfer_queue && !info.one_memory
                 ? "files are read into host memory, then the transfer queue copies"
                 : "files are read into host memory, then the host copies";
    case PayloadRoad::kAuto: break;
  }
  return {};
}

std::string name_of(const Result<PayloadRoad>& road) {
  return road ? std::string(to_string(*road)) : std::string();
}

}  // namespace

void describe_roads(DeviceInfo& info) {
  const auto arena = info.one_memory ? ring::MemoryKind::kCached : ring::MemoryKind::kWriteCombined;
  info.roads.clear();
  for (const auto road : {PayloadRoad::kArena, PayloadRoad::kMapped, PayloadRoad::kStaged}) {
    const auto taken = choose_road(arena, road, false);
    info.roads.push_back({.name = std::string(to_string(road)),
                          .usable = taken.has_value(),
                          .why = taken ? way_of(road, info) : taken.error().what});
  }
  info.road_buffered = name_of(choose_road(arena, PayloadRoad::kAuto, false));
  info.road_direct = name_of(choose_road(arena, PayloadRoad::kAuto, true));
}

}  // namespace vyre::gpu
