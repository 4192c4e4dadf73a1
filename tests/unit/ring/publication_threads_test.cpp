// Publication against a consumer on another thread, which claims and finishes slots as a kernel does. A slot
// seen PUBLISHED whose words are not all there is a torn publication.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "vyre/ring/publication.hpp"

namespace vyre::ring {
namespace {

using protocol::kSlotWords;

// Many slots, so that on a busy machine the two take turns by the ring and not by the slot.
constexpr std::uint32_t kSlots = 512;
constexpr std::uint32_t kRounds = 20'000;

constexpr std::uint32_t value(protocol::Status status) { return static_cast<std::uint32_t>(status); }

/// Drains slots until `expected` are done. Every word of a slot repeats its first argument; counts those
/// that do not.
class Consumer {
 public:
  explicit Consumer(std::span<std::uint32_t> words) : words_(words) {}

  void drain(std::uint64_t expected) {
    while (drained_ < expected) {
      bool found = false;
      for (std::uint32_t slot = 0; slot < kSlots; ++slot) found |= try_slot(&words_[slot * kSlotWords]);
      if (!found) std::this_thread::yield();
    }
  }
  [[nodiscard]] std::uint64_t torn() const { return torn_; }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  bool try_slot(std::uint32_t* slot) {
    const std::atomic_ref status(slot[protocol::kStatusWord]);
    auto expected = value(protocol::Status::kPublished);
    // Pairs with the release in publish().
    if (!status.compare_exchange_strong(expected, value(protocol::Status::kClaimed),
                                        std::memory_order_acquire))
      return false;
    const std::uint32_t stamp = slot[protocol::kArgsWord];
    bool whole = slot[protocol::kTenantWord] == stamp;
    for (std::uint32_t arg = 0; arg < protocol::kArgWords; ++arg)
      whole &= slot[protocol::kArgsWord + arg] == stamp;
    if (!whole) ++torn_;
    sum_ += stamp;
    ++drained_;
    // Pairs with the acquire of the publisher's check.
    status.store(value(protocol::Status::kDone), std::memory_order_release);
    return true;
  }

  std::span<std::uint32_t> words_;
  std::uint64_t drained_ = 0;
  std::uint64_t torn_ = 0;
  std::uint64_t sum_ = 0;
};

class PublicationThreads : public testing::TestWithParam<MemoryKind> {};

INSTANTIATE_TEST_SUITE_P(Memory, PublicationThreads,
                         testing::Values(MemoryKind::kCached, MemoryKind::kWriteCombined),
                         [](const auto& memory) {
                           return memory.param == MemoryKind::kCached ? "Cached" : "WriteCombined";
                         });

TEST_P(PublicationThreads, ConsumerSeesWholeSlots) {
  std::vector<std::uint32_t> words(kSlots * kSlotWords);
  const RingView ring{words, GetParam()};
  Consumer consumer(words);
  std::thread thread([&consumer] { consumer.drain(std::uint64_t{2} * kRounds); });

  std::uint64_t sum = 0;
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    std::array<std::uint32_t, 12> args{};
    args.fill(round);
    const descriptor::Single single{.tenant = round, .opcode = 8, .args = args};
    const std::array<descriptor::SlotDescriptor, 2> items{single, single};
    const std::uint32_t start = round * 2 % kSlots;
    // Busy is no failure here: the consumer has not come round yet.
    while (true) {
      const auto published = publish(ring, start, descriptor::Batch{items});
      if (published.has_value()) break;
      ASSERT_EQ(published.error().code, ErrorCode::kSlotBusy);
      std::this_thread::yield();
    }
    sum += 2 * std::uint64_t{round};
  }
  thread.join();
  EXPECT_EQ(consumer.torn(), 0U);
  EXPECT_EQ(consumer.sum(), sum);
}

}  // namespace
}  // namespace vyre::ring
