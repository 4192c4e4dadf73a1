#include "session/io_service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>

#include <chrono>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

#include "base/signal_free_thread.hpp"
#include "ring/doorbell.hpp"

namespace vyre::session {

namespace {

/// How long the bell is silent before the service looks less often: a request waits so much longer then.
constexpr std::chrono::milliseconds kPatience{100};
constexpr std::chrono::microseconds kNap{20};
constexpr std::chrono::milliseconds kLongNap{1};

}  // namespace

/// Each file is opened once, however many resources are in it.
class IoService::Files {
 public:
  Files() = default;
  ~Files() {
    for (const auto& [path, descriptor] : by_path_) ::close(descriptor);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  Result<void> open(std::span<const ResourceFile> files) {
    std::map<std::filesystem::path, bool> writable;
    for (const auto& file : files) writable[file.path] |= file.writable;
    for (const auto& file : files) {
      auto& descriptor = by_path_.try_emplace(file.path, -1).first->second;
      if (descriptor < 0)
        descriptor = ::open(file.path.c_str(), (writable[file.path] ? O_RDWR : O_RDONLY) | O_CLOEXEC);
      if (descriptor < 0) {
        const int error = errno;
        by_path_.erase(file.path);
        return fail(
            ErrorCode::kFile,
            fmt::format("cannot open the resource's file: {}", std::generic_category().message(error)),
            file.path.string(),
            file.writable ? "name a file that may be written, or take 'writable' away"
                          : "name a file that may be read");
      }
      by_resource_.push_back(descriptor);
    }
    return {};
  }

  [[nodiscard]] int descriptor(std::uint32_t resource) const { return by_resource_.at(resource); }
  [[nodiscard]] std::size_t count() const noexcept { return by_resource_.size(); }

 private:
  std::map<std::filesystem::path, int> by_path_;
  std::vector<int> by_resource_;
};

Result<std::unique_ptr<IoService>> IoService::start(ring::Backend& backend,
                                                    std::span<const ResourceFile> files) {
  if (files.empty()) return nullptr;
  VYRE_TRY(auto queue, codec::IoQueue::view(backend.payload_memory().io_queue));
  auto opened = std::make_unique<Files>();
  VYRE_CHECK(opened->open(files));
  std::unique_ptr<IoService> service(new IoService(backend, queue, std::move(opened)));
  try {
    service->thread_ = signal_free_thread([self = service.get()] { self->run(); });
  } catch (const std::system_error& problem) {
    return fail(ErrorCode::kTooMany, fmt::format("no thread for the IO service: {}", problem.what()), "",
                "end other programs, or raise the limit of threads (ulimit -u)");
  }
  return service;
}

IoService::IoService(ring::Backend& backend, codec::IoQueue queue, std::unique_ptr<Files> files)
    : backend_(backend), memory_(backend.payload_memory()), queue_(queue), files_(std::move(files)) {}

IoService::~IoService() {
  stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

void IoService::run() {
  // The bell is in memory that the device writes; the interpreter's is an atomic counter.
  const std::atomic_ref bell(*memory_.io_bell);
  std::uint32_t heard = 0;
  auto heard_at = std::chrono::steady_clock::now();
  while (!stopping_.load(std::memory_order_relaxed)) {
    // Acquire: pairs with the release before the bell, in shaders/include/io.glsl.
    if (const std::uint32_t now = bell.load(std::memory_order_acquire); now != heard) {
      heard = now;
      heard_at = std::chrono::steady_clock::now();
      serve();
    } else {
      const bool silent = std::chrono::steady_clock::now() - heard_at > kPatience;
      silent ? std::this_thread::sleep_for(kLongNap) : std::this_thread::sleep_for(kNap);
    }
  }
}

void IoService::serve() {
  for (const auto& request : queue_.claim()) {
    answer(request.slot, transfer(request));
    backend_.notify();
  }
}

int IoService::transfer(const codec::IoRequest& request) {
  const bool reads = request.op == static_cast<std::uint32_t>(protocol::IoOp::kRead);
  if (!reads && request.op != static_cast<std::uint32_t>(protocol::IoOp::kWrite)) return EOPNOTSUPP;
  const std::uint32_t resource = reads ? request.src_handle : request.dst_handle;
  const std::uint64_t place = 4 * std::uint64_t{reads ? request.dst_handle : request.src_handle};
  // The kernel copies these from the table, but its memory is the workload's to damage.
  if (resource >= files_->count() || place > memory_.arena.size_bytes() ||
      request.byte_count > memory_.arena.size_bytes() - place)
    return EINVAL;
  auto* const bytes = reinterpret_cast<char*>(memory_.arena.data()) + place;
  const int file = files_->descriptor(resource);
  for (std::uint64_t done = 0; done < request.byte_count;) {
    const auto offset = static_cast<::off_t>(request.offset + done);
    const auto moved = reads ? ::pread(file, bytes + done, request.byte_count - done, offset)
                             : ::pwrite(file, bytes + done, request.byte_count - done, offset);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) return errno;
    if (moved == 0) return ENODATA;
    done += static_cast<std::uint64_t>(moved);
  }
  return 0;
}

void IoService::answer(std::uint32_t io, int error) {
  std::atomic_ref(memory_.io_table[io]).store(static_cast<std::uint32_t>(error), std::memory_order_relaxed);
  ring::store_fence(memory_.kind);  // bytes and errno are there before the answer
  static_cast<void>(queue_.complete(io, error == 0));
  answered_.fetch_add(1, std::memory_order_relaxed);
  ring::store_fence(memory_.kind);
}

}  // namespace vyre::session
