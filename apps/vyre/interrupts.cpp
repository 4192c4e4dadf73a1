#include "interrupts.hpp"

#include <csignal>
#include <cstdint>
#include <ctime>

namespace vyre::cli {
namespace {

std::atomic<bool> interrupted_flag{false};
std::atomic<int> caught_signal{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may use nothing else");

/// One key press may arrive more than once: from the terminal and again from a parent that passes it on.
constexpr std::int64_t kOnePressNs = 300'000'000;
std::atomic<std::int64_t> first_signal_ns{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void on_signal(int number) {
  if (interrupted_flag.load(std::memory_order_relaxed)) {
    if (now_ns() - first_signal_ns.load(std::memory_order_relaxed) < kOnePressNs) return;
    std::signal(number, SIG_DFL);
    std::raise(number);  // comes through when this handler returns
    return;
  }
  first_signal_ns.store(now_ns(), std::memory_order_relaxed);
  caught_signal.store(number, std::memory_order_relaxed);
  interrupted_flag.store(true, std::memory_order_release);
}

void install(int number) {
  struct sigaction action {};
  if (sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = on_signal;
  // Neither handler may run inside the other.
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(number, &action, nullptr);
}

}  // namespace

void catch_interrupts() noexcept {
  install(SIGINT);
  install(SIGTERM);
}

const std::atomic<bool>& interrupted() noexcept { return interrupted_flag; }

Result<void> go_on_unless_interrupted() {
  if (interrupted_flag.load(std::memory_order_relaxed))
    return fail(ErrorCode::kInterrupted, "interrupted", "", "");
  return {};
}

ExitCode interrupt_exit_code() noexcept {
  return caught_signal.load(std::memory_order_relaxed) == SIGTERM ? ExitCode::kTerminated
                                                                  : ExitCode::kInterrupted;
}

}  // namespace vyre::cli
