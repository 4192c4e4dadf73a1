#include "ring/resource_table.hpp"

#include <fmt/format.h>

namespace vyre::ring {

Result<void> check_resources(std::span<const Resource> resources, std::uint32_t arena_words) {
  if (resources.size() > protocol::kMaxResources)
    return fail(
        ErrorCode::kOutOfRange,
        fmt::format("{} resources, at most {} are possible", resources.size(), protocol::kMaxResources), "",
        "declare fewer");
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const Resource& resource = resources[i];
    const std::uint64_t words = (std::uint64_t{resource.bytes} + 3) / 4;
    if (resource.first_word > arena_words || words > arena_words - resource.first_word)
      return fail(ErrorCode::kOutOfRange,
                  fmt::format("{} bytes from arena word {} leave the arena of {} words", resource.bytes,
                              resource.first_word, arena_words),
                  fmt::format("resource {}", i), "make the arena larger, or the resource smaller");
  }
  return {};
}

}  // namespace vyre::ring
