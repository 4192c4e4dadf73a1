/// Residency: keeps bounded slices of the kernel queued while there is work, sleeps when there is none.
///
/// When a slice has ended, another is needed if that one ended for want of fuel (its report says so), if it
/// was asked to leave since it had lasted long enough, or if notify() was called since it was submitted,
/// since it may have looked too early. Two slices are queued at a time, so that the device goes from one to
/// the next without the host.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "gpu/device.hpp"
#include "gpu/pipeline.hpp"
#include "gpu/vulkan.hpp"
#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// How long a slice may last before the device is taken for hung; far above any real slice. A CPU device
/// compiles the kernel within its first slice and shares its cores, so that it gets much longer.
inline constexpr std::chrono::seconds kGpuSliceTimeout{30};
inline constexpr std::chrono::seconds kCpuSliceTimeout{600};

class SliceFeed;

struct SliceShape {
  std::uint32_t workgroups = 1;
  std::uint32_t max_passes = 1;
  std::uint32_t max_back_edges = 0;
  std::uint32_t idle_passes = 1;
  /// After so long a slice is asked to leave, since drivers end long dispatches; 0: never.
  std::chrono::milliseconds longest{0};
  std::chrono::seconds timeout = kGpuSliceTimeout;
};

/// Phases: made (asleep); notify() wakes it; stop() ends the thread; destroyed.
class Residency {
 public:
  /// `shutdown_word` is control word SHUTDOWN, `leave_word` kStateLeaveWord, `report` the slice report. All
  /// outlive the object.
  /// Throws what vk::raii throws; callers guard.
  /// `feed` hears of each slice; may be null.
  Residency(const Device& device, const Pipeline& pipeline, const SliceShape& shape,
            std::uint32_t* shutdown_word, std::uint32_t* leave_word, std::span<std::uint32_t> report,
            SliceFeed* feed = nullptr);
  ~Residency();
  Residency(const Residency&) = delete;
  Residency& operator=(const Residency&) = delete;

  /// Work was published or a control word changed. Thread: any. A few nanoseconds while awake.
  void notify() noexcept;
  [[nodiscard]] Result<void> health();
  [[nodiscard]] bool has_shut_down() const noexcept { return shut_down_.load(std::memory_order_acquire); }
  [[nodiscard]] std::string text() const;

  /// Waits until the slices in flight have ended and ends the thread. The caller has set SHUTDOWN, or the
  /// slices end when idle. Errors: what made the thread give up.
  [[nodiscard]] Result<void> stop();
  /// Whether slices may still be running on the device, so that its memory must not be freed.
  [[nodiscard]] bool is_hung() const noexcept { return hung_.load(); }

 private:
  static constexpr std::uint32_t kQueuedSlices = 2;

  struct Submitted {
    std::uint64_t number;  ///< also the timeline's value at its end
    std::chrono::steady_clock::time_point submitted;
  };

  void run() noexcept;
  void sleep_until_notified();
  [[nodiscard]] bool must_go_on(const Submitted& slice) const noexcept;
  void ask_to_leave(const Submitted& slice) noexcept;
  void submit();
  [[nodiscard]] Result<void> wait_for(const Submitted& slice);
  void record(const vk::raii::CommandBuffer& commands, std::uint64_t number);
  void give_up(Error error) noexcept;

  const Device& device_;
  const Pipeline& pipeline_;
  SliceShape shape_;
  std::uint32_t* shutdown_word_;
  std::uint32_t* leave_word_;
  std::span<std::uint32_t> report_;
  SliceFeed* feed_;

  vk::raii::Semaphore timeline_{nullptr};
  vk::raii::CommandPool pool_{nullptr};
  std::array<std::optional<vk::raii::CommandBuffer>, kQueuedSlices> commands_;
  std::deque<Submitted> queued_;  ///< of the thread
  std::uint64_t next_number_ = 1;
  std::uint64_t asked_ = 0;  ///< the slice that was asked to leave last

  std::atomic<bool> is_notified_{false};  ///< since the last slice was submitted
  std::atomic<std::uint64_t> finished_{0};
  std::atomic<bool> asleep_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> shut_down_{false};
  std::atomic<bool> failed_{false};
  std::atomic<bool> hung_{false};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<Error> error_;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace vyre::gpu
