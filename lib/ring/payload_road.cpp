#include "vyre/ring/payload_road.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vyre::ring {

namespace {

constexpr std::array<std::string_view, 4> kNames{"auto", "arena", "mapped", "staged"};  // as PayloadRoad

std::unexpected<Error> refuse(std::string_view what, std::string_view fix) {
  return fail(ErrorCode::kUnsupported, std::string(what), "", std::string(fix));
}

}  // namespace

std::string_view to_string(PayloadRoad road) noexcept { return kNames[static_cast<std::size_t>(road)]; }

std::optional<PayloadRoad> find_road(std::string_view name) noexcept {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<PayloadRoad>(found - kNames.begin());
}

Result<PayloadRoad> choose_road(MemoryKind arena, PayloadRoad asked, bool direct) {
  const bool one_memory = arena == MemoryKind::kCached;
  switch (asked) {
    case PayloadRoad::kAuto:
      if (one_memory) return PayloadRoad::kArena;
      return direct ? PayloadRoad::kStaged : PayloadRoad::kMapped;
    case PayloadRoad::kArena:
      if (one_memory) return asked;
      return refuse("the arena lies in the device's own memory: there is no road 'arena'",
                    "take mapped or staged, or auto");
    case PayloadRoad::kMapped:
      if (one_memory)
        return refuse("host and device share one memory: there the road 'mapped' is the road 'arena'",
                      "take arena, or auto");
      if (direct)
        return refuse("no O_DIRECT on the road 'mapped': into mapped device memory it ends with EFAULT",
                      "take staged, or auto, or read without O_DIRECT");
      return asked;
    case PayloadRoad::kStaged: return asked;
  }
  return asked;
}

}  // namespace vyre::ring
