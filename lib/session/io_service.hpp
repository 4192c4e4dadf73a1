/// IoService: answers the kernel's requests for bytes (LOAD_MISS) from the files of its resources.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "session/resource_files.hpp"
#include "vyre/base/error.hpp"
#include "vyre/codec/io_queue.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::session {

/// Has a thread of its own from start() to its end, which keeps as many requests in flight as the engine has
/// depth and answers each as it ends, in whatever order. A request that fails is answered with its errno and
/// ends in a fault of its slot; a range that its file does not fill fails with ENODATA.
class IoService {
 public:
  /// Opens the files. Without resources there is nothing to serve, and the pointer is null. `engine` has
  /// nothing in flight and no memory registered; without one io_uring reads where it works, else pread.
  /// Owner: refers to the backend, which must outlive the service.
  /// Errors: kFile (names the file), kTooMany (no thread), those of IoEngine::open().
  [[nodiscard]] static Result<std::unique_ptr<IoService>> start(
      ring::Backend& backend, std::span<const ResourceFile> files,
      std::optional<stream::IoEngine> engine = std::nullopt);
  /// Answers what was claimed, and ends the thread.
  ~IoService();
  /// Requests that were answered so far. Thread: any.
  [[nodiscard]] std::uint64_t answered() const noexcept { return answered_.load(std::memory_order_relaxed); }
  /// What reads slower here than it could, and why: for people. Thread: any.
  [[nodiscard]] std::vector<std::string> notes() const;
  IoService(const IoService&) = delete;
  IoService& operator=(const IoService&) = delete;

 private:
  struct Answer {
    std::uint32_t io = 0;  ///< slot of the IO queue
    int error_number = 0;
  };
  IoService(ring::Backend& backend, codec::IoQueue queue, ResourceFiles files, stream::IoEngine engine);
  void run();
  void claim();
  void submit();
  void collect(std::chrono::nanoseconds patience);
  void recover(const Error& error);
  [[nodiscard]] int problem_with(const codec::IoRequest& request) const;
  [[nodiscard]] stream::IoRequest transfer_of(const codec::IoRequest& request) const;
  void answer(std::span<const Answer> answers);

  ring::Backend& backend_;
  ring::PayloadMemory memory_;
  codec::IoQueue queue_;
  ResourceFiles files_;
  // Of the thread, while it runs:
  std::optional<stream::IoEngine> engine_;  ///< none: nothing can be read any more
  std::array<std::optional<codec::IoRequest>, protocol::kIoMaxSlots> claimed_;  ///< and not answered
  std::deque<std::uint32_t> unsubmitted_;                                       ///< of them
  std::uint32_t unanswered_ = 0;
  std::vector<stream::IoCompletion> completions_;
  std::vector<Answer> answers_;

  mutable std::mutex notes_mutex_;
  std::vector<std::string> notes_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> answered_ = 0;
  std::thread thread_;
};

}  // namespace vyre::session
