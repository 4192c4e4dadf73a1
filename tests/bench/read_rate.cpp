// read_rate FILE [--bs BYTES] [--depth N] [--jobs N] [--direct 0|1]
//
// How fast a file can be read by io_uring into host memory, and nothing more: what `vyre stream` is compared
// with where there is no fio. Like fio, it has `depth` reads of `bs` bytes out at once, each into a buffer of
// its own; with more than one job the system's threads carry them out. Prints JSON.
#include <fcntl.h>
#include <liburing.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

void require(bool good, const char* what, int error_number) {
  if (good) return;
  std::fprintf(stderr, "read_rate: %s: %s\n", what, std::strerror(error_number));
  std::exit(6);
}

/// One block on its way.
struct Read {
  std::uint64_t offset = 0;  ///< of the block, in the file
  std::uint64_t got = 0;     ///< bytes of it that have come
  char* into = nullptr;
};

class Reader {
 public:
  Reader(const char* path, std::uint64_t block, unsigned depth, unsigned jobs, bool direct)
      : block_(block), uses_workers_(jobs > 1), reads_(depth) {
    file_ = open(path, O_RDONLY | O_CLOEXEC | (direct ? O_DIRECT : 0));
    require(file_ >= 0, path, errno);
    struct stat about {};
    require(fstat(file_, &about) == 0, path, errno);
    size_ = static_cast<std::uint64_t>(about.st_size);
    void* memory = mmap(nullptr, block * depth, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    require(memory != MAP_FAILED, "mmap", errno);
    for (unsigned i = 0; i < depth; ++i) reads_[i].into = static_cast<char*>(memory) + block * i;
    int made = io_uring_queue_init(depth, &ring_, IORING_SETUP_COOP_TASKRUN);
    if (made == -EINVAL) made = io_uring_queue_init(depth, &ring_, 0);  // before Linux 5.19
    require(made == 0, "io_uring_queue_init", -made);
    unsigned most[] = {jobs, 0};
    if (uses_workers_) io_uring_register_iowq_max_workers(&ring_, most);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    io_uring_queue_exit(&ring_);
    close(file_);
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  void read_all() {
    std::uint64_t done = 0;
    for (Read& read : reads_) begin_next(read);
    while (done < size_) {
      const int submitted = io_uring_submit_and_wait(&ring_, 1);
      require(submitted >= 0 || submitted == -EINTR, "io_uring_submit_and_wait", -submitted);
      io_uring_cqe* ended = nullptr;
      while (io_uring_peek_cqe(&ring_, &ended) == 0) {
        auto& read = *static_cast<Read*>(io_uring_cqe_get_data(ended));
        const int got = ended->res;
        io_uring_cqe_seen(&ring_, ended);
        require(got > 0, "read", got == 0 ? EIO : -got);
        done += static_cast<std::uint64_t>(got);
        go_on(read, static_cast<std::uint64_t>(got));
      }
    }
  }

 private:
  void begin_next(Read& read) {
    if (next_ >= size_) return;
    read.offset = next_;
    read.got = 0;
    next_ += block_;
    begin(read);
  }
  void go_on(Read& read, std::uint64_t got) {
    read.got += got;
    if (read.offset + read.got < std::min(read.offset + block_, size_)) return begin(read);
    begin_next(read);
  }
  /// Asks for a whole block also at the file's end, as O_DIRECT wants it.
  void begin(Read& read) {
    io_uring_sqe* const sqe = io_uring_get_sqe(&ring_);
    require(sqe != nullptr, "io_uring_get_sqe", EBUSY);
    io_uring_prep_read(sqe, file_, read.into + read.got, static_cast<unsigned>(block_ - read.got),
                       read.offset + read.got);
    io_uring_sqe_set_data(sqe, &read);
    if (uses_workers_) sqe->flags |= IOSQE_ASYNC;
  }

  std::uint64_t block_;
  bool uses_workers_;
  std::vector<Read> reads_;
  std::uint64_t size_ = 0;
  std::uint64_t next_ = 0;
  int file_ = -1;
  io_uring ring_{};
};

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::uint64_t> options{
      {"--bs", 1U << 20}, {"--depth", 8}, {"--jobs", 1}, {"--direct", 0}};
  for (int i = 2; i < argc; i += 2) {
    if (i + 1 == argc || !options.contains(argv[i])) {
      std::fprintf(stderr, "read_rate: unknown option %s\n", argv[i]);
      return 2;
    }
    options[argv[i]] = std::strtoull(argv[i + 1], nullptr, 10);
  }
  const std::uint64_t block = options["--bs"], depth = options["--depth"];
  if (argc < 2 || block == 0 || block > 1U << 30 || depth == 0 || depth > 4096) {
    std::fprintf(stderr, "usage: read_rate FILE [--bs BYTES] [--depth N] [--jobs N] [--direct 0|1]\n");
    return 2;
  }
  Reader reader(argv[1], block, static_cast<unsigned>(depth), static_cast<unsigned>(options["--jobs"]),
                options["--direct"] != 0);
  const auto start = Clock::now();
  reader.read_all();
  const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
  std::printf("{\"bytes\": %llu, \"elapsed_ns\": %lld}\n", static_cast<unsigned long long>(reader.size()),
              static_cast<long long>(elapsed));
  return 0;
}
