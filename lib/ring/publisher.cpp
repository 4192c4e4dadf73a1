#include "vyre/ring/publisher.hpp"

#include <fmt/format.h>

#include <mutex>

#include "ring/backoff.hpp"
#include "ring/schedule.hpp"
#include "ring/slot_table.hpp"

namespace vyre::ring {

namespace {

/// A full ring is first awaited at the oldest slot, which keeps publication in order and off the
/// cache lines that the kernel writes; only after that are unfinished slots passed over.
constexpr std::uint32_t kSkipsWhenStuck = 1024;

/// After this long without progress the hints of unfinished slots are repeated: a tenant's mask may
/// have been changed by the kernel itself (STORE_U32 by tenant 0), which no host call reports.
constexpr std::chrono::milliseconds kRingAgainFirst{1};
constexpr std::chrono::milliseconds kRingAgainMost{100};

/// What the table follows of a window, as it was described or as it was recorded.
std::optional<WindowPart> window_part(const descriptor::Descriptor& descriptor) {
  if (const auto* window = std::get_if<descriptor::Window>(&descriptor))
    return WindowPart{window->ticket, window->tenant, window->opcode,
                      static_cast<std::uint32_t>(window->required.size()),
                      static_cast<std::uint32_t>(window->lookahead.size())};
  const auto* recorded = std::get_if<descriptor::Recorded>(&descriptor);
  if (recorded == nullptr || !recorded->window_required || recorded->slots.empty()) return std::nullopt;
  const protocol::Slot& first = recorded->slots.front();
  return WindowPart{first.args[0], first.tenant, first.opcode, *recorded->window_required,
                    static_cast<std::uint32_t>(recorded->slots.size()) - *recorded->window_required};
}

std::vector<PublicationListener*> without_nulls(std::vector<PublicationListener*> listeners) {
  std::erase(listeners, nullptr);
  return listeners;
}

}  // namespace

class Publisher::Impl {
 public:
  Impl(const RingMemory& memory, Consumer& consumer, const PublisherOptions& options)
      : memory_(memory),
        consumer_(consumer),
        listeners_(without_nulls(options.listeners)),
        table_(memory, listeners_),
        schedule_(memory, options.schedule_seed) {}

  Result<Ticket> publish(const descriptor::Descriptor& descriptor, const PublishOptions& options) {
    VYRE_CHECK(descriptor::validate(descriptor));
    VYRE_TRY(const Area area, area_for(descriptor::slot_count(descriptor), options));
    if (area.count == 0) return Ticket{};
    Waiter waiter(*this, options.deadline);
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (const auto first = find_slots(area, options, waiter.is_stuck()))
          return write(descriptor, *first, area, options);
      }
      hand_out_all();
      VYRE_CHECK(waiter.pause([&] {
        return fmt::format("no {} free slots in {}..{} of the ring", area.count, area.low, area.high - 1);
      }));
    }
  }

  template <class IsDone, class Text>
  Result<void> wait_until(IsDone is_done, Clock::time_point deadline, Text awaited) {
    hand_out_all();
    Waiter waiter(*this, deadline);
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        VYRE_TRY(const bool done, is_done());
        if (done) return {};
      }
      VYRE_CHECK(waiter.pause(awaited));
    }
  }

  /// What somebody waits for must not be held back.
  void hand_out_all() {
    {
      const std::lock_guard lock(mutex_);
      if (!schedule_.holds_any()) return;
      schedule_.release();
    }
    consumer_.notify();
  }

  void ring_again() noexcept {
    {
      const std::lock_guard lock(mutex_);
      schedule_.release();
      for (const auto& slot : table_.in_flight(memory_.ring.slot_count())) schedule_.hint_again(slot.slot);
      schedule_.ring();
    }
    consumer_.notify();
  }

  std::mutex mutex_;
  RingMemory memory_;
  Consumer& consumer_;
  std::vector<PublicationListener*> listeners_;
  SlotTable table_;
  Schedule schedule_;

 private:
  /// Where a publication may go.
  struct Area {
    std::uint32_t count = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t cursor_class = 0;
    protocol::Priority priority = protocol::Priority::kNormal;  ///< the word to write
  };

  /// One wait: backs off, repeats hints when nothing moves, and ends with an error when it must.
  class Waiter {
   public:
    Waiter(Impl& impl, Clock::time_point deadline)
        : impl_(impl), deadline_(deadline), only_looks_(deadline <= Clock::now()) {}

    [[nodiscard]] bool is_stuck() const noexcept { return backoff_.is_sleeping(); }

    template <class Text>
    Result<void> pause(Text awaited) {
      backoff_.pause();
      if (!backoff_.is_slow() && !backoff_.is_sleeping() && !only_looks_) return {};
      VYRE_CHECK(impl_.consumer_.health());
      const auto now = Clock::now();
      if (impl_.consumer_.has_shut_down() && ++looks_after_shutdown_ > kLooksAfterShutdown)
        return fail(ErrorCode::kShutDown, "the kernel was shut down: " + awaited(), "",
                    "publish SHUTDOWN last, after a wait for everything before it");
      if (now >= deadline_)
        return fail(ErrorCode::kTimeout, "timed out: " + awaited(), "",
                    "allow more time, or see what the slots wait for");
      if (backoff_.is_sleeping() && now >= next_ring_) {
        impl_.ring_again();
        next_ring_ = now + again_;
        again_ = std::min(2 * again_, kRingAgainMost);
      }
      return {};
    }

   private:
    // The last completions may become visible just after the kernel has left.
    static constexpr unsigned kLooksAfterShutdown = 8;
    Impl& impl_;
    Clock::time_point deadline_;
    bool only_looks_;  ///< the deadline had passed at the start: one look, no waiting
    Backoff backoff_;
    Clock::time_point next_ring_ = Clock::now() + kRingAgainFirst;
    std::chrono::milliseconds again_ = kRingAgainFirst;
    unsigned looks_after_shutdown_ = 0;
  };

  [[nodiscard]] Result<Area> area_for(std::uint64_t count, const PublishOptions& options) const {
    const std::uint32_t slots = memory_.ring.slot_count();
    Area area{.high = slots};
    auto priority = options.priority;
    if (!priority && memory_.scheduler == Scheduler::kPriority && !options.at_slot)
      priority = protocol::Priority::kNormal;
    if (priority) {
      const auto offsets = protocol::priority_offsets(slots);
      const auto index = static_cast<std::uint32_t>(*priority);
      area = {
          .low = offsets[index], .high = offsets[index + 1], .cursor_class = index, .priority = *priority};
    }
    if (options.at_slot) {
      area.low = *options.at_slot;
      if (count > slots || *options.at_slot > slots - count)
        return fail(
            ErrorCode::kOutOfRange,
            fmt::format("{} slots from slot {} leave the ring of {} slots", count, *options.at_slot, slots),
            "", "start earlier, or make the ring larger");
    }
    if (count > area.high - area.low)
      return fail(ErrorCode::kOutOfRange,
                  fmt::format("{} slots do not fit into slots {}..{} of the ring of {}", count, area.low,
                              std::int64_t{area.high} - 1, slots),
                  "", "make the ring larger, or split the batch");
    area.count = static_cast<std::uint32_t>(count);
    return area;
  }

  [[nodiscard]] std::optional<std::uint32_t> find_slots(const Area& area, const PublishOptions& options,
                                                        bool stuck) {
    if (options.at_slot) {
      if (!table_.is_free(*options.at_slot, area.count)) return std::nullopt;
      return options.at_slot;
    }
    // Elsewhere only in an empty ring, so that no gaps arise that a larger batch would wait for.
    if (const auto place = schedule_.place(area.low, area.high); place && table_.counts().in_flight == 0)
      table_.search_from(area.cursor_class, *place);
    return table_.allocate(area.count, area.low, area.high, area.cursor_class, stuck ? kSkipsWhenStuck : 0);
  }

  /// The one place where slots are published: bodies, statuses, hints, doorbell, in this order.
  Result<Ticket> write(const descriptor::Descriptor& descriptor, std::uint32_t first, const Area& area,
                       const PublishOptions& options) {
    const auto part = window_part(descriptor);
    const Ticket ticket = table_.take(first, area.count, part ? &*part : nullptr);
    if (auto written = publish_checked(memory_.ring, first, descriptor, area.priority, TargetCheck::kTrusted);
        !written) {
      table_.give_back(ticket);
      return std::unexpected(std::move(written).error());
    }
    for (PublicationListener* listener : listeners_)
      listener->on_publication({.ticket = ticket,
                                .descriptor = descriptor,
                                .priority = area.priority,
                                .at_slot = options.at_slot.has_value(),
                                .in_partition = options.priority.has_value(),
                                .published_at = table_.published_at(ticket)});
    schedule_.publish(first, area.count);
    consumer_.notify();
    return ticket;
  }
};

Publisher::Publisher(const RingMemory& memory, Consumer& consumer, const PublisherOptions& options)
    : impl_(std::make_unique<Impl>(memory, consumer, options)) {}
Publisher::~Publisher() = default;

Result<Ticket> Publisher::publish(const descriptor::Descriptor& descriptor, const PublishOptions& options) {
  return impl_->publish(descriptor, options);
}

Result<void> Publisher::wait(const Ticket& ticket, Clock::time_point deadline) {
  return impl_->wait_until([&]() -> Result<bool> { return impl_->table_.is_finished(ticket); }, deadline,
                           [&] {
                             return fmt::format("slots {}..{} are not finished", ticket.first_slot,
                                                ticket.first_slot + ticket.slot_count - 1);
                           });
}

Result<void> Publisher::wait_all(Clock::time_point deadline) {
  return impl_->wait_until([&]() -> Result<bool> { return impl_->table_.reap_in_order(); }, deadline,
                           [&] { return fmt::format("{} slots are not finished", counts().in_flight); });
}

Result<void> Publisher::wait_window(std::uint32_t window_ticket, Clock::time_point deadline) {
  const auto state = [&]() -> Result<bool> {
    switch (impl_->table_.window_state(window_ticket)) {
      case SlotTable::WindowState::kUsable: return true;
      case SlotTable::WindowState::kWaiting: return false;
      case SlotTable::WindowState::kFaulted:
        return fail(ErrorCode::kUnsupported,
                    fmt::format("window {} can never be usable: a required slot faulted", window_ticket), "",
                    "look at the faults of the run");
      case SlotTable::WindowState::kUnknown: break;
    }
    return fail(ErrorCode::kNotFound, fmt::format("no window with ticket {} was published", window_ticket),
                "", "publish the window before waiting for it");
  };
  return impl_->wait_until(state, deadline,
                           [&] { return fmt::format("window {} is not usable", window_ticket); });
}

void Publisher::reap() noexcept {
  const std::lock_guard lock(impl_->mutex_);
  impl_->table_.reap();
}

void Publisher::ring_again() noexcept { impl_->ring_again(); }

PublisherCounts Publisher::counts() const {
  const std::lock_guard lock(impl_->mutex_);
  return impl_->table_.counts();
}

std::vector<Fault> Publisher::faults() const {
  const std::lock_guard lock(impl_->mutex_);
  return impl_->table_.faults();
}

std::vector<WindowProgress> Publisher::windows() const {
  const std::lock_guard lock(impl_->mutex_);
  return impl_->table_.windows();
}

std::vector<InFlightSlot> Publisher::in_flight(std::size_t limit) const {
  const std::lock_guard lock(impl_->mutex_);
  return impl_->table_.in_flight(limit);
}

}  // namespace vyre::ring
