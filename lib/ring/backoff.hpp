/// Backoff: how a host thread waits for device memory to change. First it spins, which answers within
/// a microsecond, then it yields, since a CPU device's kernel may need this very core, then it sleeps.
#pragma once

#include <chrono>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace vyre::ring {

/// Lets the core's other thread run for a moment; some 50 ns.
inline void pause_briefly() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

class Backoff {
 public:
  void reset() noexcept { *this = {}; }

  void pause() noexcept {
    ++rounds_;
    if (rounds_ <= kSpins) {
      pause_briefly();
    } else if (!sleeps_) {
      // By the clock: on a busy machine one yield may cost a time slice of every other thread.
      const auto now = std::chrono::steady_clock::now();
      if (rounds_ == kSpins + 1) yields_until_ = now + kYielding;
      sleeps_ = now >= yields_until_;
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(kSleep);
    }
  }

  /// True once the waiting is long enough that slow questions (health, deadlines) cost nothing.
  [[nodiscard]] bool is_slow() const noexcept { return rounds_ > kSpins && rounds_ % 64 == 0; }
  [[nodiscard]] bool is_sleeping() const noexcept { return sleeps_; }

 private:
  static constexpr unsigned kSpins = 400;  // about 10 us
  static constexpr std::chrono::milliseconds kYielding{1};
  static constexpr std::chrono::microseconds kSleep{50};
  unsigned rounds_ = 0;
  bool sleeps_ = false;
  std::chrono::steady_clock::time_point yields_until_;
};

}  // namespace vyre::ring
