/// Shard: a contiguous part of the ring with its own slots, doorbells and lock, so that threads which publish
/// into different shards share nothing but the bus. Under the priority scheduler one shard is the whole ring.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "ring/owned_mutex.hpp"
#include "ring/schedule.hpp"
#include "ring/slot_table.hpp"
#include "ring/tenant_backlog.hpp"
#include "ring/window_table.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::ring {

/// Where a publication may go.
struct Area {
  std::uint32_t count = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  std::uint32_t cursor_class = 0;
  protocol::Priority priority = protocol::Priority::kNormal;  ///< the word to write
};

class Shard {
 public:
  /// Number `index` of memory.shards; the tickets of all shards together are numbered 1, 2, ...
  Shard(const RingMemory& memory, std::uint32_t index, std::span<PublicationListener* const> listeners,
        WindowTable& windows, TenantBacklog& backlog, std::optional<std::uint64_t> schedule_seed);

  /// Where a publication of `count` slots may go. Errors: kOutOfRange.
  [[nodiscard]] Result<Area> area_for(std::uint64_t count, const PublishOptions& options) const;

  /// Publishes if there is room now. `is_stuck`: unfinished slots are passed over. Thread: any.
  [[nodiscard]] Result<std::optional<Ticket>> try_publish(const descriptor::Descriptor& descriptor,
                                                          const Area& area, const PublishOptions& options,
                                                          bool is_stuck);
  /// Announces what a seed holds back; true if there was any.
  bool hand_out();
  /// Announces again what the kernel gave back.
  void announce_blocked() noexcept;

  [[nodiscard]] const SlotRange& range() const noexcept { return range_; }

  /// Keeps everything as it is while the lock lives; for questions to several shards at once.
  [[nodiscard]] std::unique_lock<OwnedMutex> hold() { return std::unique_lock(mutex_); }
  /// Only while held.
  [[nodiscard]] const SlotTable& held_table() const noexcept { return table_; }

  /// Calls with the table while the lock is held.
  template <class Call>
  auto with_table(Call call) {
    const std::lock_guard lock(mutex_);
    return call(table_);
  }

 private:
  [[nodiscard]] bool has_entries(std::uint32_t first, std::uint32_t count) noexcept {
    return table_.has_looked_since(schedule_.announced() + schedule_.entries_for(first, count),
                                   schedule_.capacity());
  }
  [[nodiscard]] std::optional<std::uint32_t> find_slots(const Area& area, const PublishOptions& options,
                                                        bool is_stuck);
  Result<Ticket> write(const descriptor::Descriptor& descriptor, std::uint32_t first, const Area& area,
                       const PublishOptions& options);

  // Its owner is the thread that published first; its line is no other shard's.
  alignas(64) OwnedMutex mutex_;
  RingMemory memory_;
  SlotRange range_;
  TenantLedger ledger_;
  std::vector<PublicationListener*> listeners_;
  SlotTable table_;
  Schedule schedule_;
};

}  // namespace vyre::ring
