#include "stream/plain_driver.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/signal_free_thread.hpp"
#include "stream/stream_error.hpp"
#include "vyre/stream/file_handle.hpp"

namespace vyre::stream {

namespace {

using std::chrono::nanoseconds;

class PlainDriver final : public IoDriver {
 public:
  PlainDriver(std::uint32_t depth, FileHandle stop) : depth_(depth), stop_(std::move(stop)) {}
  ~PlainDriver() override {
    {
      const std::scoped_lock lock(mutex_);
      closing_ = true;
    }
    work_.notify_all();
    for (auto& thread : threads_) thread.join();
  }
  PlainDriver(const PlainDriver&) = delete;
  PlainDriver& operator=(const PlainDriver&) = delete;

  void start(std::uint32_t threads) {
    for (std::uint32_t i = 0; i < threads; ++i) threads_.push_back(signal_free_thread([this] { run(); }));
  }
  [[nodiscard]] bool has_threads() const noexcept { return !threads_.empty(); }

  [[nodiscard]] std::string_view name() const noexcept override { return "pread"; }
  [[nodiscard]] std::uint32_t depth() const noexcept override { return depth_; }
  void submit(const IoRequest& request) override {
    {
      const std::scoped_lock lock(mutex_);
      queued_.push_back(request);
    }
    work_.notify_one();
  }
  Result<void> wait(std::vector<IoCompletion>& done, nanoseconds patience) override;
  void abandon(std::span<const std::uint64_t> tags) override;

 private:
  void run();
  [[nodiscard]] IoCompletion serve(const IoRequest& request) const;
  /// Waits until a read would not; 0, or the errno. abandon() ends it.
  [[nodiscard]] int await_readable(int descriptor) const;

  std::uint32_t depth_;
  FileHandle stop_;  ///< an eventfd that abandon() raises
  std::mutex mutex_;
  std::condition_variable work_, ended_;
  std::deque<IoRequest> queued_;
  std::vector<IoCompletion> done_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

int PlainDriver::await_readable(int descriptor) const {
  std::array<::pollfd, 2> files{{{descriptor, POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  if (::poll(files.data(), files.size(), -1) < 0) return errno;
  return files[1].revents != 0 ? ECANCELED : 0;
}

IoCompletion PlainDriver::serve(const IoRequest& request) const {
  const bool sequential = request.offset == kSequential;
  const int descriptor = request.file.descriptor;
  // A thread that hangs in read() could not be called back.
  if (request.kind == IoKind::kWaitReadable || (request.kind == IoKind::kRead && sequential))
    if (const int error = await_readable(descriptor); error != 0 || request.kind == IoKind::kWaitReadable)
      return {.tag = request.tag, .bytes = 0, .error_number = error};
  void* const memory = request.memory.data();
  const std::size_t size = request.memory.size();
  const auto offset = static_cast<off_t>(request.offset);
  ssize_t count = 0;
  if (request.kind == IoKind::kRead)
    count = sequential ? ::read(descriptor, memory, size) : ::pread(descriptor, memory, size, offset);
  else
    count = sequential ? ::write(descriptor, memory, size) : ::pwrite(descriptor, memory, size, offset);
  if (count < 0) return {.tag = request.tag, .bytes = 0, .error_number = errno};
  return {.tag = request.tag, .bytes = static_cast<std::size_t>(count), .error_number = 0};
}

void PlainDriver::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return closing_ || !queued_.empty(); });
    if (queued_.empty()) return;
    const IoRequest request = queued_.front();
    queued_.pop_front();
    lock.unlock();
    const IoCompletion completion = serve(request);
    lock.lock();
    done_.push_back(completion);
    ended_.notify_one();
  }
}

Result<void> PlainDriver::wait(std::vector<IoCompletion>& done, nanoseconds patience) {
  std::unique_lock lock(mutex_);
  const auto some = [this] { return !done_.empty(); };
  if (patience == nanoseconds::max())
    ended_.wait(lock, some);
  else if (patience > nanoseconds{0})
    ended_.wait_for(lock, patience, some);
  done.insert(done.end(), done_.begin(), done_.end());
  done_.clear();
  return {};
}

void PlainDriver::abandon(std::span<const std::uint64_t>) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
  const std::scoped_lock lock(mutex_);
  for (const IoRequest& request : queued_)
    done_.push_back({.tag = request.tag, .bytes = 0, .error_number = ECANCELED});
  queued_.clear();
}

}  // namespace

Result<std::unique_ptr<IoDriver>> open_plain_driver(std::uint32_t depth, std::uint32_t threads) {
  FileHandle stop(::eventfd(0, EFD_CLOEXEC));
  if (stop.get() < 0)
    return std::unexpected(
        errno_error("make an eventfd", errno, "eventfd", "allow more open files (ulimit -n)"));
  auto driver = std::make_unique<PlainDriver>(depth, std::move(stop));
  try {
    driver->start(threads);
  } catch (const std::system_error& error) {
    // Fewer threads than asked for are slower, none is the end.
    if (!driver->has_threads())
      return std::unexpected(errno_error("start a thread", error.code().value(), "pthread_create",
                                         "allow more processes (ulimit -u)"));
  }
  return driver;
}

}  // namespace vyre::stream
