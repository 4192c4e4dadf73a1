/// The pump: plays a stream step. Files are read into chunks, chunks come into the arena, slots that work on
/// them are published, and what those leave is told; all at once, in bounded memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "session/stream_retirements.hpp"
#include "trace/tracer.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/stream.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// What a step is played with. Refers to all of it.
struct StreamContext {
  const workload::Workload& workload;
  ring::Backend& backend;  ///< made for config_for(workload)
  ring::Consumer& consumer;
  ring::Publisher& publisher;
  StreamRetirements& retirements;  ///< one of the publisher's listeners
  trace::Tracer* tracer = nullptr;
  StreamListener* listener = nullptr;
  std::chrono::nanoseconds timeout{};  ///< of waiting for the kernel or a copy while nothing else moves
};

/// The first window of a run's streams, far from those that workloads number themselves.
inline constexpr std::uint32_t kFirstStreamWindow = 0x8000'0000;

/// Plays one step to its end: every file was read or has failed, every slot is finished, the listener was
/// told everything. A file that fails, or a slot that faults, does not end it; the report says so. `window`:
/// the number of the step's first window, then of the next step's. `report`: also after an error. A scan
/// reads in order whatever the step says, since its state goes from piece to piece. Errors: kOutOfRange (the
/// backend was made for less, the ring is too small, a depth beyond the engine's), kTimeout, kShutDown, the
/// consumer's (kInterrupted), those of the engine and the copier. Nothing is read after one, and no copy is
/// out; slots may be. Thread: one.
[[nodiscard]] Result<void> play_stream(const workload::StreamStep& step, workload::LoopValues loops,
                                       std::optional<protocol::Priority> priority,
                                       const StreamContext& context, std::uint32_t& window,
                                       StreamReport& report);

}  // namespace vyre::session
