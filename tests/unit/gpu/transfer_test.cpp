// Copies by a queue of a device on which no kernel runs: so they can be seen also where there is one queue
// only.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <functional>
#include <numeric>
#include <vector>

#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "gpu/read_back.hpp"
#include "gpu/transfer_copier.hpp"
#include "gpu/transfer_queue.hpp"
#include "support/device.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"
#include "vyre/stream/io_engine.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using gpu::Buffer;
using gpu::SharedQueue;
using gpu::TransferQueue;
using gpu::Use;
using support::expect_error;

void number_words(std::span<std::uint32_t> words, std::uint32_t first) {
  std::iota(words.begin(), words.end(), first);
}

std::vector<std::uint32_t> numbered(std::size_t count, std::uint32_t first) {
  std::vector<std::uint32_t> words(count);
  number_words(words, first);
  return words;
}

std::vector<std::uint32_t> copy_of(std::span<const std::uint32_t> words) {
  return {words.begin(), words.end()};
}

/// With the validation layer where it is installed; what it says fails the test.
class Transfer : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = gpu::open_device("auto", true);
    if (!opened && opened.error().code == ErrorCode::kUnsupported) opened = gpu::open_device("auto", false);
    if (!opened && opened.error().code == ErrorCode::kNoDevice && !test::device_is_required())
      GTEST_SKIP() << to_text(opened.error());
    ASSERT_TRUE(opened) << to_text(opened.error());
    device = std::move(*opened);
    testing::internal::CaptureStderr();
    captured_ = true;
  }

  void TearDown() override {
    device.reset();
    if (!captured_) return;
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.find("validation: Validation"), std::string::npos) << said;  // drivers may talk too
  }

  /// On the queue that kernels use, and on the one that only copies if there is one.
  void on_each_queue(const std::function<void(SharedQueue&)>& check) {
    SharedQueue kernels;
    kernels.family = device->queue_family;
    kernels.handle = vk::raii::Queue(device->handle, device->queue_family, 0);
    {
      SCOPED_TRACE("the queue of kernels");
      check(kernels);
    }
    if (!device->transfer) return;
    SCOPED_TRACE("the queue that only copies");
    check(*device->transfer);
  }

  std::unique_ptr<gpu::Device> device;

 private:
  bool captured_ = false;
};

TEST_F(Transfer, WordsArriveWhereTheyAreSentAndNowhereElse) {
  on_each_queue([&](SharedQueue& shared) {
    const Buffer from(*device, Use::kFromKernel, 5000);
    const Buffer to(*device, Use::kToKernel, 3000);
    number_words(from.words(), 1);
    TransferQueue queue(*device, shared);
    ASSERT_EQ(queue.submit({.from = from.handle(),
                            .from_offset = 4 * 1234,
                            .to = to.handle(),
                            .to_offset = 4 * 7,
                            .bytes = 4 * 2000}),
              1U);
    ASSERT_TRUE(queue.wait_for(1));
    auto expected = numbered(2000, 1 + 1234);
    expected.insert(expected.begin(), 7, 0);
    expected.resize(3000, 0);
    EXPECT_EQ(copy_of(to.words()), expected);
  });
}

TEST_F(Transfer, MoreCopiesThanMayBeOutAreNumberedAndEndInOrder) {
  constexpr std::uint32_t kCopies = 1000;
  constexpr std::uint32_t kWords = 64;
  on_each_queue([&](SharedQueue& shared) {
    const Buffer from(*device, Use::kFromKernel, kCopies * kWords);
    const Buffer to(*device, Use::kToKernel, kCopies * kWords);
    number_words(from.words(), 5);
    TransferQueue queue(*device, shared, 4);
    std::uint64_t last = 0;
    for (std::uint32_t i = 0; i < kCopies; ++i) {
      // Backwards, so that the order of numbers is not that of the memory.
      const std::uint64_t offset = std::uint64_t{4} * kWords * (kCopies - 1 - i);
      ASSERT_EQ(queue.submit({.from = from.handle(),
                              .from_offset = offset,
                              .to = to.handle(),
                              .to_offset = offset,
                              .bytes = 4 * kWords}),
                i + 1U);
      const auto ended = queue.ended(0, 0ns);
      ASSERT_TRUE(ended);
      ASSERT_GE(*ended, last);
      ASSERT_GE(*ended + 4, i + 1U) << "more are out than may be";
      ASSERT_LE(*ended, i + 1U);
      last = *ended;
    }
    EXPECT_EQ(queue.ended(kCopies, 60s), kCopies);
    EXPECT_EQ(copy_of(to.words()), numbered(kCopies * kWords, 5));
  });
}

TEST_F(Transfer, EachCopySeesWhatTheOneBeforeDid) {
  constexpr std::uint32_t kWords = 100'000;
  on_each_queue([&](SharedQueue& shared) {
    const Buffer from(*device, Use::kFromKernel, kWords);
    const Buffer between(*device, Use::kToKernel, kWords);
    const Buffer back(*device, Use::kFromKernel, kWords);
    number_words(from.words(), 9);
    TransferQueue queue(*device, shared);
    // One word further each time, within one buffer after the first.
    ASSERT_TRUE(queue.submit({.from = from.handle(), .to = between.handle(), .bytes = 4 * kWords}));
    constexpr std::uint32_t kHops = 40;
    constexpr std::uint32_t kTile = kWords / kHops;
    for (std::uint32_t hop = 0; hop + 1 < kHops; ++hop)
      ASSERT_TRUE(queue.submit({.from = between.handle(),
                                .from_offset = std::uint64_t{4} * kTile * hop,
                                .to = between.handle(),
                                .to_offset = std::uint64_t{4} * kTile * (hop + 1),
                                .bytes = 4 * kTile}));
    const auto number = queue.submit({.from = between.handle(), .to = back.handle(), .bytes = 4 * kWords});
    ASSERT_TRUE(number);
    ASSERT_TRUE(queue.wait_for(*number));
    const auto first_tile = numbered(kTile, 9);
    for (std::uint32_t tile = 0; tile < kHops; ++tile)
      ASSERT_EQ(copy_of(back.words().subspan(std::size_t{tile} * kTile, kTile)), first_tile) << tile;
  });
}

TEST_F(Transfer, WhoAwaitsMoreThanWereBegunGetsTheLast) {
  on_each_queue([&](SharedQueue& shared) {
    const Buffer buffer(*device, Use::kFromKernel, 16);
    TransferQueue queue(*device, shared);
    EXPECT_EQ(queue.ended(5, 1h), 0U);
    ASSERT_EQ(queue.submit({.from = buffer.handle(), .to = buffer.handle(), .bytes = 0}), 1U);
    ASSERT_EQ(queue.submit({.from = buffer.handle(), .to = buffer.handle(), .to_offset = 32, .bytes = 32}),
              2U);
    EXPECT_EQ(queue.ended(1000, 1h), 2U);
    EXPECT_TRUE(queue.finish());
  });
}

TEST_F(Transfer, DestructionWaitsForWhatIsOut) {
  constexpr std::uint32_t kWords = 1U << 20;
  on_each_queue([&](SharedQueue& shared) {
    const Buffer from(*device, Use::kFromKernel, kWords);
    const Buffer to(*device, Use::kFromKernel, kWords);
    number_words(from.words(), 3);
    {
      TransferQueue queue(*device, shared);
      for (std::uint32_t i = 0; i < 16; ++i)
        ASSERT_TRUE(queue.submit({.from = from.handle(),
                                  .from_offset = kWords / 4 * i,
                                  .to = to.handle(),
                                  .to_offset = kWords / 4 * i,
                                  .bytes = kWords / 4}));
    }
    EXPECT_TRUE(std::ranges::equal(from.words(), to.words()));
  });
}

TEST_F(Transfer, ACopierCopiesFromPagesThatFilesAreReadInto) {
  constexpr std::uint64_t kBytes = 64 << 10;
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "file";
  const auto content = numbered(kBytes / 4, 77);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(kBytes));
  on_each_queue([&](SharedQueue& shared) {
    const Buffer arena(*device, Use::kToKernel, kBytes / 4 + 3);
    auto opened = gpu::open_transfer_copier(*device, shared, arena, kBytes + 4, kBytes - 5);
    ASSERT_TRUE(opened) << to_text(opened.error());
    ring::PayloadCopier& copier = **opened;
    EXPECT_EQ(copier.name(), "transfer queue");
    const auto staging = copier.staging();
    ASSERT_EQ(staging.size(), kBytes) << "whole pages";
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(staging.data()) % 4096, 0U);

    const auto probe = stream::probe_io();
    if (probe.registered_buffers) {
      auto engine = stream::IoEngine::open({});
      ASSERT_TRUE(engine);
      const std::array regions{staging};
      engine->register_memory(regions);
      EXPECT_TRUE(engine->notes().empty()) << engine->notes().front();
    }
    // A folder without O_DIRECT, in memory, tells less.
    int file = ::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
    if (file < 0) file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    EXPECT_EQ(::read(file, staging.data(), staging.size()), static_cast<ssize_t>(kBytes));
    ::close(file);

    ASSERT_EQ(copier.begin(0, 4, kBytes), 1U);
    EXPECT_EQ(copier.ended(1, 60s), 1U);
    EXPECT_EQ(copy_of(arena.words().subspan(1, kBytes / 4)), content);
    EXPECT_EQ(arena.words()[0], 0U);
    EXPECT_EQ(arena.words()[kBytes / 4 + 1], 0U);
  });
}

TEST_F(Transfer, ACopierRefusesWhatLeavesItsMemory) {
  on_each_queue([&](SharedQueue& shared) {
    const Buffer arena(*device, Use::kToKernel, 4096);
    auto opened = gpu::open_transfer_copier(*device, shared, arena, 12'000, 8192);
    ASSERT_TRUE(opened);
    ring::PayloadCopier& copier = **opened;
    struct Bad {
      std::uint64_t from, to, bytes;
    };
    constexpr auto kHuge = ~std::uint64_t{3};
    for (const Bad bad :
         {Bad{0, 0, 8196}, Bad{8192, 0, 4}, Bad{0, 12'000, 4}, Bad{0, 11'996, 8}, Bad{2, 0, 4}, Bad{0, 2, 4},
          Bad{0, 0, 6}, Bad{kHuge, 0, 8}, Bad{0, kHuge, 8}, Bad{4, 4, kHuge}})
      expect_error(copier.begin(bad.from, bad.to, bad.bytes), ErrorCode::kOutOfRange,
                   "a copy of " + std::to_string(bad.bytes) + " bytes from " + std::to_string(bad.from) +
                       " of 8192 to " + std::to_string(bad.to) + " of 12000",
                   "PayloadCopier::begin", "copy whole words within both");
    EXPECT_EQ(copier.ended(0, 0ns), 0U) << "nothing was begun";
    EXPECT_EQ(copier.begin(8188, 11'996, 4), 1U);
    EXPECT_EQ(copier.begin(8192, 12'000, 0), 2U);
    EXPECT_EQ(copier.ended(2, 60s), 2U);
  });
}

TEST_F(Transfer, ReadsBackInPieces) {
  constexpr std::size_t kWords = gpu::ReadBack::kPieceWords + 100;
  on_each_queue([&](SharedQueue& shared) {
    const Buffer from(*device, Use::kToKernel, kWords);
    number_words(from.words(), 11);
    gpu::ReadBack reader(*device, &shared);
    const auto check = [&](std::size_t first, std::size_t count, std::size_t piece) {
      std::vector<std::uint32_t> out(count, 0xDEAD);
      const auto read = reader.read_by_copy(from, first, out, piece);
      ASSERT_TRUE(read) << to_text(read.error());
      EXPECT_EQ(out, numbered(count, 11 + static_cast<std::uint32_t>(first)))
          << count << " words from " << first << " in pieces of " << piece;
    };
    check(0, kWords, gpu::ReadBack::kPieceWords);
    check(13, 10'007, 1000);
    check(13, 3000, 1000);
    check(kWords - 1, 1, 1000);
    check(kWords, 0, 1000);
    check(0, 5, 1);
  });
}

TEST_F(Transfer, ACopierSaysThatNoBufferIsThatLarge) {
  on_each_queue([&](SharedQueue& shared) {
    const Buffer arena(*device, Use::kToKernel, 4);
    for (const std::uint64_t bytes : {std::uint64_t{1} << 60, ~std::uint64_t{0} - 4095}) {
      const auto copier = gpu::open_transfer_copier(*device, shared, arena, 16, bytes);
      ASSERT_FALSE(copier);
      EXPECT_EQ(copier.error().code, ErrorCode::kTooMany);
      EXPECT_EQ(
          copier.error().what.find("no " + std::to_string(bytes) +
                                   " bytes of memory to copy from (a buffer of the device has at most "),
          0U)
          << copier.error().what;
      EXPECT_EQ(copier.error().fix, "ask for smaller chunks, or for fewer at a time");
    }
    EXPECT_EQ(gpu::open_transfer_copier(*device, shared, arena, 16, ~std::uint64_t{0}).error().code,
              ErrorCode::kTooMany);
  });
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their allocators end the process
/// Bounds the address space of this process while it lives.
class LittleMemory {
 public:
  explicit LittleMemory(rlim_t bytes) {
    getrlimit(RLIMIT_AS, &before_);
    const rlimit little{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_AS, &little);
  }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;
  ~LittleMemory() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST_F(Transfer, ACopierSaysThatThereIsNoMemory) {
  if (device->found.info.type != gpu::DeviceType::kCpu)
    GTEST_SKIP() << "only memory of the process itself can be taken away here";
  on_each_queue([&](SharedQueue& shared) {
    const Buffer arena(*device, Use::kToKernel, 4);
    const LittleMemory little(1U << 20);
    support::expect_error(gpu::open_transfer_copier(*device, shared, arena, 16, 1U << 30),
                          ErrorCode::kTooMany,
                          "no 1073741824 bytes of memory to copy from (VK_ERROR_OUT_OF_DEVICE_MEMORY)", "",
                          "ask for smaller chunks, or for fewer at a time");
  });
}
#endif

}  // namespace
