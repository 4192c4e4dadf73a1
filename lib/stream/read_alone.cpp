#include <fcntl.h>
#include <fmt/format.h>
#include <liburing.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "stream/stream_error.hpp"
#include "vyre/stream/baselines.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::stream {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostBlock = 1U << 30;

/// One block on its way.
struct Read {
  std::uint64_t offset = 0;  ///< of the block, in the file
  std::uint64_t got = 0;     ///< bytes of it that have come
  char* into = nullptr;
};

/// Phases: open(), then read_all() once.
class Reader {
 public:
  Reader(const std::string& path, const ReadPlan& plan) : path_(path), plan_(plan), reads_(plan.depth) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    if (has_ring_) ::io_uring_queue_exit(&ring_);
    if (memory_ != MAP_FAILED) ::munmap(memory_, memory_bytes());
    if (file_ >= 0) ::close(file_);
  }

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  Result<void> open() {
    file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | (plan_.direct ? O_DIRECT : 0));
    struct stat about {};
    if (file_ < 0 || ::fstat(file_, &about) != 0) return failed("open the file", errno);
    size_ = static_cast<std::uint64_t>(about.st_size);
    memory_ = ::mmap(nullptr, memory_bytes(), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory_ == MAP_FAILED) return failed("get memory to read into", errno);
    for (std::size_t i = 0; i < reads_.size(); ++i)
      reads_[i].into = static_cast<char*>(memory_) + plan_.block_bytes * i;
    int made = ::io_uring_queue_init(plan_.depth, &ring_, IORING_SETUP_COOP_TASKRUN);
    if (made == -EINVAL) made = ::io_uring_queue_init(plan_.depth, &ring_, 0);  // before Linux 5.19
    if (made != 0)
      return fail(ErrorCode::kUnsupported, fmt::format("io_uring cannot be used: {}", errno_text(-made)),
                  "io_uring_queue_init", "allow io_uring to this process");
    has_ring_ = true;
    unsigned most[] = {plan_.jobs, 0};
    if (plan_.jobs > 1) ::io_uring_register_iowq_max_workers(&ring_, most);
    return {};
  }

  Result<void> read_all() {
    std::uint64_t done = 0;
    for (Read& read : reads_) begin_next(read);
    while (done < size_) {
      const int submitted = ::io_uring_submit_and_wait(&ring_, 1);
      if (submitted < 0 && submitted != -EINTR) return failed("wait for reads", -submitted);
      io_uring_cqe* ended = nullptr;
      while (::io_uring_peek_cqe(&ring_, &ended) == 0) {
        auto& read = *static_cast<Read*>(::io_uring_cqe_get_data(ended));
        const int got = ended->res;
        ::io_uring_cqe_seen(&ring_, ended);
        if (got <= 0) return failed("read", got == 0 ? EIO : -got);
        done += static_cast<std::uint64_t>(got);
        go_on(read, static_cast<std::uint64_t>(got));
      }
    }
    return {};
  }

 private:
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return plan_.block_bytes * plan_.depth; }

  [[nodiscard]] std::unexpected<Error> failed(std::string_view doing, int error) const {
    return std::unexpected(
        errno_error(doing, error, path_, "name a file that can be read so, and that nobody changes"));
  }

  void begin_next(Read& read) noexcept {
    if (next_ >= size_) return;
    read.offset = next_;
    read.got = 0;
    next_ += plan_.block_bytes;
    begin(read);
  }
  void go_on(Read& read, std::uint64_t got) noexcept {
    read.got += got;
    if (read.offset + read.got < std::min(read.offset + plan_.block_bytes, size_)) return begin(read);
    begin_next(read);
  }
  /// Asks for a whole block also at the file's end, as O_DIRECT wants it. There is an entry for each read.
  void begin(Read& read) noexcept {
    io_uring_sqe* const sqe = ::io_uring_get_sqe(&ring_);
    ::io_uring_prep_read(sqe, file_, read.into + read.got,
                         static_cast<unsigned>(plan_.block_bytes - read.got), read.offset + read.got);
    ::io_uring_sqe_set_data(sqe, &read);
    if (plan_.jobs > 1) sqe->flags |= IOSQE_ASYNC;
  }

  const std::string& path_;
  ReadPlan plan_;
  std::vector<Read> reads_;
  std::uint64_t size_ = 0;
  std::uint64_t next_ = 0;
  int file_ = -1;
  void* memory_ = MAP_FAILED;
  io_uring ring_{};
  bool has_ring_ = false;
};

}  // namespace

Result<ReadTime> read_alone(const std::string& path, const ReadPlan& plan) {
  if (plan.block_bytes == 0 || plan.block_bytes > kMostBlock || plan.depth == 0 || plan.depth > kMaxIoDepth ||
      plan.jobs == 0)
    return fail(
        ErrorCode::kOutOfRange,
        fmt::format("blocks of {} bytes, {} at once, {} jobs: blocks have 1 byte to 1 GiB, 1 to {} are read "
                    "at once, jobs are at least 1",
                    plan.block_bytes, plan.depth, plan.jobs, kMaxIoDepth),
        path, "ask for fewer or smaller blocks");
  Reader reader(path, plan);
  VYRE_CHECK(reader.open());
  const auto start = Clock::now();
  VYRE_CHECK(reader.read_all());
  return ReadTime{.bytes = reader.size(), .elapsed = Clock::now() - start};
}

}  // namespace vyre::stream
