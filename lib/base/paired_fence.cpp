#include "base/paired_fence.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace vyre::base {

namespace {
long membarrier(int command) noexcept { return syscall(SYS_membarrier, command, 0U, 0); }
}  // namespace

bool detail::has_membarrier() noexcept {
  static const bool has = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  return has;
}

void detail::full_fence() noexcept {
  static std::atomic<std::uint32_t> word{0};
  word.fetch_add(1, std::memory_order_seq_cst);
}

void heavy_fence() noexcept {
  if (!detail::has_membarrier() || membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0) detail::full_fence();
}

}  // namespace vyre::base
