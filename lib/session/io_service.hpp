/// IoService: answers the kernel's requests for bytes (LOAD_MISS) from the files of its resources.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/codec/io_queue.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::session {

/// The file that a resource is a range of; by the resource's number.
struct ResourceFile {
  std::filesystem::path path;
  bool writable = false;
};

/// Has a thread of its own from start() to its end. A request that fails is answered with its errno and ends
/// in a fault of its slot; a range that its file does not fill fails with ENODATA.
class IoService {
 public:
  /// Opens the files. Without resources there is nothing to serve, and the pointer is null.
  /// Owner: refers to the backend, which must outlive the service. Errors: kFile (names the file).
  [[nodiscard]] static Result<std::unique_ptr<IoService>> start(ring::Backend& backend,
                                                                std::span<const ResourceFile> files);
  /// Answers what was claimed, and ends the thread.
  ~IoService();
  /// Requests that were answered so far. Thread: any.
  [[nodiscard]] std::uint64_t answered() const noexcept { return answered_.load(std::memory_order_relaxed); }
  IoService(const IoService&) = delete;
  IoService& operator=(const IoService&) = delete;

 private:
  class Files;
  IoService(ring::Backend& backend, codec::IoQueue queue, std::unique_ptr<Files> files);
  void run();
  void serve();
  [[nodiscard]] int transfer(const codec::IoRequest& request);
  void answer(std::uint32_t io, int error);

  ring::Backend& backend_;
  ring::PayloadMemory memory_;
  codec::IoQueue queue_;
  std::unique_ptr<Files> files_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> answered_ = 0;
  std::thread thread_;
};

}  // namespace vyre::session
