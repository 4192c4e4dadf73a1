// Uses the installed library: its version, a publication into plain memory, and an error.
#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "vyre/ring/publication.hpp"
#include "vyre/version.hpp"

namespace {

int complain(const char* what) {
  std::fprintf(stderr, "consumer: %s\n", what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || vyre::kVersion != std::string_view(argv[1]))
    return complain("version.hpp is of another version");

  namespace protocol = vyre::protocol;
  alignas(protocol::kSlotBytes) std::array<std::uint32_t, 4 * protocol::kSlotWords> memory{};
  const auto ring = vyre::ring::view_ring(memory);
  if (!ring) return complain(vyre::to_text(ring.error()).c_str());

  const std::array<std::uint32_t, 2> args{42, protocol::kObservableWord + 3};
  const vyre::descriptor::Single store{.opcode = protocol::kOpStoreU32, .args = args};
  const auto published = vyre::ring::publish(*ring, 1, store);
  if (!published) return complain(vyre::to_text(published.error()).c_str());
  if (*published != 1 || memory[16] != 1 || memory[17] != 1 || memory[20] != 42 || memory[21] != 163)
    return complain("slot 1 does not hold what was published");

  const auto refused = vyre::ring::publish(*ring, 4, store);
  if (refused || refused.error().code != vyre::ErrorCode::kOutOfRange)
    return complain("slot 4 of a ring of 4 was not refused");
  return 0;
}
