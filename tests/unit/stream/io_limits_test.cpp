// A machine that forbids io_uring, locks too little memory, or gives memory that cannot be registered.
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "reader_fixture.hpp"
#include "stream/plain_driver.hpp"
#include "support/expect_error.hpp"

namespace vyre::test {
namespace {

using namespace stream;

/// From now on this thread gets `error_number` for io_uring_setup. Other threads are not touched.
bool forbid_uring(unsigned error_number) {
  ::sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(::seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const ::sock_fprog program{static_cast<unsigned short>(std::size(code)), code};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// From now on RLIMIT_MEMLOCK holds for this thread, whoever runs it.
bool drop_lock_capability() {
  ::__user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  ::__user_cap_data_struct data[2]{};
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  data[0].effective &= ~(1U << CAP_IPC_LOCK);
  return ::syscall(SYS_capset, &header, data) == 0;
}

template <class Function>
void in_a_thread(Function function) {
  std::thread(std::move(function)).join();
}

constexpr std::string_view kSeccompText =
    "io_uring cannot be used: io_uring_setup: Operation not permitted (EPERM), a seccomp filter forbids it "
    "as those "
    "of containers do";

TEST(IoLimits, WithoutIoUringFilesAreReadByPread) {
  in_a_thread([] {
    if (!forbid_uring(EPERM)) return;  // a machine without seccomp has nothing to show
    const TemporaryFolder folder;
    const auto handle = open_file(folder.write("f", "content"));
    const auto engine = IoEngine::open({});
    ASSERT_TRUE(engine) << to_text(engine.error());
    EXPECT_EQ(engine->name(), "pread");
    ASSERT_EQ(engine->notes().size(), 1u);
    EXPECT_EQ(engine->notes()[0], std::string(kSeccompText) + "; files are read by pread");
    support::expect_error(IoEngine::open({.road = IoRoad::kUring}), ErrorCode::kUnsupported, kSeccompText,
                          "io_uring_setup", "allow io_uring to this process, or read by pread");
    const IoProbe probe = probe_io();
    EXPECT_FALSE(probe.uring);
    EXPECT_EQ(probe.why_not, kSeccompText);
    EXPECT_EQ(to_text(probe), "pread; " + std::string(kSeccompText));
  });
}

TEST(IoLimits, AKernelWithoutIoUringSaysSo) {
  in_a_thread([] {
    if (!forbid_uring(ENOSYS)) return;
    EXPECT_EQ(probe_io().why_not,
              "io_uring cannot be used: io_uring_setup: Function not implemented (ENOSYS), the kernel was "
              "built without "
              "it or a seccomp filter hides it");
  });
}

TEST(IoLimits, ProbeAgreesWithTheEngine) {
  const IoProbe probe = probe_io();
  const auto engine = IoEngine::open({});
  ASSERT_TRUE(engine) << to_text(engine.error());
  EXPECT_EQ(probe.uring, engine->name() == "io_uring") << to_text(probe);
  EXPECT_EQ(probe.uring, probe.why_not.empty());
  EXPECT_FALSE(probe.kernel.empty());
  if (probe.uring) {
    EXPECT_EQ(to_text(probe).substr(0, 8), "io_uring");
    EXPECT_EQ(probe.registered_buffers, probe.why_no_buffers.empty());
  }
}

TEST(IoLimits, TooLittleLockableMemoryIsANoteThatNamesTheLimit) {
  in_a_thread([] {
    ::rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_MEMLOCK, &before), 0);
    const ::rlimit low{64 << 10, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_MEMLOCK, &low), 0);
    const bool held = drop_lock_capability();
    auto engine = IoEngine::open({});
    std::vector<std::byte> memory(1 << 20);
    const std::span<std::byte> region = memory;
    if (engine && held) engine->register_memory({&region, 1});
    ::setrlimit(RLIMIT_MEMLOCK, &before);
    ASSERT_TRUE(engine) << to_text(engine.error());
    if (engine->name() != "io_uring" || !held) return;
    ASSERT_EQ(engine->notes().size(), 1u);
    EXPECT_EQ(engine->notes()[0],
              "1048576 bytes of buffers cannot be registered: Cannot allocate memory (ENOMEM), "
              "RLIMIT_MEMLOCK is 65536 "
              "bytes (ulimit -l); reads go on unregistered");
    const TemporaryFolder folder;
    const auto handle = open_file(folder.write("f", "content"));
    EXPECT_EQ(perform(*engine, read_request({.descriptor = handle.get()}, 0, memory)).bytes, 7u);
  });
}

TEST(IoLimits, MemoryThatCannotBeRegisteredIsANote) {
  VYRE_OPEN_ENGINE(engine, IoOptions{});
  if (engine.name() != "io_uring") GTEST_SKIP() << engine.notes()[0];
  const std::size_t size = 1 << 16;
  void* const hole = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(hole, MAP_FAILED);
  const std::span<std::byte> region(static_cast<std::byte*>(hole), size);
  engine.register_memory({&region, 1});
  ASSERT_EQ(engine.notes().size(), 1u);
  EXPECT_EQ(engine.notes()[0],
            "65536 bytes of buffers cannot be registered: Bad address (EFAULT), as for memory of some "
            "devices; reads go "
            "on unregistered");
  ASSERT_EQ(::mprotect(hole, size, PROT_READ | PROT_WRITE), 0);
  const TemporaryFolder folder;
  const auto handle = open_file(folder.write("f", "content"));
  EXPECT_EQ(perform(engine, read_request({.descriptor = handle.get()}, 0, region)).bytes, 7u);
  ::munmap(hole, size);
}

/// The kernel's threads that read for this one; they stay for some seconds after their last read.
std::size_t count_workers() {
  const std::string name = "iou-wrk-" + std::to_string(::gettid());
  std::size_t count = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string found;
    std::getline(std::ifstream(task.path() / "comm"), found);
    count += found == name ? 1 : 0;
  }
  return count;
}

TEST(IoLimits, SoManyKernelThreadsCopyAsThereAreJobs) {
  constexpr std::size_t kPart = std::size_t{1} << 19, kParts = 32, kReads = 300;
  const TemporaryFolder folder;
  RandomSource random(2);
  const std::string content = random_bytes(random, kParts * kPart);
  const auto handle = open_file(folder.write("f", content));
  for (const std::uint32_t jobs : {1U, 3U}) {
    auto opened = IoEngine::open({.depth = 16, .road = IoRoad::kUring, .jobs = jobs});
    if (!opened) GTEST_SKIP() << opened.error().what;
    in_a_thread([&, engine = std::move(*opened)]() mutable {
      std::vector<std::byte> memory(content.size());
      std::vector<IoCompletion> done;
      for (std::size_t next = 0, ended = 0; ended < kReads; ended += done.size()) {
        for (; next < kReads && engine.in_flight() < engine.depth(); ++next) {
          const std::size_t at = next % kParts * kPart;
          engine.submit(read_request({.descriptor = handle.get()}, at, std::span(memory).subspan(at, kPart)));
        }
        ASSERT_TRUE(engine.wait(done, kForever));
        for (const auto& one : done) ASSERT_EQ(one.bytes, kPart);
      }
      EXPECT_TRUE(text_of(memory) == content);
      EXPECT_LE(count_workers(), jobs);
      EXPECT_EQ(count_workers() == 0, jobs == 1) << "one job: what the page cache has is copied at once";
      const IoEngine destroyed_here = std::move(engine);
    });
  }
}

/// A driver for which no memory can be registered.
class RefusingDriver final : public IoDriver {
 public:
  explicit RefusingDriver(std::unique_ptr<IoDriver> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "refusing"; }
  [[nodiscard]] std::uint32_t depth() const noexcept override { return inner_->depth(); }
  void submit(const IoRequest& request) override { inner_->submit(request); }
  Result<void> wait(std::vector<IoCompletion>& done, std::chrono::nanoseconds patience) override {
    return inner_->wait(done, patience);
  }
  void abandon(std::span<const std::uint64_t> tags) override { inner_->abandon(tags); }
  Result<void> register_memory(std::span<const std::span<std::byte>>) override {
    return fail(ErrorCode::kUnsupported, "this memory cannot be registered", "", "");
  }

 private:
  std::unique_ptr<IoDriver> inner_;
};

TEST(IoLimits, MemoryThatIsKnownNotToBeRegistrableIsReadIntoWithoutANote) {
  const TemporaryFolder folder;
  const auto path = folder.write("f", "content");
  const Buffers buffers(2, 4096);
  for (const bool tries : {true, false}) {
    auto plain = open_plain_driver(2, 1);
    ASSERT_TRUE(plain) << to_text(plain.error());
    VYRE_OPEN_READER(reader, FileSet({path}), IoEngine(std::make_unique<RefusingDriver>(std::move(*plain))),
                     buffers.spans(), ReaderOptions{.register_buffers = tries});
    Receiver receiver(buffers);
    receiver.run(reader);
    EXPECT_EQ(receiver.files.at(0).content(), "content");
    const std::vector<std::string> refused{"this memory cannot be registered; reads go on unregistered"};
    EXPECT_EQ(reader.notes(), tries ? refused : std::vector<std::string>{});
  }
}

TEST(IoLimits, NeighboursAreRegisteredAsOneAndStrangersAreReadAsWell) {
  VYRE_OPEN_ENGINE(engine, IoOptions{});
  const TemporaryFolder folder;
  RandomSource random(1);
  const std::string content = random_bytes(random, 1 << 18);
  const auto handle = open_file(folder.write("f", content));
  std::vector<std::byte> memory(1 << 18), stranger(1 << 18);
  // Out of order, with a gap, and one of nothing.
  const std::span<std::byte> all = memory;
  const std::span<std::byte> regions[] = {
      all.subspan(1 << 16, 1 << 16), all.first(1 << 16), all.subspan(3 << 16), {}};
  engine.register_memory(regions);
  EXPECT_TRUE(engine.notes().empty());
  for (const std::span<std::byte> target :
       {all, all.first(1 << 17), all.subspan(3 << 16), std::span(stranger)}) {
    std::memset(target.data(), 0, target.size());
    EXPECT_EQ(perform(engine, read_request({.descriptor = handle.get()}, 0, target)).bytes, target.size());
    EXPECT_EQ(text_of(target), std::string_view(content).substr(0, target.size()));
  }
}

}  // namespace
}  // namespace vyre::test
