#include "gpu/placement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vyre::gpu {

namespace {

using Flag = vk::MemoryPropertyFlagBits;

/// The first type with all of `wanted` and, if possible, none of `unwanted`.
std::optional<std::uint32_t> find_type(const vk::PhysicalDeviceMemoryProperties& memory,
                                       vk::MemoryPropertyFlags wanted,
                                       vk::MemoryPropertyFlags unwanted = {}) {
  std::optional<std::uint32_t> second_best;
  for (std::uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    const auto flags = memory.memoryTypes[i].propertyFlags;
    if ((flags & wanted) != wanted || (flags & Flag::eProtected)) continue;
    if (!(flags & unwanted)) return i;
    if (!second_best) second_best = i;
  }
  return second_best;
}

}  // namespace

bool has_one_memory(const vk::PhysicalDeviceMemoryProperties& memory) {
  for (std::uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    constexpr auto kAll = Flag::eDeviceLocal | Flag::eHostVisible | Flag::eHostCoherent | Flag::eHostCached;
    if ((memory.memoryTypes[i].propertyFlags & kAll) == kAll) return true;
  }
  return false;
}

std::optional<std::uint32_t> choose_memory_type(const vk::PhysicalDeviceMemoryProperties& memory, Use use) {
  constexpr auto kMapped = Flag::eHostVisible | Flag::eHostCoherent;
  if (has_one_memory(memory)) return find_type(memory, kMapped | Flag::eDeviceLocal | Flag::eHostCached);
  switch (use) {
    case Use::kToKernel:
    case Use::kKernelOnly:  // mapped too, so that the host can clear it; such devices have the room
      return find_type(memory, kMapped | Flag::eDeviceLocal);
    case Use::kFromKernel: return find_type(memory, kMapped | Flag::eHostCached, Flag::eDeviceLocal);
  }
  return std::nullopt;
}

std::string describe(vk::MemoryPropertyFlags flags) {
  std::vector<std::string> words;
  if (flags & Flag::eDeviceLocal) words.emplace_back("device-local");
  if (flags & Flag::eHostVisible) words.emplace_back("host-visible");
  if (flags & Flag::eHostCoherent) words.emplace_back("host-coherent");
  if (flags & Flag::eHostCached) words.emplace_back("host-cached");
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<Placement> describe_placements(const vk::PhysicalDeviceMemoryProperties& memory) {
  std::vector<Placement> placements;
  const auto add = [&](std::string buffer, Use use) {
    Placement placement;
    placement.buffer = std::move(buffer);
    if (const auto type = choose_memory_type(memory, use)) {
      placement.memory_type = static_cast<int>(*type);
      placement.properties = describe(memory.memoryTypes[*type].propertyFlags);
      placement.heap_bytes = memory.memoryHeaps[memory.memoryTypes[*type].heapIndex].size;
    }
    placements.push_back(std::move(placement));
  };
  add("ring and control", Use::kToKernel);
  add("completions", Use::kFromKernel);
  add("kernel state", Use::kKernelOnly);
  return placements;
}

}  // namespace vyre::gpu
