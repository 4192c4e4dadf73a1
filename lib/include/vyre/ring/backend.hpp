/// Backend: whatever drains a ring. Two implementations: the Vulkan megakernel and the reference
/// interpreter. The session and the command line know only this.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/ring/consumer.hpp"
#include "vyre/ring/device_trace.hpp"
#include "vyre/ring/operation_set.hpp"
#include "vyre/ring/payload_copier.hpp"
#include "vyre/ring/payload_memory.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace vyre::ring {

/// Sizes and rules of the buffers a backend makes.
struct BackendConfig {
  std::uint32_t slot_count = 64;
  std::uint32_t observable_count = 64;
  std::uint32_t tenant_count = 1;  ///< tenants 0..n-1 authorised at the start, as encoders do
  std::uint32_t debug_records = protocol::kDebugDefaultRecords;
  Scheduler scheduler = Scheduler::kSlot;
  /// Parts of the ring that threads publish into without sharing a lock, 1 to min(kMaxQueues, slot_count);
  /// the priority scheduler takes no notice of it.
  std::uint32_t shards = 1;
  std::uint32_t first_entry = 0;  ///< number of each queue's first entry, for tests of its way past 2^32
  /// What will be published. Any other built-in operation may FAULT as unknown.
  OperationSet operations{};
  bool open_protection = false;              ///< true: any tenant may write any word, as in 0.6.2
  std::span<const std::uint32_t> dfa_table;  ///< copied; states * 256 words, may be empty
  std::uint32_t arena_words = 0;             ///< memory for payload, see Backend::payload_memory()
  std::vector<Resource> resources{};         ///< copied; what LOAD_MISS may ask for, by number
  /// Copied; what SCAN walks, as scan::encode_for_kernel() makes it. May be empty.
  std::span<const std::uint32_t> scan_tables{};
  std::uint32_t result_words = 0;  ///< see Backend::result_memory(); at most 2^31 - 1
  bool trace = false;  ///< keep when each slot was claimed and finished, see Backend::device_trace()
};

/// Life: made ready to run; notify() after each publication; stop() once; destroyed.
/// Thread: what Consumer promises from any thread; the others from one thread at a time.
class Backend : public Consumer {
 public:
  /// "vulkan" or "reference".
  [[nodiscard]] virtual std::string name() const = 0;
  /// What runs the work: a device's name, or the interpreter.
  [[nodiscard]] virtual std::string device_name() const = 0;

  /// The memory to publish into; valid as long as the backend.
  [[nodiscard]] virtual RingMemory ring_memory() noexcept = 0;

  /// A few words on what the kernel is doing, for stall reports ("not resident: 3 slices ran").
  [[nodiscard]] virtual std::string residency_text() = 0;

  /// Copies `out.size()` control words from `first`. Consistent only while nothing runs.
  /// Errors: kOutOfRange.
  [[nodiscard]] virtual Result<void> read_control(std::uint32_t first, std::span<std::uint32_t> out) = 0;
  /// Stores one control word and makes it visible to the running kernel. Errors: kOutOfRange.
  [[nodiscard]] virtual Result<void> write_control(std::uint32_t word, std::uint32_t value) = 0;
  [[nodiscard]] virtual std::uint32_t control_words() const noexcept = 0;
  /// Copies the whole ring; slow on a discrete device.
  [[nodiscard]] virtual Result<void> read_ring(std::span<std::uint32_t> out) = 0;
  /// Copies the debug log: 1 + 4 * debug_records words.
  [[nodiscard]] virtual Result<void> read_debug_log(std::span<std::uint32_t> out) = 0;
  [[nodiscard]] virtual std::uint32_t debug_log_words() const noexcept = 0;

  /// Arena and IO queue; valid as long as the backend. All zero at the start, but for the table of resources.
  [[nodiscard]] virtual PayloadMemory payload_memory() noexcept = 0;
  /// Copies `out.size()` arena words from `first`; slow on a discrete device. Consistent only while nothing
  /// runs. Errors: kOutOfRange.
  [[nodiscard]] virtual Result<void> read_arena(std::uint32_t first, std::span<std::uint32_t> out) = 0;

  /// Memory that scans write what they find into, if they are told to: cheap to read for the host, also on a
  /// discrete device; vyre/ring/result_memory.hpp says how. Zero at the start; valid as long as the backend.
  [[nodiscard]] virtual std::span<std::uint32_t> result_memory() noexcept = 0;

  /// A way to bring bytes into the arena beside the running kernel, through `staging_bytes` of host memory.
  /// Errors: kTooMany (no memory), kDevice.
  [[nodiscard]] virtual Result<std::unique_ptr<PayloadCopier>> open_copier(std::uint64_t staging_bytes) = 0;

  /// What is kept for a timeline; null unless BackendConfig::trace asked for it. Valid as long as the
  /// backend.
  [[nodiscard]] virtual DeviceTrace* device_trace() noexcept { return nullptr; }

  /// Sets SHUTDOWN, waits until the kernel has left (at most a few seconds), and leaves the memory
  /// readable. Errors: kTimeout, kDeviceLost. Calling it again does nothing.
  [[nodiscard]] virtual Result<void> stop() = 0;
};

}  // namespace vyre::ring
