/// Publisher: owns the allocation of a ring's slots. Takes descriptors in order, finds slots for them,
/// recycles those that are finished, waits when the ring is full, and knows what became of each.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/ring/consumer.hpp"
#include "vyre/ring/progress.hpp"
#include "vyre/ring/publication_listener.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace vyre::ring {

using Clock = std::chrono::steady_clock;
inline constexpr Clock::time_point kNoDeadline = Clock::time_point::max();

/// One publication: consecutive slots that are recycled together, once all of them are finished.
/// (A fence looks at the slots before it, so none of its batch may be reused while it waits.)
struct Ticket {
  std::uint64_t id = 0;  ///< 1, 2, ... in order of publication in each shard; 0: nothing was published
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
};

struct PublishOptions {
  /// Placement in this partition; PRIORITY in the slots says the same. Unset: anywhere under the slot
  /// scheduler, the NORMAL partition under the priority scheduler.
  std::optional<protocol::Priority> priority;
  std::optional<std::uint32_t> at_slot;  ///< these very slots, from this one; waits until they are free
  Clock::time_point deadline = kNoDeadline;
};

struct PublisherCounts {
  std::uint64_t published = 0;  ///< slots, ever
  std::uint64_t done = 0;       ///< of them ended DONE
  std::uint64_t faulted = 0;    ///< of them ended FAULT
  std::uint64_t in_flight = 0;  ///< published and neither
};

/// A slot that was published and is not finished.
struct InFlightSlot {
  std::uint64_t ticket = 0;
  std::uint32_t slot = 0;
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;
  Clock::time_point published_at;
};

struct PublisherOptions {
  std::vector<PublicationListener*>
      listeners{};  ///< outlive the publisher; told in this order; null: skipped
  /// Unset: the kernel hears of slots at once and in order. Set: later, in another order that the protocol
  /// allows, and slots lie elsewhere in the ring; for looking for results that depend on the schedule.
  std::optional<std::uint64_t> schedule_seed{};
  /// By tenant: most of its slots that may be published and not finished; publish() waits where there would
  /// be more. 0: as many as the ring has.
  std::array<std::uint32_t, protocol::kTenantCount> backlog{};
};

/// Thread: everything from any thread; a publication is atomic with regard to others. With RingMemory::shards
/// above 1 the ring is cut into as many parts, threads are dealt to them as they come, and those of different
/// parts share no lock (but for listeners, which hear of one publication after the other, and windows). A
/// publication lies in one part, so that the largest is slots / shards.
/// Owner: refers to the memory and the consumer, which must outlive it.
/// Memory: about 40 bytes a slot, allocated once; nothing grows with what is published.
class VYRE_API Publisher {
 public:
  /// The ring must be all EMPTY or DONE, completions and doorbells zero, and no other publisher's.
  Publisher(const RingMemory& memory, Consumer& consumer, const PublisherOptions& options = {});
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Publishes all of a descriptor, waiting for free slots until the deadline.
  /// Errors: those of descriptor::validate; kOutOfRange (larger than the ring or partition); kTimeout (the
  /// ring stayed full); kShutDown; the consumer's. After an error nothing of it is published.
  [[nodiscard]] Result<Ticket> publish(const descriptor::Descriptor& descriptor,
                                       const PublishOptions& options = {});

  /// Waits until every slot of the ticket is DONE or FAULT. Errors: kTimeout, kShutDown, the consumer's.
  [[nodiscard]] Result<void> wait(const Ticket& ticket, Clock::time_point deadline = kNoDeadline);
  /// Waits for everything published so far.
  [[nodiscard]] Result<void> wait_all(Clock::time_point deadline = kNoDeadline);
  /// Waits until the window's required slots are DONE. Errors: as wait(); kNotFound (no such window was
  /// published); kUnsupported (a required slot faulted, so the window will never be usable).
  [[nodiscard]] Result<void> wait_window(std::uint32_t window_ticket,
                                         Clock::time_point deadline = kNoDeadline);

  /// Looks once at what is in flight and recycles what is finished. Never waits.
  void reap() noexcept;

  /// Announces again what the kernel gave back, since its tenant may not run anything. To be called after a
  /// tenant's mask or quota changed; harmless otherwise.
  void ring_again() noexcept;

  [[nodiscard]] PublisherCounts counts() const;
  /// The first kMaxKeptFaults faults, in the order they were found.
  [[nodiscard]] std::vector<Fault> faults() const;
  [[nodiscard]] std::vector<WindowProgress> windows() const;
  /// Unfinished slots, oldest first, at most `limit`.
  [[nodiscard]] std::vector<InFlightSlot> in_flight(std::size_t limit) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vyre::ring
