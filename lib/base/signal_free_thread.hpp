/// signal_free_thread(): a thread that no signal is delivered to. Signals belong to the threads that know
/// what to do about them.
#pragma once

#include <pthread.h>
#include <csignal>

#include <thread>
#include <utility>

namespace vyre {

/// Throws: std::system_error (no more threads).
template <class Function>
[[nodiscard]] std::thread signal_free_thread(Function&& function) {
  // A new thread has the mask of its maker.
  class AllBlocked {
   public:
    AllBlocked() {
      ::sigset_t all;
      sigfillset(&all);
      ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~AllBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    AllBlocked(const AllBlocked&) = delete;
    AllBlocked& operator=(const AllBlocked&) = delete;

   private:
    ::sigset_t before_;
  } const all_blocked;
  return std::thread(std::forward<Function>(function));
}

}  // namespace vyre
