/// SlotTable: which slots of a ring belong to which unfinished publication, and what became of them.
/// Not thread-safe: the publisher's lock guards it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "vyre/ring/publisher.hpp"

namespace vyre::ring {

/// The part of a publication that belongs to a window.
struct WindowPart {
  std::uint32_t ticket = 0;
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;
  std::uint32_t required = 0;  ///< the first slots of the publication
  std::uint32_t lookahead = 0;
};

class SlotTable {
 public:
  /// The listeners hear of retirements; no pointer among them is null, and all outlive the table.
  SlotTable(const RingMemory& memory, std::span<PublicationListener* const> listeners);

  /// A run of `count` free slots in [low, high), searched from where the class's last search ended.
  /// Recycles finished slots that it meets, and passes over at most `max_skips` unfinished ones.
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
  Ticket take(std::uint32_t first, std::uint32_t count, const WindowPart* window) noexcept;
  /// Undoes take() when the publication failed after all.
  void give_back(const Ticket& ticket) noexcept;

  [[nodiscard]] Clock::time_point published_at(const Ticket& ticket) const noexcept {
    return records_[ticket.first_slot].published_at;
  }
  /// Whether the ticket's slots are all finished; recycles them if so.
  [[nodiscard]] bool is_finished(const Ticket& ticket) noexcept;
  /// Recycles every finished publication; true if none is left in flight.
  bool reap() noexcept;
  /// The same from the oldest on, up to the first that is unfinished: cheap to ask again and again.
  bool reap_in_order() noexcept;

  enum class WindowState : std::uint8_t { kUnknown, kWaiting, kUsable, kFaulted };
  [[nodiscard]] WindowState window_state(std::uint32_t window_ticket) noexcept;

  [[nodiscard]] PublisherCounts counts() const noexcept;
  [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return faults_; }
  [[nodiscard]] std::vector<WindowProgress> windows() const;
  [[nodiscard]] std::vector<InFlightSlot> in_flight(std::size_t limit) const;

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  /// A publication in flight, at the index of its first slot; a doubly linked list in order of publication.
  struct Record {
    std::uint64_t id = 0;  ///< 0: no publication begins here
    Clock::time_point published_at;
    std::uint32_t count = 0;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint32_t window = kNone;  ///< index into windows_
    std::uint32_t required = 0;    ///< of the window
  };

  [[nodiscard]] std::uint32_t completion(std::uint32_t slot) const noexcept;
  [[nodiscard]] bool all_complete(std::uint32_t first) const noexcept;
  void unlink(std::uint32_t first) noexcept;
  void retire(std::uint32_t first) noexcept;
  void keep_fault(const Record& record, std::uint32_t slot, std::uint32_t word) noexcept;
  [[nodiscard]] std::uint32_t window_index(const WindowPart& part);
  void count_window_slot(WindowProgress& window, bool required, std::uint32_t status) const noexcept;

  RingMemory memory_;
  std::span<PublicationListener* const> listeners_;
  std::vector<std::uint32_t> owner_;  ///< by slot: first slot of its publication, kNone when free
  std::vector<Record> records_;
  std::uint32_t oldest_ = kNone;
  std::uint32_t newest_ = kNone;
  std::array<std::uint32_t, kDoorbellClasses> cursors_{};
  std::uint64_t next_id_ = 1;
  std::uint64_t published_ = 0, done_ = 0, faulted_ = 0;
  std::vector<Fault> faults_;
  std::vector<WindowProgress> windows_;
  std::unordered_map<std::uint32_t, std::uint32_t> window_by_ticket_;
};

}  // namespace vyre::ring
