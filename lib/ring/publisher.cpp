#include "vyre/ring/publisher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>

#include "ring/backoff.hpp"
#include "ring/shard.hpp"

namespace vyre::ring {

namespace {

/// After this long without progress blocked slots are announced anew: a tenant's mask may have been changed
/// by the kernel itself (STORE_U32 by tenant 0), which no host call reports.
constexpr std::chrono::milliseconds kRingAgainFirst{1};
constexpr std::chrono::milliseconds kRingAgainMost{100};

/// Listeners hear of one publication after the other, also when several shards publish.
class InTurn final : public PublicationListener {
 public:
  explicit InTurn(std::vector<PublicationListener*> listeners) : listeners_(std::move(listeners)) {
    std::erase(listeners_, nullptr);
  }
  [[nodiscard]] bool is_needed() const noexcept { return !listeners_.empty(); }
  void on_publication(const Publication& publication) noexcept override {
    const std::lock_guard lock(mutex_);
    for (PublicationListener* listener : listeners_) listener->on_publication(publication);
  }
  void on_retirement(const Ticket& ticket) noexcept override {
    const std::lock_guard lock(mutex_);
    for (PublicationListener* listener : listeners_) listener->on_retirement(ticket);
  }

 private:
  std::mutex mutex_;
  std::vector<PublicationListener*> listeners_;
};

/// Numbers threads as they come, so that each has a shard of its own as long as there are enough.
std::uint32_t thread_number() noexcept {
  static std::atomic<std::uint32_t> next{0};
  thread_local const std::uint32_t number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

class Publisher::Impl {
 public:
  Impl(const RingMemory& memory, Consumer& consumer, const PublisherOptions& options)
      : consumer_(consumer), listener_(options.listeners), backlog_(options.backlog) {
    if (listener_.is_needed()) listeners_.push_back(&listener_);
    const std::uint32_t shards = memory.scheduler == Scheduler::kPriority ? 1 : memory.shards;
    for (std::uint32_t i = 0; i < shards; ++i)
      shards_.emplace_back(memory, i, listeners_, windows_, backlog_, options.schedule_seed);
  }

  Result<Ticket> publish(const descriptor::Descriptor& descriptor, const PublishOptions& options) {
    const std::uint64_t count = descriptor::slot_count(descriptor);
    Shard& shard = shard_for(options);
    VYRE_TRY(const Area area, shard.area_for(count, options));
    if (area.count == 0) {
      VYRE_CHECK(descriptor::validate(descriptor));
      return Ticket{};
    }
    VYRE_TRY(auto ticket, shard.try_publish(descriptor, area, options, false));
    // Whether a descriptor is sound shows as it is written; before waiting for room it must be known.
    if (!ticket) {
      if (backlog_.is_bounded()) VYRE_CHECK(check_backlog(descriptor));
      VYRE_CHECK(descriptor::validate(descriptor));
      Waiter waiter(*this, options.deadline);
      while (!ticket) {
        hand_out_all();
        VYRE_CHECK(waiter.pause([&] { return no_room(descriptor, area); }));
        VYRE_TRY(ticket, shard.try_publish(descriptor, area, options, waiter.is_stuck()));
      }
    }
    consumer_.notify();
    return *ticket;
  }

  template <class IsDone, class Text>
  Result<void> wait_until(IsDone is_done, Clock::time_point deadline, Text awaited) {
    hand_out_all();
    // The first looks without asking for the time: most waits end within them.
    for (int look = 0; look < kFirstLooks; ++look) {
      VYRE_TRY(const bool done, is_done());
      if (done) return {};
      pause_briefly();
    }
    Waiter waiter(*this, deadline);
    for (;;) {
      VYRE_TRY(const bool done, is_done());
      if (done) return {};
      VYRE_CHECK(waiter.pause(awaited));
    }
  }

  /// What somebody waits for must not be held back.
  void hand_out_all() {
    bool any = false;
    for (Shard& shard : shards_) any |= shard.hand_out();
    if (any) consumer_.notify();
  }

  void ring_again() noexcept {
    for (Shard& shard : shards_) shard.announce_blocked();
    consumer_.notify();
  }

  [[nodiscard]] Shard& shard_of(std::uint32_t slot) noexcept {
    for (Shard& shard : shards_)
      if (shard.range().contains(slot)) return shard;
    return shards_.front();
  }

  Consumer& consumer_;
  WindowTable windows_;
  InTurn listener_;
  std::vector<PublicationListener*> listeners_;
  TenantBacklog backlog_;
  std::deque<Shard> shards_;

 private:
  static constexpr int kFirstLooks = 64;  // about 3 us

  [[nodiscard]] Shard& shard_for(const PublishOptions& options) noexcept {
    if (shards_.size() == 1) return shards_.front();
    if (options.at_slot) return shard_of(*options.at_slot);
    return shards_[thread_number() % shards_.size()];
  }

  [[nodiscard]] Result<void> check_backlog(const descriptor::Descriptor& descriptor) const {
    for (const TenantSlots& part : tenants_of(descriptor))
      if (part.slots > backlog_.most(part.tenant))
        return fail(ErrorCode::kOutOfRange,
                    fmt::format("{} slots of tenant {} at once, its backlog is bounded to {}", part.slots,
                                part.tenant, backlog_.most(part.tenant)),
                    "", "split the publication, or allow a larger backlog");
    return {};
  }

  [[nodiscard]] std::string no_room(const descriptor::Descriptor& descriptor, const Area& area) const {
    if (backlog_.is_bounded())
      if (const auto tenant = backlog_.full(tenants_of(descriptor)))
        return fmt::format("tenant {} has its backlog of {} slots in flight", *tenant,
                           backlog_.most(*tenant));
    return fmt::format("no {} free slots in {}..{} of the ring", area.count, area.low, area.high - 1);
  }

  /// One wait: backs off, announces blocked slots anew when nothing moves, and ends with an error when it
  /// must.
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
};

Publisher::Publisher(const RingMemory& memory, Consumer& consumer, const PublisherOptions& options)
    : impl_(std::make_unique<Impl>(memory, consumer, options)) {}
Publisher::~Publisher() = default;

Result<Ticket> Publisher::publish(const descriptor::Descriptor& descriptor, const PublishOptions& options) {
  return impl_->publish(descriptor, options);
}

Result<void> Publisher::wait(const Ticket& ticket, Clock::time_point deadline) {
  Shard& shard = impl_->shard_of(ticket.first_slot);
  const auto is_done = [&]() -> Result<bool> {
    return shard.with_table([&](SlotTable& table) { return table.is_finished(ticket); });
  };
  return impl_->wait_until(is_done, deadline, [&] {
    return fmt::format("slots {}..{} are not finished", ticket.first_slot,
                       ticket.first_slot + ticket.slot_count - 1);
  });
}

Result<void> Publisher::wait_all(Clock::time_point deadline) {
  const auto is_done = [&]() -> Result<bool> {
    bool all = true;
    for (Shard& shard : impl_->shards_)
      all &= shard.with_table([](SlotTable& table) { return table.reap_in_order(); });
    return all;
  };
  return impl_->wait_until(is_done, deadline,
                           [&] { return fmt::format("{} slots are not finished", counts().in_flight); });
}

Result<void> Publisher::wait_window(std::uint32_t window_ticket, Clock::time_point deadline) {
  const auto state = [&]() -> Result<bool> {
    const auto window = impl_->windows_.find(window_ticket);
    if (!window)
      return fail(ErrorCode::kNotFound, fmt::format("no window with ticket {} was published", window_ticket),
                  "", "publish the window before waiting for it");
    WindowProgress progress;
    std::uint32_t required_faults = 0;
    // All at once, lest a slot that retires meanwhile be counted twice.
    std::vector<std::unique_lock<OwnedMutex>> held;
    for (Shard& shard : impl_->shards_) held.push_back(shard.hold());
    for (const Shard& shard : impl_->shards_)
      shard.held_table().add_to_window(*window, progress, required_faults);
    const WindowProgress known = impl_->windows_.progress(*window);
    progress.required_done += known.required_done;
    if (progress.required_done >= known.required) return true;
    // Slots already recycled are no longer told apart, but a window none of whose slots is in flight
    // and that is not usable can only have faulted.
    const bool over = required_faults > 0 || progress.required_done + known.faulted + known.lookahead_done >=
                                                 known.required + known.lookahead;
    if (!over) return false;
    return fail(ErrorCode::kUnsupported,
                fmt::format("window {} can never be usable: a required slot faulted", window_ticket), "",
                "look at the faults of the run");
  };
  return impl_->wait_until(state, deadline,
                           [&] { return fmt::format("window {} is not usable", window_ticket); });
}

void Publisher::reap() noexcept {
  for (Shard& shard : impl_->shards_) shard.with_table([](SlotTable& table) { table.reap(); });
}

void Publisher::ring_again() noexcept { impl_->ring_again(); }

PublisherCounts Publisher::counts() const {
  PublisherCounts sum;
  for (Shard& shard : impl_->shards_) {
    const auto counts = shard.with_table([](const SlotTable& table) { return table.counts(); });
    sum.published += counts.published;
    sum.done += counts.done;
    sum.faulted += counts.faulted;
    sum.in_flight += counts.in_flight;
  }
  return sum;
}

std::vector<Fault> Publisher::faults() const {
  std::vector<Fault> all;
  for (Shard& shard : impl_->shards_)
    shard.with_table([&](const SlotTable& table) {
      const auto room = kMaxKeptFaults - std::min(kMaxKeptFaults, all.size());
      const auto& faults = table.faults();
      all.insert(all.end(), faults.begin(),
                 faults.begin() + static_cast<std::ptrdiff_t>(std::min(room, faults.size())));
    });
  return all;
}

std::vector<WindowProgress> Publisher::windows() const { return impl_->windows_.all(); }

std::vector<InFlightSlot> Publisher::in_flight(std::size_t limit) const {
  std::vector<InFlightSlot> slots;
  for (Shard& shard : impl_->shards_)
    shard.with_table([&](const SlotTable& table) { table.add_in_flight(slots, limit); });
  return slots;
}

}  // namespace vyre::ring
