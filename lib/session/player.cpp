#include "session/player.hpp"

#include <fmt/format.h>

#include <thread>

#include "ring/backoff.hpp"
#include "session/outcome.hpp"
#include "session/stall.hpp"

namespace vyre::session {

namespace {

using workload::Step;

template <class... Handlers>
struct Overload : Handlers... {
  using Handlers::operator()...;
};

/// How often a sleeping run looks whether it was interrupted.
constexpr std::chrono::milliseconds kNap{20};
/// How long the end of a run waits before it looks whether what is left can run at all.
constexpr std::chrono::milliseconds kRestLook{20};
constexpr std::size_t kMaxBlockedSlots = 65'536;

}  // namespace

Result<void> RunConsumer::health() {
  if (interrupted_ != nullptr && interrupted_->load())
    return fail(ErrorCode::kInterrupted, "interrupted", "", "");
  return backend_.health();
}

Player::Player(const workload::Workload& workload, ring::Backend& backend, RunConsumer& consumer,
               ring::Publisher& publisher, const RunOptions& options)
    : workload_(workload), backend_(backend), consumer_(consumer), publisher_(publisher), options_(options) {}

ring::Clock::time_point Player::deadline() const {
  return ring::Clock::now() + options_.timeout.value_or(workload_.timeout);
}

Error Player::explain(Error error, const workload::Position& position) {
  if (error.where.empty())
    error.where = fmt::format("{}:{}:{}", workload_.file, position.line, position.column);
  if (error.code == ErrorCode::kTimeout && backend_.health())
    error.what += "\n" + stall_report(backend_, publisher_);
  return error;
}

Result<void> Player::play() {
  VYRE_TRY(const auto reader, workload::open_steps(workload_));
  started_ = finished_ = ring::Clock::now();
  Step step;
  for (;;) {
    VYRE_TRY(const bool more, reader->next(step));
    if (!more) break;
    auto played = play_step(step);
    finished_ = ring::Clock::now();
    if (!played) return std::unexpected(explain(std::move(played).error(), step.position));
  }
  auto rest = wait_for_the_rest();
  finished_ = ring::Clock::now();
  if (!rest) return std::unexpected(explain(std::move(rest).error(), step.position));
  return {};
}

Result<void> Player::play_step(const Step& step) {
  VYRE_CHECK(consumer_.health());
  if (StepEncoder::publishes(step.action)) return publish(step);
  if (const auto* action = std::get_if<workload::RepeatStep>(&step.action)) return repeat(*action);
  return act(step);
}

Result<void> Player::publish(const Step& step) {
  VYRE_TRY(const auto* descriptor, encoder_.encode(step.action, loops_));
  ring::PublishOptions placement{.priority = step.priority, .at_slot = {}, .deadline = deadline()};
  if (step.at_slot) { VYRE_TRY(placement.at_slot, step.at_slot->evaluate_u32(loops_)); }
  VYRE_TRY(const auto ticket, publisher_.publish(*descriptor, placement));
  if (step.async) return {};
  return publisher_.wait(ticket, deadline());
}

Result<void> Player::repeat(const workload::RepeatStep& action) {
  VYRE_TRY(const auto count, action.count.evaluate(loops_));
  loops_.push_back(0);
  for (std::int64_t i = 0; i < count; ++i) {
    loops_.back() = i;
    for (const Step& inner : action.steps)
      if (auto played = play_step(inner); !played)
        return std::unexpected(explain(std::move(played).error(), inner.position));
  }
  loops_.pop_back();
  return {};  // as if its steps had been written out: it adds no wait of its own
}

Result<void> Player::act(const Step& step) {
  return std::visit(Overload{
                        [&](const workload::WaitStep& action) { return wait(action); },
                        [&](const workload::SleepStep& action) { return sleep(action.duration); },
                        [&](const workload::SnapshotStep& action) -> Result<void> {
                          VYRE_CHECK(snapshot(action.path, workload_, backend_, options_));
                          snapshots_.emplace_back(action.path);
                          return {};
                        },
                        [&](const workload::SetTenantEnabledStep& action) {
                          return set_tenant_word(action.tenant, protocol::kTenantMaskWord,
                                                 action.enabled ? protocol::kTenantMaskEnabled : 0);
                        },
                        [&](const workload::SetTenantQuotaStep& action) -> Result<void> {
                          VYRE_TRY(const auto quota, action.quota.evaluate_u32(loops_));
                          return set_tenant_word(action.tenant, protocol::kTenantQuotaWord, quota);
                        },
                        [&](const workload::SetObservableStep& action) -> Result<void> {
                          VYRE_TRY(const auto index, action.index.evaluate_u32(loops_));
                          VYRE_TRY(const auto value, action.value.evaluate_u32(loops_));
                          if (index >= workload_.observable_count)
                            return fail(ErrorCode::kOutOfRange,
                                        fmt::format("no observable {}, the workload has {}", index,
                                                    workload_.observable_count),
                                        "", "name a smaller one, or give the workload more observables");
                          return backend_.write_control(protocol::kObservableWord + index, value);
                        },
                        [](const auto&) -> Result<void> { return {}; },  // the others publish
                    },
                    step.action);
}

Result<void> Player::set_tenant_word(const workload::Expression& tenant, std::uint32_t first_word,
                                     std::uint32_t value) {
  VYRE_TRY(const auto id, tenant.evaluate_u32(loops_));
  if (id >= protocol::kTenantCount)
    return fail(ErrorCode::kOutOfRange, fmt::format("no tenant {}", id), "", "tenant ids are 0 to 28");
  VYRE_CHECK(backend_.write_control(first_word + id, value));
  publisher_.ring_again();  // the kernel forgot the slots that it might not run
  return {};
}

Result<void> Player::sleep(std::chrono::nanoseconds duration) {
  const auto end = ring::Clock::now() + duration;
  for (;;) {
    VYRE_CHECK(consumer_.health());
    const auto left = end - ring::Clock::now();
    if (left <= std::chrono::nanoseconds(0)) return {};
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kNap));
  }
}

Result<void> Player::wait(const workload::WaitStep& action) {
  const auto until = action.timeout ? ring::Clock::now() + *action.timeout : deadline();
  return std::visit(Overload{[&](const workload::WaitStep::All&) { return publisher_.wait_all(until); },
                             [&](const workload::WaitStep::Epoch& epoch) -> Result<void> {
                               VYRE_TRY(const auto at_least, epoch.at_least.evaluate_u32(loops_));
                               return wait_epoch(at_least, until);
                             },
                             [&](const workload::WaitStep::WindowUsable& window) -> Result<void> {
                               VYRE_TRY(const auto ticket, window.ticket.evaluate_u32(loops_));
                               return publisher_.wait_window(ticket, until);
                             }},
                    action.condition);
}

Result<void> Player::wait_epoch(std::uint32_t at_least, ring::Clock::time_point until) {
  ring::Backoff backoff;
  for (;;) {
    std::uint32_t epoch = 0;
    VYRE_CHECK(backend_.read_control(protocol::kEpochWord, {&epoch, 1}));
    if (epoch >= at_least) return {};
    backoff.pause();
    if (!backoff.is_slow() && !backoff.is_sleeping()) continue;
    VYRE_CHECK(consumer_.health());
    if (ring::Clock::now() >= until)
      return fail(ErrorCode::kTimeout,
                  fmt::format("timed out: the epoch is {}, awaited is {}", epoch, at_least), "",
                  "publish as many fenced batches as the epoch counts, or allow more time");
  }
}

bool Player::only_blocked_slots_left() {
  const auto left = publisher_.in_flight(kMaxBlockedSlots);
  if (left.size() == kMaxBlockedSlots) return false;
  std::vector<std::uint32_t> control(protocol::kControlFixedWords);
  if (!backend_.read_control(0, control)) return false;
  const auto is_blocked = [&](const ring::InFlightSlot& slot) {
    return slot.tenant < protocol::kTenantCount && (control[protocol::kTenantMaskWord + slot.tenant] == 0 ||
                                                    control[protocol::kTenantQuotaWord + slot.tenant] == 0);
  };
  bool any_blocked = false;
  for (const auto& slot : left) {
    if (is_blocked(slot))
      any_blocked = true;
    else if (slot.opcode != protocol::kOpBatchFence)
      return false;  // a fence may wait for a blocked slot
  }
  return any_blocked;
}

Result<void> Player::wait_for_the_rest() {
  const auto until = deadline();
  for (;;) {
    const auto look = std::min(until, ring::Clock::now() + kRestLook);
    auto waited = publisher_.wait_all(look);
    if (waited || waited.error().code == ErrorCode::kShutDown) return {};
    if (waited.error().code != ErrorCode::kTimeout) return waited;
    if (only_blocked_slots_left()) return {};
    if (ring::Clock::now() >= until) return waited;
  }
}

}  // namespace vyre::session
