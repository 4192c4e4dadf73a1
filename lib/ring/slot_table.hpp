/// SlotTable: which slots of a shard belong to which unfinished publication, and what became of them.
/// Not thread-safe: the shard's lock guards it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ring/queue_ranges.hpp"
#include "ring/slot_set.hpp"
#include "ring/window_table.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::ring {

class SlotTable {
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

 public:
  /// Of the slots in `range`. The listeners hear of retirements; no pointer among them is null, and all
  /// outlive the table, as do the windows. Tickets are numbered first_id, first_id + id_step, ...
  SlotTable(const RingMemory& memory, SlotRange range, std::span<PublicationListener* const> listeners,
            WindowTable& windows, std::uint64_t first_id, std::uint64_t id_step);

  /// A run of `count` free slots in [low, high), searched from where the class's last search ended.
  /// Recycles finished slots that it meets, and passes over at most `max_skips` unfinished publications.
  [[nodiscard]] std::optional<std::uint32_t> allocate(std::uint32_t count, std::uint32_t low,
                                                      std::uint32_t high, std::uint32_t scheduling_class,
                                                      std::uint32_t max_skips) noexcept;
  /// Lets the class's next search begin at this slot.
  void search_from(std::uint32_t scheduling_class, std::uint32_t slot) noexcept {
    cursors_[scheduling_class] = slot;
  }
  /// Whether these very slots are free, recycling them if they are finished.
  [[nodiscard]] bool is_free(std::uint32_t first, std::uint32_t count) noexcept;

  /// Marks slots as published and clears their completions; to be called before their STATUS is stored.
  /// `announced`: doorbell entries written so far, see has_looked_since().
  Ticket take(std::uint32_t first, std::uint32_t count, const WindowPart* window,
              std::uint32_t announced) noexcept;
  /// Undoes take() when the publication failed after all.
  void give_back(const Ticket& ticket) noexcept;

  /// Whether the kernel has taken every entry but the last `capacity` before number `announced`, so that
  /// the places of older ones may be used again.
  [[nodiscard]] bool has_looked_since(std::uint32_t announced, std::uint32_t capacity) noexcept;

  [[nodiscard]] Clock::time_point published_at(const Ticket& ticket) const noexcept {
    return record(ticket.first_slot).published_at;
  }
  /// Whether the ticket's slots are all finished; recycles them if so.
  [[nodiscard]] bool is_finished(const Ticket& ticket) noexcept;
  /// Recycles every finished publication; true if none is left in flight.
  bool reap() noexcept;
  /// The same from the oldest on, up to the first that is unfinished, or that begins after `most_slots`:
  /// cheap to ask again and again.
  bool reap_in_order(std::uint32_t most_slots = kNone) noexcept;

  /// Shows each slot that the kernel gave back, since its tenant may not run anything, in order of
  /// publication. If visit(slot) answers true, its mark is cleared: the caller announces it anew after that.
  template <class Visit>
  void take_blocked(Visit visit) noexcept {
    for (std::uint32_t first = oldest_; first != kNone; first = record(first).next)
      for (std::uint32_t slot = first; slot < first + record(first).count; ++slot)
        if (is_blocked(slot) && visit(slot)) unblock(slot);
    untaken_ = oldest_;  // those that were taken before are announced anew
  }

  /// Has the completions of the oldest publication brought into the cache: the device wrote them behind its
  /// back.
  void prefetch_oldest() const noexcept;

  void add_to_window(std::uint32_t window, WindowProgress& progress, std::uint32_t& required_faults) const;
  [[nodiscard]] PublisherCounts counts() const noexcept;
  [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return faults_; }
  void add_in_flight(std::vector<InFlightSlot>& slots, std::size_t limit) const;

 private:
  /// A publication in flight, at the index of its first slot; a doubly linked list in order of publication.
  struct Record {
    std::uint64_t id = 0;  ///< 0: no publication begins here
    Clock::time_point published_at;
    std::uint32_t count = 0;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint32_t announced = 0;   ///< entries before its own
    std::uint32_t window = kNone;  ///< index into the windows
    std::uint32_t required = 0;    ///< of the window
  };

  [[nodiscard]] Record& record(std::uint32_t first) noexcept { return records_[first - range_.low]; }
  [[nodiscard]] const Record& record(std::uint32_t first) const noexcept {
    return records_[first - range_.low];
  }
  /// The first slot of the publication that a slot which is not free belongs to.
  [[nodiscard]] std::uint32_t owner(std::uint32_t slot) const noexcept {
    return range_.low + firsts_.last(slot - range_.low);
  }

  [[nodiscard]] std::uint32_t completion(std::uint32_t slot) const noexcept;
  /// Those of slots `slot`, which is even, and `slot` + 1, at half the price of asking twice.
  [[nodiscard]] std::uint64_t completion_pair(std::uint32_t slot) const noexcept;
  [[nodiscard]] bool is_blocked(std::uint32_t slot) const noexcept {
    return completion(slot) == protocol::kCompletionBlocked;
  }
  void unblock(std::uint32_t slot) noexcept;
  enum class Ending : std::uint8_t { kUnfinished, kAllDone, kMixed };
  [[nodiscard]] Ending ending_of(std::uint32_t first) const noexcept;
  [[nodiscard]] bool retire_if_finished(std::uint32_t first) noexcept;
  [[nodiscard]] bool is_taken(std::uint32_t first) const noexcept;
  /// The first slot from `slot` on, before `end`, that is not free, or `end`.
  [[nodiscard]] std::uint32_t free_until(std::uint32_t slot, std::uint32_t end) const noexcept {
    return range_.low + taken_.next(slot - range_.low, end - range_.low);
  }
  void unlink(std::uint32_t first) noexcept;
  void retire(std::uint32_t first, Ending ending) noexcept;
  void judge_each(const Record& record, std::uint32_t first) noexcept;
  void keep_fault(const Record& record, std::uint32_t slot, std::uint32_t word) noexcept;

  RingMemory memory_;
  SlotRange range_;
  std::span<PublicationListener* const> listeners_;
  WindowTable& windows_;
  SlotSet taken_;   ///< slots of publications in flight, counted from range_.low as everything here
  SlotSet firsts_;  ///< their first slots
  std::vector<Record> records_;
  std::uint32_t oldest_ = kNone;
  std::uint32_t newest_ = kNone;
  std::uint32_t untaken_ = kNone;  ///< the kernel has taken the entries of all that are older
  std::array<std::uint32_t, protocol::kPriorityCount> cursors_{};
  std::uint64_t next_id_;
  std::uint64_t id_step_;
  std::uint64_t published_ = 0, done_ = 0, faulted_ = 0;
  std::vector<Fault> faults_;
};

}  // namespace vyre::ring
