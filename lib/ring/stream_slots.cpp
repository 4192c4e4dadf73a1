// Stores to write-combined memory: whole slots by non-temporal stores, so that a 64-byte line leaves the
// processor as one write over the bus, and doorbells that leave at once.
#include <cstring>
#include <iterator>
#include <variant>

#include "vyre/ring/publication.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace vyre::ring::detail {

namespace {
/// Where no store leaves by itself.
void store_and_drain(WordPair* to, std::uint64_t value) noexcept {
  __atomic_store_n(to, value, __ATOMIC_RELEASE);
  store_fence();
}
}  // namespace

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

/// A slot in one register: words 0-3 beside each other, arguments by a masked load that touches nothing else.
[[gnu::target("avx512f"), gnu::always_inline]] inline void stream_line(
    std::uint32_t* to, std::uint32_t opcode, std::uint32_t tenant, protocol::Priority priority,
    const std::uint32_t* args, std::size_t count) noexcept {
  static_assert(protocol::kStatusWord == 0 && protocol::kOpcodeWord == 1 && protocol::kTenantWord == 2 &&
                protocol::kPriorityWord == 3 && protocol::kArgsWord == 4);
  const auto used = static_cast<__mmask16>(((1U << count) - 1) << protocol::kArgsWord);
  const __m128i head = _mm_set_epi32(static_cast<int>(priority), static_cast<int>(tenant),
                                     static_cast<int>(opcode), static_cast<int>(kPublished));
  // From where argument 0 would lie at word 4. A masked load never faults for words that it leaves out, but
  // takes hundreds of cycles where one of them lies in no page: without arguments the pointer may be null.
  alignas(64) static constexpr std::uint32_t kNoArgs[2 * protocol::kSlotWords] = {};
  const auto from = reinterpret_cast<std::uintptr_t>(count != 0 ? args : kNoArgs + protocol::kSlotWords) -
                    sizeof(*args) * protocol::kArgsWord;
  const __m512i line = _mm512_maskz_loadu_epi32(used, reinterpret_cast<const void*>(from));
  _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_inserti32x4(line, head, 0));
}

[[gnu::target("avx512f")]] bool stream_batch(std::uint32_t* to, const descriptor::Batch& batch,
                                             protocol::Priority priority) noexcept {
  for (const auto& item : batch.items) {
    const auto* single = std::get_if<descriptor::Single>(&item);
    if (single == nullptr) return false;  // lines that are out already are written again
    stream_line(to, single->opcode, single->tenant, priority, single->args.data(), single->args.size());
    to += protocol::kSlotWords;
  }
  return true;
}

[[gnu::target("avx512f")]] void stream_fenced(std::uint32_t* to, const descriptor::FencedBatch& batch,
                                              protocol::Priority priority) noexcept {
  for (const auto& item : batch.items) {
    stream_line(to, item.opcode, batch.tenant, priority, item.args.data(), item.args.size());
    to += protocol::kSlotWords;
  }
  const std::uint32_t args[] = {static_cast<std::uint32_t>(batch.items.size()), batch.tag};
  stream_line(to, protocol::kOpBatchFence, batch.tenant, priority, args, std::size(args));
}

[[gnu::target("avx512f")]] void stream_items(std::uint32_t* to, const descriptor::WorkItems& work,
                                             protocol::Priority priority) noexcept {
  for (const auto& item : work.items) {
    const std::uint32_t args[] = {item.input, item.output, item.param};
    stream_line(to, item.opcode, work.tenant, priority, args, std::size(args));
    to += protocol::kSlotWords;
  }
}

[[gnu::target("avx512f")]] void stream_single(std::uint32_t* to, const descriptor::Single& single,
                                              protocol::Priority priority) noexcept {
  stream_line(to, single.opcode, single.tenant, priority, single.args.data(), single.args.size());
}

bool has_avx512() noexcept {
  static const bool has = __builtin_cpu_supports("avx512f") != 0;
  return has;
}

StreamSlots choose() noexcept {
  if (__builtin_cpu_supports("avx512f")) return stream_avx512;
  if (__builtin_cpu_supports("avx2")) return stream_avx2;
  return stream_sse2;
}

/// Goes past the write-combining buffers, in which a line may lie until another wants its place.
[[gnu::target("movdiri")]] void store_direct(WordPair* to, std::uint64_t value) noexcept {
  _directstoreu_u64(to, value);
}

bool has_direct_stores() noexcept {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (c & bit_MOVDIRI) != 0;
  }();
  return has;
}

}  // namespace

void store_at_once(WordPair* to, std::uint64_t value) noexcept {
  if (has_direct_stores())
    store_direct(to, value);
  else
    store_and_drain(to, value);
}

void stream_slots(std::uint32_t* to, const std::uint32_t* from, std::size_t slots) noexcept {
  static const StreamSlots stream = choose();
  stream(to, from, slots);
}

bool stream_lines(std::uint32_t* to, const descriptor::Single& single, protocol::Priority priority) noexcept {
  if (has_avx512()) stream_single(to, single, priority);
  return has_avx512();
}
bool stream_lines(std::uint32_t* to, const descriptor::Batch& batch, protocol::Priority priority) noexcept {
  return has_avx512() && stream_batch(to, batch, priority);
}
bool stream_lines(std::uint32_t* to, const descriptor::FencedBatch& batch,
                  protocol::Priority priority) noexcept {
  if (has_avx512()) stream_fenced(to, batch, priority);
  return has_avx512();
}
bool stream_lines(std::uint32_t* to, const descriptor::WorkItems& work,
                  protocol::Priority priority) noexcept {
  if (has_avx512()) stream_items(to, work, priority);
  return has_avx512();
}

#else

void store_at_once(WordPair* to, std::uint64_t value) noexcept { store_and_drain(to, value); }

void stream_slots(std::uint32_t* to, const std::uint32_t* from, std::size_t slots) noexcept {
  std::memcpy(to, from, slots * protocol::kSlotBytes);
}

bool stream_lines(std::uint32_t*, const descriptor::Single&, protocol::Priority) noexcept { return false; }
bool stream_lines(std::uint32_t*, const descriptor::Batch&, protocol::Priority) noexcept { return false; }
bool stream_lines(std::uint32_t*, const descriptor::FencedBatch&, protocol::Priority) noexcept {
  return false;
}
bool stream_lines(std::uint32_t*, const descriptor::WorkItems&, protocol::Priority) noexcept { return false; }

#endif

}  // namespace vyre::ring::detail
