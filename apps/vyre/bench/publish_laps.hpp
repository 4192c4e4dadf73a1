/// One or several threads that publish work as fast as they can.
#pragma once

#include <chrono>
#include <cstdint>

#include "bench/mixed_work.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::cli::bench {

/// Publishes all of the work `laps` times, dealt out evenly to `threads` threads, and waits until every slot
/// is finished; how long that took from the first publication on. The threads stand ready before. Errors:
/// those of Publisher::publish and wait_all; kInterrupted.
[[nodiscard]] Result<std::chrono::duration<double>> publish_laps(ring::Publisher& publisher,
                                                                 const MixedWork& work, std::uint64_t laps,
                                                                 std::uint32_t threads);

}  // namespace vyre::cli::bench
