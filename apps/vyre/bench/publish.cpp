#include <array>
#include <atomic>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "bench/subject.hpp"
#include "interrupts.hpp"
#include "vyre/measure/turns.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/ring/publication.hpp"

namespace vyre::cli::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::duration<double, std::nano>;

constexpr std::uint32_t kRingSlots = 1024;
constexpr std::uint64_t kDefaultLaps = 2000, kQuickLaps = 20;  ///< round the ring, in a turn
constexpr auto kPublished = static_cast<std::uint32_t>(protocol::Status::kPublished);
constexpr auto kDone = static_cast<std::uint32_t>(protocol::Status::kDone);
constexpr std::array<std::uint32_t, 12> kArgs{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

constexpr const char* kOursName = "publication";
constexpr const char* kRawName = "64-byte stores of the same slots, unchecked";

/// A ring of EMPTY slots, each on a cache line of its own.
class PlainRing {
 public:
  PlainRing() : slots_(kRingSlots) {}
  [[nodiscard]] ring::RingView view() noexcept {
    return {{&slots_[0].words[0], slots_.size() * protocol::kSlotWords}};
  }
  /// Makes every slot DONE, as if a kernel had run it; false if one was not PUBLISHED.
  bool finish() noexcept {
    bool published = true;
    for (auto& slot : slots_) {
      published &= slot.words[protocol::kStatusWord] == kPublished;
      slot.words[protocol::kStatusWord] = kDone;
    }
    return published;
  }

 private:
  struct alignas(protocol::kSlotBytes) Line {
    std::uint32_t words[protocol::kSlotWords] = {};
  };
  std::vector<Line> slots_;
};

/// Goes round the ring `laps` times, `count` slots at a time, and appends what a slot took; what makes the
/// slots DONE between the laps is not part of it.
template <class Publish>
Result<void> go_round(PlainRing& ring, std::uint64_t laps, std::uint32_t count, std::vector<double>& samples,
                      Publish&& publish) {
  const ring::RingView view = ring.view();
  Nanoseconds elapsed{};
  for (std::uint64_t lap = 0; lap < laps; ++lap) {
    VYRE_CHECK(go_on_unless_interrupted());
    bool ok = true;
    const auto start = Clock::now();
    for (std::uint32_t slot = 0; slot < kRingSlots; slot += count) ok &= publish(view, slot);
    elapsed += Clock::now() - start;
    if (!ring.finish() || !ok)
      return fail(ErrorCode::kBadInput, "a slot was not published", "vyre bench publish",
                  "this is a fault of vyre: report it");
  }
  samples.push_back(elapsed.count() / static_cast<double>(laps * kRingSlots));
  return {};
}

/// The 64 bytes that a descriptor becomes, stored as they are, STATUS last.
void store_raw(ring::RingView ring, std::uint32_t start, const std::vector<protocol::Slot>& slots) {
  static_assert(protocol::kStatusWord == 0);
  constexpr std::size_t kBody = protocol::kSlotBytes - sizeof(std::uint32_t);
  std::uint32_t* words = ring.words.data() + std::size_t{start} * protocol::kSlotWords;
  for (const protocol::Slot& slot : slots) {
    std::memcpy(words + 1, reinterpret_cast<const std::byte*>(&slot) + sizeof(std::uint32_t), kBody);
    std::atomic_ref(*words).store(kPublished, std::memory_order_release);
    words += protocol::kSlotWords;
  }
}

/// One form of descriptor against raw stores. `make(slot)` gives the descriptor that is published at a slot,
/// made anew each time, as programs make theirs.
template <class Make>
Result<void> compare(const Request& request, std::string_view name, Outcome& outcome, Make&& make) {
  const descriptor::Descriptor sample = make(0U);
  const auto count = static_cast<std::uint32_t>(descriptor::slot_count(sample));
  std::vector<protocol::Slot> raw;
  for (std::uint32_t i = 0; i < count; ++i) raw.push_back(descriptor::encode_slot(sample, i));
  const std::uint64_t laps = request.count != 0 ? (request.count + kRingSlots - 1) / kRingSlots
                             : request.quick    ? kQuickLaps
                                                : kDefaultLaps;
  PlainRing ring;
  const std::vector<measure::Contender> contenders{
      {kOursName,
       [&](auto& samples) {
         return go_round(ring, laps, count, samples, [&](ring::RingView view, std::uint32_t slot) {
           const auto published = ring::publish(view, slot, make(slot));
           return published.has_value() && *published == count;
         });
       }},
      {kRawName, [&](auto& samples) {
         return go_round(ring, laps, count, samples, [&](ring::RingView view, std::uint32_t slot) {
           store_raw(view, slot, raw);
           return true;
         });
       }}};
  VYRE_TRY(const auto samples,
           measure::take_turns({.rounds = request.rounds}, contenders, [] { return interrupted().load(); }));
  outcome.results.push_back(rate_result(fmt::format("publish/{}", name), "ns/slot", measure::Better::kLower,
                                        kOursName, samples[0], kRawName, samples[1]));
  return {};
}

Result<void> compare_batches(const Request& request, Outcome& outcome) {
  constexpr std::uint32_t kBatch = 256;
  // Sizes that change from item to item, so that no branch is learnt by heart from one size.
  std::vector<descriptor::SlotDescriptor> items;
  for (std::uint32_t i = 0; i < kBatch; ++i)
    items.emplace_back(descriptor::Single{.tenant = i % 4,
                                          .opcode = protocol::kOpStoreU32 + i % 2,
                                          .args = std::span(kArgs).first(i % 4 == 3 ? 3 : 2)});
  VYRE_CHECK(compare(request, "batch", outcome, [&](std::uint32_t) { return descriptor::Batch{items}; }));

  const std::vector<descriptor::Operation> operations(kBatch - 1,
                                                      {protocol::kOpAtomicAdd, std::span(kArgs).first(2)});
  VYRE_CHECK(compare(request, "fenced_batch", outcome, [&](std::uint32_t) {
    return descriptor::FencedBatch{.tenant = 1, .items = operations, .tag = 7};
  }));

  const std::vector<descriptor::WorkItem> work(
      kBatch, {.opcode = protocol::kOpMemcpy, .input = 1, .output = 2, .param = 3});
  return compare(request, "work_items", outcome,
                 [&](std::uint32_t) { return descriptor::WorkItems{.tenant = 1, .items = work}; });
}

}  // namespace

Result<Outcome> run_publish(const Request& request) {
  Outcome outcome;
  VYRE_CHECK(compare(request, "single", outcome, [](std::uint32_t slot) {
    return descriptor::Single{.tenant = slot & 3, .opcode = slot & 1, .args = std::span(kArgs).first(3)};
  }));
  VYRE_CHECK(compare_batches(request, outcome));

  constexpr std::uint32_t kWindow = 8;
  const std::vector<descriptor::Words> payloads(kWindow / 2, std::span(kArgs).first(4));
  VYRE_CHECK(compare(request, "window", outcome, [&](std::uint32_t) {
    return descriptor::Window{
        .tenant = 1, .opcode = protocol::kOpNop, .ticket = 9, .required = payloads, .lookahead = payloads};
  }));

  const std::array<descriptor::PackedOperation, 2> pair{
      {{protocol::kOpStoreU32, std::span(kArgs).first(2)},
       {protocol::kOpAtomicAdd, std::span(kArgs).first(2)}}};
  VYRE_CHECK(compare(request, "packed_pair", outcome,
                     [&](std::uint32_t) { return descriptor::Packed{.tenant = 1, .operations = pair}; }));
  return outcome;
}

}  // namespace vyre::cli::bench
