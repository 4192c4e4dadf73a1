#include "session/player.hpp"

#include <fmt/format.h>

#include <thread>

#include "base/overload.hpp"
#include "session/outcome.hpp"
#include "session/stall.hpp"
#include "session/waiting.hpp"

namespace vyre::session {

namespace {

using workload::Step;

/// How often a sleeping run looks whether it was interrupted.
constexpr std::chrono::milliseconds kNap{20};

}  // namespace

Player::Player(const workload::Workload& workload, const recording::RunRecord& origin, ring::Backend& backend,
               RunConsumer& consumer, ring::Publisher& publisher, StreamRetirements& retirements,
               Recorder* recorder, trace::Tracer* tracer, const RunOptions& options)
    : workload_(workload),
      origin_(origin),
      backend_(backend),
      consumer_(consumer),
      publisher_(publisher),
      retirements_(retirements),
      recorder_(recorder),
      tracer_(tracer),
      options_(options) {}

ring::Clock::time_point Player::deadline() const {
  return ring::Clock::now() + options_.timeout.value_or(workload_.timeout);
}

Error Player::explain(Error error, const workload::Position& position) {
  if (error.where.empty())
    error.where = fmt::format("{}:{}:{}", workload_.file, position.line, position.column);
  if (error.code == ErrorCode::kTimeout && backend_.health())
    error.what += "\n" + stall_report(backend_, publisher_, recording::names_of(origin_));
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
  Result<void> rest;
  {
    const trace::WaitSpan span(tracer_, "all slots", 0);
    rest = settle(backend_, publisher_, deadline());
  }
  finished_ = ring::Clock::now();
  if (!rest) return std::unexpected(explain(std::move(rest).error(), step.position));
  return {};
}

Result<void> Player::play_step(const Step& step) {
  VYRE_CHECK(consumer_.health());
  if (StepEncoder::publishes(step.action)) return publish(step);
  if (const auto* action = std::get_if<workload::RepeatStep>(&step.action)) return repeat(*action);
  if (const auto* action = std::get_if<workload::StreamStep>(&step.action)) return stream(*action, step);
  return act(step);
}

Result<void> Player::publish(const Step& step) {
  VYRE_TRY(const auto* descriptor, encoder_.encode(step.action, loops_));
  ring::PublishOptions placement{.priority = step.priority, .at_slot = {}, .deadline = deadline()};
  if (step.at_slot) { VYRE_TRY(placement.at_slot, step.at_slot->evaluate_u32(loops_)); }
  if (tracer_ != nullptr) tracer_->about_to_publish();
  VYRE_TRY(const auto ticket, publisher_.publish(*descriptor, placement));
  if (step.async) return {};
  {
    const trace::WaitSpan span(tracer_, "ticket", ticket.id);
    VYRE_CHECK(publisher_.wait(ticket, deadline()));
  }
  note_wait(recording::WaitRecord::For::kTicket, ticket.id);
  return {};
}

Result<void> Player::stream(const workload::StreamStep& action, const Step& step) {
  const StreamContext context{.workload = workload_,
                              .backend = backend_,
                              .consumer = consumer_,
                              .publisher = publisher_,
                              .retirements = retirements_,
                              .tracer = tracer_,
                              .listener = options_.streams,
                              .timeout = options_.timeout.value_or(workload_.timeout)};
  VYRE_CHECK(play_stream(action, loops_, step.priority, context, stream_window_, streams_.emplace_back()));
  // Slots of steps before it that are still out were not waited for.
  if (publisher_.counts().in_flight == 0) note_wait(recording::WaitRecord::For::kAll, 0);
  return {};
}

void Player::note_wait(recording::WaitRecord::For awaited, std::uint64_t value) {
  if (recorder_ != nullptr) recorder_->waited(awaited, value, publisher_);
}

Result<void> Player::write_control(std::uint32_t word, std::uint32_t value) {
  VYRE_CHECK(backend_.write_control(word, value));
  if (recorder_ != nullptr) recorder_->control_written(word, value);
  return {};
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
  return std::visit(base::Overload{
                        [&](const workload::WaitStep& action) { return wait(action); },
                        [&](const workload::SleepStep& action) { return sleep(action.duration); },
                        [&](const workload::SnapshotStep& action) -> Result<void> {
                          VYRE_CHECK(snapshot(action.path, origin_, backend_));
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
                          return write_control(protocol::kObservableWord + index, value);
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
  VYRE_CHECK(write_control(first_word + id, value));
  publisher_.ring_again();  // the kernel forgot the slots that it might not run
  return {};
}

Result<void> Player::sleep(std::chrono::nanoseconds duration) {
  const trace::WaitSpan span(tracer_, "sleep", static_cast<std::uint64_t>(duration.count()));
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
  using For = recording::WaitRecord::For;
  return std::visit(base::Overload{[&](const workload::WaitStep::All&) -> Result<void> {
                                     const trace::WaitSpan span(tracer_, "all slots", 0);
                                     VYRE_CHECK(publisher_.wait_all(until));
                                     note_wait(For::kAll, 0);
                                     return {};
                                   },
                                   [&](const workload::WaitStep::Epoch& epoch) -> Result<void> {
                                     VYRE_TRY(const auto at_least, epoch.at_least.evaluate_u32(loops_));
                                     const trace::WaitSpan span(tracer_, "epoch", at_least);
                                     VYRE_CHECK(wait_epoch(backend_, consumer_, at_least, until));
                                     note_wait(For::kEpoch, at_least);
                                     return {};
                                   },
                                   [&](const workload::WaitStep::WindowUsable& window) -> Result<void> {
                                     VYRE_TRY(const auto ticket, window.ticket.evaluate_u32(loops_));
                                     const trace::WaitSpan span(tracer_, "window", ticket);
                                     VYRE_CHECK(publisher_.wait_window(ticket, until));
                                     note_wait(For::kWindow, ticket);
                                     return {};
                                   }},
                    action.condition);
}

}  // namespace vyre::session
