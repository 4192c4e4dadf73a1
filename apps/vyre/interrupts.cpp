#include "interrupts.hpp"

#include <csignal>

namespace vyre::cli {
namespace {

std::atomic<bool> interrupted_flag{false};
std::atomic<int> caught_signal{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may use nothing else");

void on_signal(int number) {
  caught_signal.store(number, std::memory_order_relaxed);
  interrupted_flag.store(true, std::memory_order_release);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

void install(int number) {
  struct sigaction action {};
  if (sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void catch_interrupts() noexcept {
  install(SIGINT);
  install(SIGTERM);
}

const std::atomic<bool>& interrupted() noexcept { return interrupted_flag; }

ExitCode interrupt_exit_code() noexcept {
  return caught_signal.load(std::memory_order_relaxed) == SIGTERM ? ExitCode::kTerminated
                                                                  : ExitCode::kInterrupted;
}

}  // namespace vyre::cli
