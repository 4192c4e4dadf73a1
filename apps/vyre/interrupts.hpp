/// SIGINT and SIGTERM as a flag that the library polls.
#pragma once

#include <atomic>

#include "exit_code.hpp"
#include "vyre/base/error.hpp"

namespace vyre::cli {

/// The first SIGINT or SIGTERM sets the flag, a later one ends the process (one that follows within
/// 0.3 s counts as the same). A signal that the caller had ignored stays ignored.
void catch_interrupts() noexcept;

/// The flag; never reset.
[[nodiscard]] const std::atomic<bool>& interrupted() noexcept;

/// Fails with kInterrupted once the flag is set: for loops that take long.
[[nodiscard]] Result<void> go_on_unless_interrupted();

/// kInterrupted or kTerminated, by the signal that came.
[[nodiscard]] ExitCode interrupt_exit_code() noexcept;

}  // namespace vyre::cli
