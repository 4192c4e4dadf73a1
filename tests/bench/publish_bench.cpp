/// What publication into plain memory costs; slot_time is the time for one slot.
/// On a machine that others use too, run with --benchmark_repetitions and read the least: raw_stores,
/// which writes 64 bytes a slot and checks nothing, shows how much of a figure is the machine's own.
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/ring/publication.hpp"

namespace {

namespace protocol = vyre::protocol;
namespace descriptor = vyre::descriptor;
using vyre::ring::RingView;

constexpr auto kPublished = static_cast<std::uint32_t>(protocol::Status::kPublished);
constexpr auto kDone = static_cast<std::uint32_t>(protocol::Status::kDone);

/// A ring of EMPTY slots, each on its own cache line.
class PlainRing {
 public:
  explicit PlainRing(std::uint32_t slot_count) : slots_(slot_count) {}
  [[nodiscard]] RingView view() noexcept {
    return {{&slots_[0].words[0], slots_.size() * protocol::kSlotWords}};
  }
  /// Makes every slot DONE; false if one was not PUBLISHED.
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

/// One iteration publishes once round the ring, `count` slots at a time; between iterations, outside
/// the measured time, every slot becomes DONE as if a kernel had run it.
template <class Publish>
void go_round(benchmark::State& state, std::uint32_t count, std::uint32_t ring_slots, Publish&& publish) {
  PlainRing ring(ring_slots);
  const RingView view = ring.view();
  for (auto _ : state) {
    bool ok = true;
    const auto start = std::chrono::steady_clock::now();
    for (std::uint32_t slot = 0; slot + count <= ring_slots; slot += count) ok &= publish(view, slot);
    const auto end = std::chrono::steady_clock::now();
    state.SetIterationTime(std::chrono::duration<double>(end - start).count());
    if (!ok || !ring.finish()) {
      state.SkipWithError("a slot was not published");
      break;
    }
  }
  const std::uint32_t lap_slots = ring_slots / count * count;
  state.SetItemsProcessed(state.iterations() * lap_slots);
  state.counters["slot_time"] = benchmark::Counter(
      lap_slots, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// The same form each time.
template <class Form>
void publish_form(benchmark::State& state, const Form& form, std::uint32_t count, std::uint32_t ring_slots) {
  go_round(state, count, ring_slots, [&form, count](RingView ring, std::uint32_t slot) {
    const auto published = vyre::ring::publish(ring, slot, form);
    return published.has_value() && *published == count;
  });
}

constexpr std::array<std::uint32_t, 12> kArgs{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

void raw_stores(benchmark::State& state) {
  go_round(state, 1, static_cast<std::uint32_t>(state.range(0)), [](RingView ring, std::uint32_t slot) {
    std::uint32_t* words = ring.words.data() + std::size_t{slot} * protocol::kSlotWords;
    std::memcpy(words + protocol::kArgsWord, kArgs.data(), sizeof(kArgs));
    std::memcpy(words + protocol::kOpcodeWord, kArgs.data(), 12);
    std::atomic_ref(words[protocol::kStatusWord]).store(kPublished, std::memory_order_release);
    return true;
  });
}
BENCHMARK(raw_stores)->UseManualTime()->ArgName("ring")->Arg(1024)->Arg(16384);

/// A new descriptor for each slot, as a program makes them.
void publish_single(benchmark::State& state) {
  const auto args = std::span(kArgs).first(static_cast<std::size_t>(state.range(0)));
  go_round(state, 1, static_cast<std::uint32_t>(state.range(1)), [args](RingView ring, std::uint32_t slot) {
    const auto published = vyre::ring::publish(
        ring, slot, descriptor::Single{.tenant = slot & 3, .opcode = slot & 1, .args = args});
    return published.has_value();
  });
}
BENCHMARK(publish_single)
    ->UseManualTime()
    ->ArgNames({"args", "ring"})
    ->ArgsProduct({{0, 2, 3, 12}, {1024, 16384}});

void publish_batch(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  // Sizes that change from item to item, so that no branch is learnt by heart from one size.
  std::vector<descriptor::SlotDescriptor> items;
  for (std::uint32_t i = 0; i < count; ++i) {
    items.emplace_back(descriptor::Single{.tenant = i % 4,
                                          .opcode = protocol::kOpStoreU32 + i % 2,
                                          .args = std::span(kArgs).first(i % 4 == 3 ? 3 : 2)});
  }
  publish_form(state, descriptor::Batch{items}, count, 1024);
}
BENCHMARK(publish_batch)->UseManualTime()->ArgName("slots")->Arg(16)->Arg(64)->Arg(256)->Arg(1024);

void publish_fenced_batch(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const std::vector<descriptor::Operation> items(count - 1,
                                                 {protocol::kOpAtomicAdd, std::span(kArgs).first(2)});
  publish_form(state, descriptor::FencedBatch{.tenant = 1, .items = items, .tag = 7}, count, 1024);
}
BENCHMARK(publish_fenced_batch)->UseManualTime()->ArgName("slots")->Arg(64)->Arg(1024);

void publish_work_items(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const std::vector<descriptor::WorkItem> items(
      count, {.opcode = protocol::kOpMemcpy, .input = 1, .output = 2, .param = 3});
  publish_form(state, descriptor::WorkItems{.tenant = 1, .items = items}, count, 1024);
}
BENCHMARK(publish_work_items)->UseManualTime()->ArgName("slots")->Arg(64)->Arg(1024);

void publish_window(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const std::vector<descriptor::Words> payloads(count / 2, std::span(kArgs).first(4));
  const descriptor::Window window{
      .tenant = 1, .opcode = protocol::kOpNop, .ticket = 9, .required = payloads, .lookahead = payloads};
  publish_form(state, window, count, 1024);
}
BENCHMARK(publish_window)->UseManualTime()->ArgName("slots")->Arg(2)->Arg(8)->Arg(64);

void publish_packed_pair(benchmark::State& state) {
  const std::array<descriptor::PackedOperation, 2> pair{
      {{protocol::kOpStoreU32, std::span(kArgs).first(2)},
       {protocol::kOpAtomicAdd, std::span(kArgs).first(2)}}};
  publish_form(state, descriptor::Packed{.tenant = 1, .operations = pair}, 1,
               static_cast<std::uint32_t>(state.range(0)));
}
BENCHMARK(publish_packed_pair)->UseManualTime()->ArgName("ring")->Arg(1024)->Arg(16384);

}  // namespace

BENCHMARK_MAIN();
