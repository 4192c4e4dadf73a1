/// A storm of LOAD_MISS: every resource of many asked for once, then those that came asked for again; some of
/// them cannot be read. Whatever order the kernel takes, each slot ends as its resource says, and nothing is
/// read twice.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "session/io_service.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::support {

class LoadStorm {
 public:
  static constexpr std::uint32_t kWords = 4;  ///< of each resource

  LoadStorm(std::uint32_t resources, std::uint64_t seed, std::filesystem::path folder)
      : random_(seed), folder_(std::move(folder)), errors_(resources) {
    const std::filesystem::path path = folder_ / "words.bin";
    std::ofstream file(path, std::ios::binary);
    for (std::uint32_t i = 0; i < resources; ++i) {
      for (std::uint32_t word = 0; word < kWords; ++word) {
        const std::uint32_t value = value_of(i, word);
        file.write(reinterpret_cast<const char*>(&value), sizeof value);
      }
      ranges_.push_back(
          {.first_word = kWords * i, .bytes = 4 * kWords, .offset = std::uint64_t{4} * kWords * i});
      files_.push_back({.path = path});
      fail_some(i, resources);
    }
  }

  [[nodiscard]] ring::BackendConfig config(std::uint32_t slots) const {
    return {.slot_count = slots,
            .dfa_table = {},
            .arena_words = kWords * static_cast<std::uint32_t>(ranges_.size()),
            .resources = ranges_};
  }

  /// Told from the IO thread that a read into this memory was failed: its resource ends with that errno.
  void failed(ring::Backend& backend, const std::byte* memory, int error) {
    const auto arena = std::as_bytes(backend.payload_memory().arena);
    // The slot's end, which the checks await, comes behind this.
    errors_[static_cast<std::size_t>(memory - arena.data()) / (4 * kWords)] = error;
  }

  void run(ring::Backend& backend, std::optional<stream::IoEngine> engine = std::nullopt) {
    auto service = session::IoService::start(backend, files_, std::move(engine));
    ASSERT_TRUE(service) << to_text(service.error());
    ring::Publisher publisher(backend.ring_memory(), backend);
    const auto count = static_cast<std::uint32_t>(ranges_.size());
    publish(publisher, count, [](std::uint32_t) { return true; });
    check_faults(publisher);
    EXPECT_EQ((*service)->answered(), count);
    // What is there is not read again.
    publish(publisher, count, [this](std::uint32_t i) { return errors_[i] == 0; });
    EXPECT_EQ((*service)->answered(), count);
    EXPECT_EQ(publisher.counts().in_flight, 0U);
    service->reset();
    check_arena(backend);
  }

 private:
  static std::uint32_t value_of(std::uint32_t resource, std::uint32_t word) {
    return resource * 0x9E37'79B9 + word;
  }

  /// A range behind the end of its file, or a folder in its place.
  void fail_some(std::uint32_t i, std::uint32_t resources) {
    const auto dice = random_() % 16;
    if (dice == 0) {
      ranges_[i].offset = std::uint64_t{4} * kWords * resources - 4;
      errors_[i] = ENODATA;
    } else if (dice == 1) {
      files_[i].path = folder_;
      errors_[i] = EISDIR;
    }
  }

  template <class Chosen>
  void publish(ring::Publisher& publisher, std::uint32_t count, Chosen chosen) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < count; ++i)
      if (chosen(i)) order.push_back(i);
    std::ranges::shuffle(order, random_);
    const auto deadline = ring::Clock::now() + std::chrono::seconds(120);
    for (std::size_t at = 0; at < order.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random_() % 32, order.size() - at);
      std::vector<protocol::Slot> slots;
      for (std::size_t k = 0; k < size; ++k)
        slots.push_back(descriptor::encode_load_miss({.resource = order[at + k]}));
      const auto ticket = publisher.publish(descriptor::Recorded{.slots = slots},
                                            {.priority = {}, .at_slot = {}, .deadline = deadline});
      ASSERT_TRUE(ticket) << to_text(ticket.error());
      for (std::size_t k = 0; k < size; ++k)
        asked_[ticket->first_slot + static_cast<std::uint32_t>(k)].push_back(order[at + k]);
      at += size;
    }
    const auto waited = publisher.wait_all(deadline);
    ASSERT_TRUE(waited) << to_text(waited.error());
  }

  /// Each fault stands in a slot that had asked for a resource with that error, and there are as many as such
  /// resources.
  void check_faults(ring::Publisher& publisher) {
    const auto failing =
        static_cast<std::uint64_t>(std::ranges::count_if(errors_, [](int error) { return error != 0; }));
    EXPECT_EQ(publisher.counts().faulted, failing);
    std::map<int, std::uint64_t> expected;
    for (const int error : errors_)
      if (error != 0) ++expected[error];
    std::map<int, std::uint64_t> found;
    const auto faults = publisher.faults();
    for (const auto& fault : faults) {
      EXPECT_EQ(fault.code, protocol::FaultCode::kIoFailed);
      ++found[static_cast<int>(fault.detail)];
      EXPECT_TRUE(std::ranges::any_of(
          asked_[fault.slot],
          [&](std::uint32_t resource) { return errors_[resource] == static_cast<int>(fault.detail); }))
          << "slot " << fault.slot << " asked for nothing that fails with errno " << fault.detail;
    }
    // Only the first faults are kept.
    if (faults.size() == failing) { EXPECT_EQ(found, expected); }
  }

  void check_arena(ring::Backend& backend) {
    std::vector<std::uint32_t> arena(kWords * ranges_.size());
    ASSERT_TRUE(backend.read_arena(0, arena));
    for (std::uint32_t i = 0; i < ranges_.size(); ++i) {
      if (errors_[i] != 0) continue;  // what was read before the error may stand there
      for (std::uint32_t word = 0; word < kWords; ++word)
        ASSERT_EQ(arena[kWords * i + word], value_of(i, word)) << "resource " << i << ", word " << word;
    }
  }

  std::mt19937_64 random_;
  std::filesystem::path folder_;
  std::vector<int> errors_;  ///< by resource, 0 for none
  std::vector<ring::Resource> ranges_;
  std::vector<session::ResourceFile> files_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> asked_;  ///< by ring slot
};

}  // namespace vyre::support
