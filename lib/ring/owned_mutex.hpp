/// OwnedMutex: a mutex for what one thread uses nearly always. That thread, the owner, locks it by a store
/// and a load and unlocks it by a store. A locked instruction, of which a std::mutex takes two, would wait
/// until every line that is on its way to the device has arrived, longer than it takes to publish a batch.
/// Other threads pay for it: some microseconds each time, unless they come so often that the mutex becomes a
/// common one.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/paired_fence.hpp"

namespace vyre::ring {

/// A Lockable for std::lock_guard and std::unique_lock.
class OwnedMutex {
 public:
  /// Makes the calling thread the owner if there is none yet. Thread: any.
  void own() noexcept {
    const void* nobody = nullptr;
    if (owner_.load(std::memory_order_relaxed) == nullptr)
      owner_.compare_exchange_strong(nobody, this_thread(), std::memory_order_relaxed);
  }

  void lock() noexcept {
    if (owner_.load(std::memory_order_relaxed) != this_thread()) {
      lock_out_owner();
      return;
    }
    owner_is_in_.store(true, std::memory_order_relaxed);
    base::light_fence();
    if (!is_common_.load(std::memory_order_acquire)) [[likely]] {
      ++owner_locks_;
      return;
    }
    owner_is_in_.store(false, std::memory_order_release);
    mutex_.lock();
  }

  void unlock() noexcept {
    // Only the owner sets it, and only while it does not hold mutex_.
    if (owner_.load(std::memory_order_relaxed) == this_thread() &&
        owner_is_in_.load(std::memory_order_relaxed)) {
      owner_is_in_.store(false, std::memory_order_release);
      return;
    }
    if (!stays_common_) is_common_.store(false, std::memory_order_release);
    mutex_.unlock();
  }

  /// Whether the owner too locks it as any other thread does, from now on.
  [[nodiscard]] bool stays_common() noexcept {
    const std::lock_guard lock(mutex_);
    return stays_common_;
  }

 private:
  /// Visits of others, between which the owner came by fewer than kOwnerLocks times, until there is no owner
  /// any more.
  static constexpr std::uint32_t kMostVisits = 16;
  static constexpr std::uint64_t kOwnerLocks = 64;

  static const void* this_thread() noexcept {
    thread_local const char here = 0;
    return &here;
  }

  void lock_out_owner() noexcept {
    mutex_.lock();
    if (stays_common_) return;
    is_common_.store(true, std::memory_order_relaxed);
    base::heavy_fence();  // pairs with lock(): the owner sees that, or we see that it is in
    while (owner_is_in_.load(std::memory_order_acquire)) std::this_thread::yield();
    const bool is_owned = owner_.load(std::memory_order_relaxed) != nullptr;
    visits_ = is_owned && owner_locks_ - owner_locks_seen_ < kOwnerLocks ? visits_ + 1 : 0;
    owner_locks_seen_ = owner_locks_;
    stays_common_ = visits_ >= kMostVisits;
  }

  std::atomic<const void*> owner_{nullptr};
  std::atomic<bool> owner_is_in_{false};
  std::atomic<bool> is_common_{false};  ///< mutex_ decides
  std::uint64_t owner_locks_ = 0;       ///< of the owner alone; read by who has locked it out
  std::mutex mutex_;
  // Guarded by mutex_.
  bool stays_common_ = false;
  std::uint32_t visits_ = 0;
  std::uint64_t owner_locks_seen_ = 0;
};

}  // namespace vyre::ring
