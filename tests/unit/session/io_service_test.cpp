// What the IO service does with requests, kernel played by the test; and on faulty roads, with the
// interpreter.
#include "session/io_service.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>

#include "stream/plain_driver.hpp"
#include "support/faulty_driver.hpp"
#include "support/load_storm.hpp"
#include "support/memory_ring.hpp"
#include "support/temporary_folder.hpp"
#include "vyre/session/runner.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using protocol::IoStatus;
using test::TemporaryFolder;

/// A backend of which only the memory for payload is used; the test publishes requests as a kernel does.
class FakeKernel final : public ring::Backend {
 public:
  std::string name() const override { return "fake"; }
  std::string device_name() const override { return "a fake device"; }
  ring::RingMemory ring_memory() noexcept override { return ring_.memory(); }
  std::string residency_text() override { return ""; }
  Result<void> read_control(std::uint32_t, std::span<std::uint32_t>) override { return {}; }
  Result<void> write_control(std::uint32_t, std::uint32_t) override { return {}; }
  std::uint32_t control_words() const noexcept override { return 0; }
  Result<void> read_ring(std::span<std::uint32_t>) override { return {}; }
  ring::PayloadMemory payload_memory() noexcept override {
    return {.arena = arena, .kind = kind, .io_queue = queue_, .io_table = table_, .io_bell = &bell_};
  }
  Result<void> read_arena(std::uint32_t, std::span<std::uint32_t>) override { return {}; }
  std::span<std::uint32_t> result_memory() noexcept override { return {}; }
  Result<std::unique_ptr<ring::PayloadCopier>> open_copier(std::uint64_t) override {
    return fail(ErrorCode::kUnsupported, "no copies", "", "");
  }
  Result<void> read_debug_log(std::span<std::uint32_t>) override { return {}; }
  std::uint32_t debug_log_words() const noexcept override { return 0; }
  Result<void> stop() override { return {}; }
  void notify() noexcept override {}
  Result<void> health() override { return {}; }
  bool has_shut_down() noexcept override { return false; }

  struct Ask {
    std::uint32_t op = 1, src = 0, dst = 0;
    std::uint64_t offset = 0;
    std::uint32_t bytes = 0;
  };
  void publish(std::uint32_t io, const Ask& ask) {
    std::uint32_t* const words = &queue_[std::size_t{8} * io];
    words[0] = ask.op;
    words[1] = ask.src;
    words[2] = ask.dst;
    words[3] = static_cast<std::uint32_t>(ask.offset);
    words[4] = static_cast<std::uint32_t>(ask.offset >> 32);
    words[5] = ask.bytes;
    std::atomic_ref(words[6]).store(1, std::memory_order_release);
  }
  void ring_bell() { std::atomic_ref(bell_).fetch_add(1, std::memory_order_release); }

  [[nodiscard]] IoStatus status(std::uint32_t io) {
    return static_cast<IoStatus>(
        std::atomic_ref(queue_[std::size_t{8} * io + 6]).load(std::memory_order_acquire));
  }
  /// The errno of the answer, -1 if there was none in 20 s.
  [[nodiscard]] int answer(std::uint32_t io) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
      if (status(io) == IoStatus::kOk) return 0;
      if (status(io) == IoStatus::kError) return static_cast<int>(table_[io]);
      std::this_thread::sleep_for(50us);
    }
    return -1;
  }
  [[nodiscard]] int ask(const Ask& request) {
    publish(5, request);
    ring_bell();
    return answer(5);
  }

  std::vector<std::uint32_t> arena = std::vector<std::uint32_t>(64 * 4);
  ring::MemoryKind kind = ring::MemoryKind::kCached;

 private:
  test::MemoryRing ring_{1};
  std::vector<std::uint32_t> queue_ = std::vector<std::uint32_t>(std::size_t{64} * 8);
  std::vector<std::uint32_t> table_ = std::vector<std::uint32_t>(64 + 64 * 8);
  std::uint32_t bell_ = 0;
};

/// Begins nothing before `gate` requests are in flight at once, or `longest` has passed.
class GateDriver final : public stream::IoDriver {
 public:
  GateDriver(std::unique_ptr<IoDriver> inner, std::size_t gate, std::chrono::milliseconds longest)
      : inner_(std::move(inner)), gate_(gate), longest_(longest) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "gate"; }
  [[nodiscard]] std::uint32_t depth() const noexcept override { return inner_->depth(); }
  void submit(const stream::IoRequest& request) override { held_.push_back(request); }
  Result<void> wait(std::vector<stream::IoCompletion>& done, std::chrono::nanoseconds patience) override {
    is_open_ = is_open_ || held_.size() >= gate_ || std::chrono::steady_clock::now() - made_ > longest_;
    if (is_open_) {
      for (const auto& request : held_) inner_->submit(request);
      held_.clear();
    }
    return inner_->wait(done, patience);
  }
  void abandon(std::span<const std::uint64_t> tags) override { inner_->abandon(tags); }

 private:
  std::unique_ptr<IoDriver> inner_;
  std::size_t gate_;
  std::chrono::milliseconds longest_;
  std::vector<stream::IoRequest> held_;
  bool is_open_ = false;
  std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
};

/// Cannot wait from the beginning; what is abandoned ends at once.
class BrokenDriver final : public stream::IoDriver {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "broken"; }
  [[nodiscard]] std::uint32_t depth() const noexcept override { return 3; }
  void submit(const stream::IoRequest&) override {}
  Result<void> wait(std::vector<stream::IoCompletion>& done, std::chrono::nanoseconds) override {
    if (abandoned_.empty()) return fail(ErrorCode::kFile, "cannot wait for reads: made up", "", "");
    for (const auto tag : abandoned_) done.push_back({.tag = tag, .bytes = 0, .error_number = ECANCELED});
    return {};
  }
  void abandon(std::span<const std::uint64_t> tags) override { abandoned_.assign(tags.begin(), tags.end()); }

 private:
  std::vector<std::uint64_t> abandoned_;
};

class IoServiceTest : public testing::Test {
 protected:
  /// A file of 64 times 16 bytes, "0000....0063....".
  std::filesystem::path numbers() const {
    std::ofstream file(folder_ / "numbers");
    for (int i = 0; i < 64; ++i) file << std::to_string(1000 + i) << "............";
    return folder_ / "numbers";
  }
  std::string arena_text(std::size_t at, std::size_t size) const {
    return std::string(reinterpret_cast<const char*>(kernel_.arena.data()) + at, size);
  }
  std::unique_ptr<session::IoService> start(const std::vector<session::ResourceFile>& files,
                                            std::unique_ptr<stream::IoDriver> driver = nullptr) {
    std::optional<stream::IoEngine> engine;
    if (driver) engine.emplace(std::move(driver));
    auto service = session::IoService::start(kernel_, files, std::move(engine));
    EXPECT_TRUE(service) << to_text(service.error());
    return service ? std::move(*service) : nullptr;
  }
  std::unique_ptr<stream::IoDriver> plain(std::uint32_t depth = 64) {
    return std::move(*stream::open_plain_driver(depth, 2));
  }
  void expect_all_numbers() {
    for (std::uint32_t io = 0; io < 64; ++io) {
      EXPECT_EQ(kernel_.answer(io), 0) << io;
      EXPECT_EQ(arena_text(16 * io, 4), std::to_string(1000 + io));
    }
  }
  void publish_all() {
    for (std::uint32_t io = 0; io < 64; ++io)
      kernel_.publish(io, {.dst = 4 * io, .offset = 16 * io, .bytes = 16});
    kernel_.ring_bell();
  }
  TemporaryFolder folder_;
  FakeKernel kernel_;
};

TEST_F(IoServiceTest, AllRequestsOfTheQueueAreInFlightAtOnce) {
  const auto begin = std::chrono::steady_clock::now();
  const auto service = start({{.path = numbers()}}, std::make_unique<GateDriver>(plain(), 64, 10s));
  publish_all();
  expect_all_numbers();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 9s) << "they came one after the other";
  EXPECT_EQ(service->answered(), 64U);
}

TEST_F(IoServiceTest, AnEngineOfLessDepthTakesThemAsItCan) {
  const auto service = start({{.path = numbers()}}, plain(3));
  publish_all();
  expect_all_numbers();
}

TEST_F(IoServiceTest, WhatWasClaimedIsAnsweredBeforeTheEnd) {
  auto service = start({{.path = numbers()}}, std::make_unique<GateDriver>(plain(), 64, 300ms));
  for (std::uint32_t io = 0; io < 63; ++io)
    kernel_.publish(io, {.dst = 4 * io, .offset = 16 * io, .bytes = 16});
  kernel_.ring_bell();
  while (kernel_.status(62) == IoStatus::kPublished) std::this_thread::sleep_for(50us);
  EXPECT_EQ(kernel_.status(62), IoStatus::kClaimed) << "the gate is closed";
  service.reset();
  for (std::uint32_t io = 0; io < 63; ++io) EXPECT_EQ(kernel_.status(io), IoStatus::kOk) << io;
}

TEST_F(IoServiceTest, DamagedRequestsAndRangesAreAnsweredWithTheirErrno) {
  const auto service = start({{.path = numbers()}});
  EXPECT_EQ(kernel_.ask({.src = 1, .bytes = 4}), EINVAL) << "no such resource";
  EXPECT_EQ(kernel_.ask({.dst = 0x8000'0000, .bytes = 4}), EINVAL) << "behind the arena";
  EXPECT_EQ(kernel_.ask({.dst = 255, .bytes = 5}), EINVAL) << "beyond its end";
  EXPECT_EQ(kernel_.ask({.offset = ~std::uint64_t{0}, .bytes = 4}), EINVAL) << "no offset of a file";
  EXPECT_EQ(kernel_.ask({.offset = (std::uint64_t{1} << 63) - 4, .bytes = 4}), EINVAL) << "nor this";
  EXPECT_EQ(kernel_.ask({.op = 3}), EOPNOTSUPP);
  EXPECT_EQ(kernel_.ask({.op = 0}), EOPNOTSUPP);
  EXPECT_EQ(kernel_.ask({.offset = 1020, .bytes = 5}), ENODATA);
  EXPECT_EQ(kernel_.ask({.offset = 5000, .bytes = 4}), ENODATA);
  EXPECT_EQ(kernel_.ask({.op = 2, .dst = 0, .bytes = 4}), EBADF) << "opened to be read";
  EXPECT_EQ(kernel_.ask({.offset = 5000, .bytes = 0}), 0);
  EXPECT_EQ(kernel_.ask({.dst = 255, .offset = 1020, .bytes = 4}), 0);
  EXPECT_EQ(service->answered(), 12U);
}

TEST_F(IoServiceTest, WritesBackAndReadsAgain) {
  const auto service = start({{.path = numbers()}, {.path = numbers(), .writable = true}});
  ASSERT_EQ(kernel_.ask({.dst = 8, .offset = 160, .bytes = 16}), 0);
  kernel_.arena[8] = 0x4552'5956;
  EXPECT_EQ(kernel_.ask({.op = 2, .src = 8, .dst = 1, .offset = 32, .bytes = 16}), 0);
  EXPECT_EQ(kernel_.ask({.src = 0, .dst = 16, .offset = 32, .bytes = 16}), 0);
  EXPECT_EQ(arena_text(64, 16), "VYRE............");
}

TEST_F(IoServiceTest, APipeHasNoOffsetsToReadAt) {
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  const auto service = start({{.path = folder_ / "fifo", .writable = true}});
  EXPECT_EQ(kernel_.ask({.bytes = 4}), ESPIPE);
}

TEST_F(IoServiceTest, AnEngineThatCannotWaitIsReplacedAndNothingIsLost) {
  const auto service = start({{.path = numbers()}}, std::make_unique<BrokenDriver>());
  publish_all();
  expect_all_numbers();
  EXPECT_EQ(service->answered(), 64U);
  EXPECT_EQ(service->notes(),
            std::vector<std::string>{"cannot wait for reads: made up; resources are read by pread"});
}

TEST_F(IoServiceTest, WithoutAnyEngineEveryRequestFails) {
  const auto service = start({{.path = numbers()}}, std::make_unique<BrokenDriver>());
  ::rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const ::rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const int first = kernel_.ask({.bytes = 4});
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(first, EIO);
  EXPECT_EQ(kernel_.ask({.bytes = 4}), EIO);
  EXPECT_EQ(service->notes(), std::vector<std::string>{
                                  "cannot wait for reads: made up; no resource can be read any more: cannot "
                                  "make an eventfd: Too many open files (EMFILE)"});
}

TEST_F(IoServiceTest, MemoryOfADiscreteDeviceIsNotRegistered) {
  // A limit of nothing for whoever registers; with it, cached memory gives a note.
  class Refusing final : public stream::IoDriver {
   public:
    explicit Refusing(std::unique_ptr<IoDriver> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] std::string_view name() const noexcept override { return "refusing"; }
    [[nodiscard]] std::uint32_t depth() const noexcept override { return inner_->depth(); }
    void submit(const stream::IoRequest& request) override { inner_->submit(request); }
    Result<void> wait(std::vector<stream::IoCompletion>& done, std::chrono::nanoseconds patience) override {
      return inner_->wait(done, patience);
    }
    void abandon(std::span<const std::uint64_t> tags) override { inner_->abandon(tags); }
    Result<void> register_memory(std::span<const std::span<std::byte>> regions) override {
      return fail(ErrorCode::kUnsupported, "refused " + std::to_string(regions[0].size()), "", "");
    }

   private:
    std::unique_ptr<IoDriver> inner_;
  };
  EXPECT_EQ(start({{.path = numbers()}}, std::make_unique<Refusing>(plain()))->notes(),
            std::vector<std::string>{"refused 1024; reads go on unregistered"});
  kernel_.kind = ring::MemoryKind::kWriteCombined;
  const auto service = start({{.path = numbers()}}, std::make_unique<Refusing>(plain()));
  EXPECT_TRUE(service->notes().empty());
  publish_all();
  expect_all_numbers();
}

TEST(LoadMissFaults, ShortInterruptedLateAndFailedReadsComeOutRight) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    const TemporaryFolder folder;
    support::LoadStorm storm(2'000, seed, folder.path());
    auto backend = session::make_reference_backend(storm.config(512));
    ASSERT_TRUE(backend) << to_text(backend.error());
    auto inner = stream::open_plain_driver(64, 4);
    ASSERT_TRUE(inner) << to_text(inner.error());
    std::atomic<std::uint64_t> failures = 0;
    stream::IoEngine engine(std::make_unique<test::FaultyDriver>(
        std::move(*inner),
        test::Faults{
            .seed = seed, .interrupted = 10, .again = 10, .short_transfer = 40, .late = 40, .failure = 5},
        [&](const stream::IoRequest& request) {
          ++failures;
          storm.failed(**backend, request.memory.data(), EIO);
        }));
    storm.run(**backend, std::move(engine));
    EXPECT_GT(failures, 50U);
  }
}

}  // namespace
