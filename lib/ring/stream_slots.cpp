// Whole slots by non-temporal stores: a 64-byte line leaves the processor as one write over the bus.
#include <cstring>

#include "vyre/ring/publication.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace vyre::ring::detail {

#if defined(__x86_64__)

namespace {

using StreamSlots = void (*)(std::uint32_t*, const std::uint32_t*, std::size_t) noexcept;

[[gnu::target("avx512f")]] void stream_avx512(std::uint32_t* to, const std::uint32_t* from,
                                              std::size_t slots) noexcept {
  for (std::size_t i = 0; i < slots; ++i, to += protocol::kSlotWords, from += protocol::kSlotWords)
    _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_load_si512(from));
}

[[gnu::target("avx2")]] void stream_avx2(std::uint32_t* to, const std::uint32_t* from,
                                         std::size_t slots) noexcept {
  for (std::size_t i = 0; i < 2 * slots; ++i, to += 8, from += 8)
    _mm256_stream_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_load_si256(reinterpret_cast<const __m256i*>(from)));
}

/// Every x86-64 has these: four stores a line, joined in a write-combining buffer.
void stream_sse2(std::uint32_t* to, const std::uint32_t* from, std::size_t slots) noexcept {
  for (std::size_t i = 0; i < 4 * slots; ++i, to += 4, from += 4)
    _mm_stream_si128(reinterpret_cast<__m128i*>(to), _mm_load_si128(reinterpret_cast<const __m128i*>(from)));
}

StreamSlots choose() noexcept {
  if (__builtin_cpu_supports("avx512f")) return stream_avx512;
  if (__builtin_cpu_supports("avx2")) return stream_avx2;
  return stream_sse2;
}

}  // namespace

void stream_slots(std::uint32_t* to, const std::uint32_t* from, std::size_t slots) noexcept {
  static const StreamSlots stream = choose();
  stream(to, from, slots);
}

#else

void stream_slots(std::uint32_t* to, const std::uint32_t* from, std::size_t slots) noexcept {
  std::memcpy(to, from, slots * protocol::kSlotBytes);
}

#endif

}  // namespace vyre::ring::detail
