/// TransferQueue: copies between buffers on one queue, several under way at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "gpu/device.hpp"
#include "gpu/vulkan.hpp"
#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// Bytes; both buffers are usable by the queue's family. 0 bytes is a copy like any other.
struct BufferCopy {
  vk::Buffer from{};
  std::uint64_t from_offset = 0;
  vk::Buffer to{};
  std::uint64_t to_offset = 0;
  std::uint64_t bytes = 0;
};

/// Copies are numbered 1, 2, ...; each begins when the one before has ended, so that they may overlap in
/// memory. Thread: one; several objects share a queue, from any threads.
class TransferQueue {
 public:
  static constexpr std::uint32_t kMostOut = 64;
  /// A copy that takes longer never ends: the slowest ones seen brought 1.4 GB/s.
  static constexpr std::chrono::seconds kHangAfter{20};

  /// Throws what vk::raii throws; callers guard. Both outlive it.
  TransferQueue(const Device& device, SharedQueue& queue, std::uint32_t most_out = kMostOut);
  TransferQueue(const TransferQueue&) = delete;
  TransferQueue& operator=(const TransferQueue&) = delete;
  /// As finish(); what a hung queue may still use is leaked.
  ~TransferQueue();

  /// Begins a copy and returns its number; with `most_out` of them out it waits for the oldest.
  /// Errors: kDevice, kDeviceLost (also: the oldest never ends).
  [[nodiscard]] Result<std::uint64_t> submit(const BufferCopy& copy);

  /// The number of the last copy that has ended, 0 if none. Waits at most `patience` for number `awaited`, or
  /// for the last one if there are not that many. What it copied is there for the device and for the host.
  /// Errors: kDeviceLost, kDevice.
  [[nodiscard]] Result<std::uint64_t> ended(std::uint64_t awaited, std::chrono::nanoseconds patience);

  /// Waits until copy `number` has ended. Errors: as ended(); kDeviceLost when it never does.
  [[nodiscard]] Result<void> wait_for(std::uint64_t number);

  /// Waits for all that are out. False: they never end, and nothing that they use may be freed.
  [[nodiscard]] bool finish() noexcept;

 private:
  struct Objects {
    vk::raii::CommandPool pool{nullptr};
    std::vector<vk::raii::CommandBuffer> commands;  ///< copy n is in n % size()
    vk::raii::Semaphore timeline{nullptr};          ///< the number of the last copy that has ended
  };

  const Device& device_;
  SharedQueue& queue_;
  std::unique_ptr<Objects> objects_;
  std::uint64_t submitted_ = 0;
  std::uint64_t ended_ = 0;  ///< as far as we know
};

}  // namespace vyre::gpu
