/// Reading what slots leave in result memory (Backend::result_memory()).
///
/// A slot's completion may arrive before the last of its results: on a discrete device both are written into
/// host memory, and what orders them for the device does not order them on their way there (seen on an H100:
/// one scan in some hundreds, where its results went to pages that were new). So each word is set to
/// kNoResultYet before the slot that writes it is published, and awaited afterwards. No result is that
/// number.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace vyre::ring {

inline constexpr std::uint32_t kNoResultYet = 0xFFFF'FFFF;
/// Far longer than any word is on its way.
inline constexpr std::chrono::seconds kResultPatience{1};

/// The word that a slot, which is DONE, has written, and kNoResultYet in its place for the next one. Waits
/// for it; kNoResultYet: nothing came within kResultPatience.
[[nodiscard]] inline std::uint32_t take_result(std::uint32_t& word) noexcept {
  const std::atomic_ref result(word);
  std::uint32_t value = result.load(std::memory_order_relaxed);
  if (value == kNoResultYet) {
    const auto until = std::chrono::steady_clock::now() + kResultPatience;
    while (value == kNoResultYet && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
      value = result.load(std::memory_order_relaxed);
    }
  }
  result.store(kNoResultYet, std::memory_order_relaxed);
  return value;
}

}  // namespace vyre::ring
