#include "vyre/session/ring_image.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "session/step_encoder.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::session {
namespace {

using workload::Position;
using workload::RepeatStep;
using workload::Step;

/// Drains nothing.
class NoConsumer final : public ring::Consumer {
 public:
  void notify() noexcept override {}
  Result<void> health() override { return {}; }
  bool has_shut_down() noexcept override { return false; }
};

std::string_view kind_of(const Step::Action& action) {
  if (std::holds_alternative<workload::WaitStep>(action)) return "wait";
  if (std::holds_alternative<workload::SleepStep>(action)) return "sleep";
  if (std::holds_alternative<workload::SnapshotStep>(action)) return "snapshot";
  return "host action";
}

class ImageMaker {
 public:
  ImageMaker(const workload::Workload& workload, std::uint32_t slot_count)
      : workload_(workload),
        slot_count_(slot_count),
        completions_(slot_count),
        fault_details_(slot_count),
        doorbells_(ring::doorbell_words(slot_count, ring::queue_count(workload.scheduler, 1))) {
    image_.ring.resize(std::size_t{protocol::kSlotWords} * slot_count);
    publisher_ = std::make_unique<ring::Publisher>(
        ring::RingMemory{.ring = {.words = image_.ring, .kind = ring::MemoryKind::kCached},
                         .completions = completions_,
                         .fault_details = fault_details_,
                         .doorbells = doorbells_,
                         .scheduler = workload.scheduler},
        consumer_);
  }

  Result<RingImage> run() {
    VYRE_TRY(const auto steps, workload::open_steps(workload_));
    for (Step step;;) {
      VYRE_TRY(const bool more, steps->next(step));
      if (!more) break;
      VYRE_CHECK(take(step));
    }
    if (first_failure_) return std::unexpected(too_small());
    VYRE_CHECK(make_control());
    return std::move(image_);
  }

 private:
  Result<void> take(const Step& step) {
    if (const auto* repeat = std::get_if<RepeatStep>(&step.action)) return take_repeat(*repeat);
    if (std::holds_alternative<workload::StreamStep>(step.action))
      return fail(ErrorCode::kBadInput, "how many slots a stream publishes depends on its files",
                  where(step.position), "encode the workload without its stream");
    if (!StepEncoder::publishes(step.action)) {
      skip(step);
      return {};
    }
    auto descriptor = encoder_.encode(step.action, loops_);
    if (!descriptor) return std::unexpected(placed(descriptor.error(), step));
    slots_needed_ += descriptor::slot_count(**descriptor);
    if (!first_failure_) return publish(step, **descriptor);
    // Counting on tells how large the ring must be; a number above the cap needs no exactness.
    if (slots_needed_ > protocol::kMaxSlots) return std::unexpected(too_small());
    return {};
  }

  Result<void> take_repeat(const RepeatStep& repeat) {
    VYRE_TRY(const std::int64_t count, repeat.count.evaluate(loops_));
    const std::size_t depth = loops_.size();
    for (std::int64_t i = 0; i < count; ++i) {
      loops_.push_back(i);
      const std::uint64_t needed_before = slots_needed_;
      for (const Step& step : repeat.steps) VYRE_CHECK(take(step));
      loops_.resize(depth);
      // A body that publishes nothing does so every time, however high the count is. (Inner counts may
      // depend on the variable, so the rest must be tried for as long as that is so.)
      if (slots_needed_ == needed_before && publishes_nothing(repeat)) break;
    }
    return {};
  }

  static bool publishes_nothing(const RepeatStep& repeat) {
    return std::ranges::none_of(repeat.steps, [](const Step& step) {
      const auto* inner = std::get_if<RepeatStep>(&step.action);
      return inner != nullptr ? !publishes_nothing(*inner) : StepEncoder::publishes(step.action);
    });
  }

  Result<void> publish(const Step& step, const descriptor::Descriptor& descriptor) {
    ring::PublishOptions options{.priority = step.priority, .at_slot = {}, .deadline = ring::Clock::now()};
    if (step.at_slot) { VYRE_TRY(options.at_slot, step.at_slot->evaluate_u32(loops_)); }
    auto ticket = publisher_->publish(descriptor, options);
    if (ticket) {
      image_.slots_used += ticket->slot_count;
      return {};
    }
    const bool full =
        ticket.error().code == ErrorCode::kTimeout || ticket.error().code == ErrorCode::kOutOfRange;
    if (!full) return std::unexpected(placed(std::move(ticket.error()), step));
    if (options.at_slot)
      return fail(ErrorCode::kTooMany,
                  fmt::format("slots {} to {} are not free in a ring of {}", *options.at_slot,
                              *options.at_slot + descriptor::slot_count(descriptor) - 1, slot_count_),
                  where(step.position), "nothing is drained here: choose slots that no earlier step took");
    first_failure_ = step.position;
    return {};
  }

  Error too_small() const {
    const bool above_cap = slots_needed_ > protocol::kMaxSlots;
    if (slots_needed_ <= slot_count_)
      return {.code = ErrorCode::kTooMany,
              .what = fmt::format(
                  "the priority partition that this step asks for is full; the ring has {} slots in all",
                  slot_count_),
              .where = where(*first_failure_),
              .fix = fmt::format("vyre encode --slots {}",
                                 std::min(protocol::kMaxSlots, protocol::kPriorityCount * slot_count_))};
    return {.code = ErrorCode::kTooMany,
            .what = fmt::format(
                "the workload publishes {}{} slots, the ring has {} and nothing drains it here",
                above_cap ? "more than " : "", above_cap ? protocol::kMaxSlots : slots_needed_, slot_count_),
            .where = where(*first_failure_),
            .fix = above_cap ? "encode a smaller workload: lower the count of its `repeat`"
                             : fmt::format("vyre encode --slots {}", slots_needed_)};
  }

  Result<void> make_control() {
    VYRE_TRY(image_.control, codec::encode_control_for_ring(0, workload_.observable_count, slot_count_));
    for (const auto& tenant : workload_.tenants) {
      image_.control[protocol::kTenantMaskWord + tenant.id] =
          tenant.enabled ? protocol::kTenantMaskEnabled : 0;
      image_.control[protocol::kTenantQuotaWord + tenant.id] = tenant.quota;
    }
    for (const auto& [index, value] : workload_.initial_observables)
      image_.control[protocol::kObservableWord + index] = value;
    return {};
  }

  void skip(const Step& step) {
    if (image_.skipped.size() >= kMaxKeptSkipped) return;
    if (skipped_places_.emplace(step.position.line, step.position.column).second)
      image_.skipped.push_back({.position = step.position, .kind = kind_of(step.action)});
  }

  std::string where(Position position) const {
    return fmt::format("{}:{}:{}", workload_.file, position.line, position.column);
  }
  /// Errors of expressions know their place already.
  Error placed(Error error, const Step& step) const {
    if (!error.where.starts_with(workload_.file + ":")) error.where = where(step.position);
    return error;
  }

  const workload::Workload& workload_;
  std::uint32_t slot_count_;
  RingImage image_;
  std::vector<std::uint32_t> completions_;
  std::vector<std::uint32_t> fault_details_;
  std::vector<std::uint32_t> doorbells_;
  NoConsumer consumer_;
  std::unique_ptr<ring::Publisher> publisher_;
  StepEncoder encoder_;
  std::vector<std::int64_t> loops_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> skipped_places_;
  std::uint64_t slots_needed_ = 0;
  std::optional<Position> first_failure_;  ///< of the first step that found no room
};

}  // namespace

Result<RingImage> encode_ring(const workload::Workload& workload, const RingImageOptions& options) {
  const std::uint32_t slot_count = options.slot_count.value_or(workload.slot_count);
  if (slot_count == 0 || slot_count > protocol::kMaxSlots)
    return fail(ErrorCode::kOutOfRange, fmt::format("a ring of {} slots", slot_count), "encode_ring",
                fmt::format("ask for 1 to {} slots", protocol::kMaxSlots));
  try {
    return ImageMaker(workload, slot_count).run();
  } catch (const std::exception& error) {
    return fail(ErrorCode::kTooMany, fmt::format("encoding the workload failed: {}", error.what()),
                workload.file, "free some memory, or encode a smaller ring");
  }
}

}  // namespace vyre::session
