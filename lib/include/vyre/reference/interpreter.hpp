/// Interpreter: drains a ring on the calling thread, one slot after the other, plain and slow.
/// It is the judge of the GPU kernel: same statuses, completions, counters, faults and debug records.
///
/// Two ways to find work: with doorbells it takes what the publisher announces, as the kernel does; without
/// (an empty span) it looks at the slots in index order, so that any ring can be interpreted.
/// Source: vyre-protocol(7).
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <span>

#include "vyre/base/error.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace vyre::reference {

/// What a custom operation sees of the machine: the C++ twin of the functions that GLSL handlers call.
/// An access that is not allowed faults the slot and does nothing (a load gives 0); the operation goes
/// on until it returns, and the last fault stands. Valid during the call only.
class VYRE_API Context {
 public:
  virtual ~Context() = default;

  [[nodiscard]] virtual std::uint32_t slot() const noexcept = 0;
  [[nodiscard]] virtual std::uint32_t tenant() const noexcept = 0;
  [[nodiscard]] virtual std::uint32_t opcode() const noexcept = 0;
  /// Argument `index`, 0 past the slot's 12 words.
  [[nodiscard]] virtual std::uint32_t arg(std::uint32_t index) const noexcept = 0;

  /// Control words: an index beyond the buffer faults (word_out_of_range), a write to words 0-159 by a
  /// tenant other than 0 under strict protection too (protected_word). atomic_add returns the old value.
  virtual std::uint32_t load(std::uint32_t word) = 0;
  virtual void store(std::uint32_t word, std::uint32_t value) = 0;
  virtual std::uint32_t atomic_add(std::uint32_t word, std::uint32_t value) = 0;

  /// Observables: one that does not exist faults (no_observable).
  virtual std::uint32_t load_observable(std::uint32_t index) = 0;
  virtual void store_observable(std::uint32_t index, std::uint32_t value) = 0;
  virtual std::uint32_t atomic_add_observable(std::uint32_t index, std::uint32_t value) = 0;

  /// The arena: a word beyond it faults (arena_out_of_range).
  [[nodiscard]] virtual std::uint32_t arena_words() const noexcept = 0;
  virtual std::uint32_t load_arena(std::uint32_t word) = 0;
  virtual void store_arena(std::uint32_t word, std::uint32_t value) = 0;

  /// Appends {format, a, b, slot * 16} to the debug log, if it fits.
  virtual void printf(std::uint32_t format, std::uint32_t a, std::uint32_t b) = 0;

  /// The slot ends as FAULT, reason `handler`, with `code` as the detail. Return after it.
  virtual void fault(std::uint32_t code) = 0;
  [[nodiscard]] virtual bool faulted() const noexcept = 0;
};

/// A custom opcode's effect. One that throws faults its slot (reason `handler`, detail 0).
using CustomOperation = std::function<void(Context&)>;
using CustomOperations = std::map<std::uint32_t, CustomOperation>;

/// What LOAD_MISS works on; with no resources it faults. Layouts: vyre/codec/io_queue.hpp and
/// vyre/protocol/kernel_layout.hpp.
struct IoMemory {
  std::uint32_t resource_count = 0;
  std::span<std::uint32_t> queue{};  ///< kIoMaxSlots requests
  std::span<const std::uint32_t> table{};
  std::uint32_t* bell = nullptr;  ///< counts requests
};

/// What SCAN works on; without tables it faults.
struct ScanMemory {
  std::span<const std::uint32_t> tables{};  ///< as scan::encode_for_kernel() makes them; not checked again
  std::span<std::uint32_t> results{};
};

/// The buffers that a machine works on. Does not own them.
struct Memory {
  ring::RingMemory ring;  ///< doorbells may be empty (scan the ring), completions too (none written)
  std::span<std::uint32_t> control;            ///< 160 fixed words, then the observables
  std::span<std::uint32_t> debug_log;          ///< 1 + 4 words a record; may be empty
  std::span<const std::uint32_t> dfa_table{};  ///< 256 words a state; may be empty
  std::span<std::uint32_t> trace{};  ///< kTraceWords a slot, in nanoseconds of steady_clock; may be empty
  std::span<std::uint32_t> arena{};  ///< may be empty
  IoMemory io{};
  ScanMemory scans{};
  bool open_protection = false;  ///< true: any tenant may write any control word
};

class Machine;

/// Life: made over memory that outlives it; run() after each publication.
/// Thread: one at a time inside run(); publishers may publish meanwhile.
class VYRE_API Interpreter {
 public:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  /// Errors: kOutOfRange (a buffer with too few or too many words), kReservedOpcode (an operation under
  /// an opcode that is not custom).
  [[nodiscard]] static Result<Interpreter> make(const Memory& memory, CustomOperations operations = {});

  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;
  ~Interpreter();

  /// Runs until nothing more can run: no entry is left, and what remains waits for the host (a fence over
  /// slots that have not finished, a tenant at its quota), or SHUTDOWN is set. Those are looked at again
  /// by the next call. Claims at most `max_slots` slots, and returns how many it claimed.
  std::uint64_t run(std::uint64_t max_slots = kNoLimit);

  [[nodiscard]] bool has_shut_down() const noexcept;           ///< control word SHUTDOWN is set
  [[nodiscard]] std::uint64_t parked() const noexcept;         ///< slots in REQUEUE or WAIT_IO
  [[nodiscard]] std::uint64_t quota_blocked() const noexcept;  ///< slots left PUBLISHED by a quota

 private:
  explicit Interpreter(std::unique_ptr<Machine> machine) noexcept;
  std::unique_ptr<Machine> machine_;
};

}  // namespace vyre::reference
