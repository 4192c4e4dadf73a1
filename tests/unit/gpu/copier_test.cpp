// Bytes that come into the arena while the kernel runs, by whatever copier the device gives.
#include "vyre/ring/payload_copier.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstring>
#include <vector>

#include "support/device.hpp"
#include "support/expect_error.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using descriptor::Single;
using protocol::kObservableWord;

constexpr std::uint32_t kWeigh = 0x4000'0001;
constexpr std::uint32_t kOccupy = 0x4000'0002;
constexpr std::uint32_t kRelease = 0;  ///< observable: the occupant leaves when it is not 0
constexpr std::uint32_t kStarted = 1;  ///< observable: the occupant is there
constexpr std::uint32_t kSums = 2;     ///< first observable for sums

ring::Clock::time_point patience() { return ring::Clock::now() + 60s; }

gpu::MegakernelOptions with_handlers() {
  gpu::MegakernelOptions options;
  options.handlers.push_back({.opcode = kWeigh, .name = "weigh", .file = "weigh.glsl", .glsl = R"(
    void weigh() {  // first word, words, observable for the sum
      uint i = vyre_progress();
      uint sum = 0u;
      while (vyre_step() && i < vyre_arg(1u)) {
        sum += vyre_arena_load(vyre_arg(0u) + i) * (2u * i + 1u);
        i++;
      }
      vyre_observable_atomic_add(vyre_arg(2u), sum);
      if (i < vyre_arg(1u)) vyre_yield(i);
    })"});
  options.handlers.push_back({.opcode = kOccupy, .name = "occupy", .file = "occupy.glsl", .glsl = R"(
    void occupy() {
      vyre_observable_store(1u, 1u);
      while (vyre_step())
        if (vyre_observable_load(0u) != 0u) return;
      vyre_yield(1u);
    })"});
  return options;
}

std::uint32_t word_of(std::uint32_t round, std::uint32_t chunk, std::uint32_t word) {
  return (round * 8191 + chunk * 131 + word + 1) * 2654435761U;
}

std::uint32_t weight_of(std::span<const std::uint32_t> words) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < words.size(); ++i) sum += words[i] * (2 * i + 1);
  return sum;
}

Result<ring::Ticket> weigh(ring::Publisher& publisher, std::uint32_t first, std::uint32_t words,
                           std::uint32_t observable) {
  const std::array<std::uint32_t, 3> args{first, words, observable};
  return publisher.publish(Single{.opcode = kWeigh, .args = args});
}

std::uint32_t observable(ring::Backend& backend, std::uint32_t number) {
  std::uint32_t value = 0xDEAD;
  EXPECT_TRUE(backend.read_control(kObservableWord + number, {&value, 1}));
  return value;
}

/// Copies into the same arena words again and again, so that a kernel that keeps them in a cache shows it.
void copy_beside(ring::Backend& backend, ring::Publisher& publisher, std::uint32_t rounds) {
  constexpr std::uint32_t kChunks = 8;
  constexpr std::uint32_t kWords = 4096;
  auto opened = backend.open_copier(std::uint64_t{4} * kChunks * kWords);
  ASSERT_TRUE(opened) << to_text(opened.error());
  ring::PayloadCopier& copier = **opened;
  std::vector<std::uint32_t> words(kWords);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    std::array<std::uint64_t, kChunks> copies{};
    std::array<std::uint32_t, kChunks> expected{};
    for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) {
      for (std::uint32_t i = 0; i < kWords; ++i) words[i] = word_of(round, chunk, i);
      expected[chunk] = weight_of(words);
      const std::uint64_t offset = std::uint64_t{4} * kWords * chunk;
      std::memcpy(copier.staging().data() + offset, words.data(), 4 * kWords);
      const auto number = copier.begin(offset, offset, 4 * kWords);
      ASSERT_TRUE(number) << to_text(number.error());
      ASSERT_EQ(*number, round * kChunks + chunk + 1U);
      copies[chunk] = *number;
    }
    std::array<ring::Ticket, kChunks> tickets{};
    for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) {
      const auto ended = copier.ended(copies[chunk], 60s);
      ASSERT_TRUE(ended) << to_text(ended.error());
      ASSERT_GE(*ended, copies[chunk]);
      const auto ticket = weigh(publisher, chunk * kWords, kWords, kSums + round * kChunks + chunk);
      ASSERT_TRUE(ticket) << to_text(ticket.error());
      tickets[chunk] = *ticket;
    }
    for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) {
      ASSERT_TRUE(publisher.wait(tickets[chunk], patience()));
      ASSERT_EQ(observable(backend, kSums + round * kChunks + chunk), expected[chunk])
          << "chunk " << chunk << " of round " << round << " by " << copier.name();
    }
  }
}

TEST(Copier, WhatItCopiedIsSeenByTheKernelThatRunsMeanwhile) {
  constexpr std::uint32_t kRounds = 25;
  const ring::BackendConfig config{
      .slot_count = 64, .observable_count = kSums + 8 * kRounds, .dfa_table = {}, .arena_words = 8 * 4096};
  VYRE_OPEN_OR_SKIP(backend, config, with_handlers());
  ring::Publisher publisher(backend.ring_memory(), backend);
  const auto occupant = publisher.publish(Single{.opcode = kOccupy, .args = {}});
  ASSERT_TRUE(occupant);
  while (observable(backend, kStarted) == 0) ASSERT_TRUE(backend.health());
  copy_beside(backend, publisher, kRounds);
  EXPECT_TRUE(backend.write_control(kObservableWord + kRelease, 1));
  EXPECT_TRUE(publisher.wait(*occupant, patience()));
  EXPECT_EQ(publisher.counts().faulted, 0U);
}

TEST(Copier, IsTheTransferQueueWhereThatIsTheQuickerOne) {
  ring::BackendConfig config{.slot_count = 8, .dfa_table = {}, .arena_words = 16};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  const auto info = gpu::choose_device("auto");
  ASSERT_TRUE(info);
  const auto copier = backend.open_copier(4096);
  ASSERT_TRUE(copier);
  EXPECT_EQ((*copier)->name(), info->transfer_queue && !info->one_memory ? "transfer queue" : "host");
}

TEST(Copier, RefusesWhatLeavesStagingOrArena) {
  ring::BackendConfig config{.slot_count = 8, .dfa_table = {}, .arena_words = 100};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  const auto copier = backend.open_copier(4000);
  ASSERT_TRUE(copier);
  EXPECT_EQ((*copier)->staging().size(), 4096U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>((*copier)->staging().data()) % 4096, 0U);
  support::expect_error((*copier)->begin(0, 396, 8), ErrorCode::kOutOfRange,
                        "a copy of 8 bytes from 0 of 4096 to 396 of 400", "PayloadCopier::begin",
                        "copy whole words within both");
  support::expect_error((*copier)->begin(4096, 0, 4), ErrorCode::kOutOfRange,
                        "a copy of 4 bytes from 4096 of 4096 to 0 of 400", "PayloadCopier::begin",
                        "copy whole words within both");
  EXPECT_EQ((*copier)->ended(), 0U);
  EXPECT_EQ((*copier)->begin(4092, 396, 4), 1U);
  EXPECT_EQ((*copier)->ended(1, 60s), 1U);
}

TEST(Copier, DestroyedWithCopiesOutItHasCopiedThem) {
  constexpr std::uint32_t kCopies = 200;  // more than may be out
  constexpr std::uint32_t kWords = 2048;
  const ring::BackendConfig config{
      .slot_count = 8, .observable_count = 4, .dfa_table = {}, .arena_words = kCopies * kWords};
  VYRE_OPEN_OR_SKIP(backend, config, with_handlers());
  std::vector<std::uint32_t> words(std::size_t{kCopies} * kWords);
  for (std::uint32_t i = 0; i < words.size(); ++i) words[i] = word_of(3, 0, i);
  {
    const auto copier = backend.open_copier(4 * words.size());
    ASSERT_TRUE(copier);
    std::memcpy((*copier)->staging().data(), words.data(), 4 * words.size());
    for (std::uint64_t i = 0; i < kCopies; ++i)
      ASSERT_EQ((*copier)->begin(4 * kWords * i, 4 * kWords * i, 4 * kWords), i + 1);
  }
  ring::Publisher publisher(backend.ring_memory(), backend);
  const auto ticket = weigh(publisher, 0, static_cast<std::uint32_t>(words.size()), kSums);
  ASSERT_TRUE(ticket && publisher.wait(*ticket, patience()));
  EXPECT_EQ(observable(backend, kSums), weight_of(words));
}

TEST(ReadArena, GivesAMebibyteAsItWasWritten) {
  constexpr std::uint32_t kWords = (1U << 18) + 77;
  ring::BackendConfig config{.slot_count = 8, .dfa_table = {}, .arena_words = kWords};
  VYRE_OPEN_OR_SKIP(backend, config, {});
  const auto arena = backend.payload_memory().arena;
  for (std::uint32_t i = 0; i < kWords; ++i) arena[i] = word_of(1, 2, i);
  const auto check = [&](std::uint32_t first, std::uint32_t count) {
    std::vector<std::uint32_t> expected(count);
    for (std::uint32_t i = 0; i < count; ++i) expected[i] = word_of(1, 2, first + i);
    std::vector<std::uint32_t> out(count);
    const auto read = backend.read_arena(first, out);
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(out, expected) << count << " words from " << first;
  };
  check(0, 1U << 18);
  check(77, 1U << 18);
  check(kWords - 1025, 1025);
  check(5, 1023);
  check(kWords - 1, 1);
  check(kWords, 0);
  ASSERT_TRUE(backend.stop());
  check(0, kWords);
  std::array<std::uint32_t, 2> two{};
  support::expect_error(backend.read_arena(kWords - 1, two), ErrorCode::kOutOfRange,
                        "2 words from 262220 leave the arena of 262221", "",
                        "name words within the arena, or make it larger");
}

}  // namespace
