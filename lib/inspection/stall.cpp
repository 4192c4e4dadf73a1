#include <fmt/format.h>

#include "vyre/inspection/summary.hpp"

namespace vyre::inspection {

std::string to_text(const Stall& stall) {
  if (stall.epoch != stall.epoch_before || stall.done != stall.done_before)
    return fmt::format("progress: epoch {} to {}, done {} to {}", stall.epoch_before, stall.epoch,
                       stall.done_before, stall.done);
  const std::string still = fmt::format("no progress: epoch {} and done {} in both", stall.epoch, stall.done);
  if (!stall.suspected) return still + ", and nothing is published or claimed: idle";
  return fmt::format(
      "stall suspected: {}, while {} published and {} claimed slots remain, {} of them unchanged", still,
      stall.published, stall.claimed, stall.untouched);
}

Result<Stall> check_stall(const Inspection& earlier, const Inspection& later) {
  for (const auto* side : {&earlier, &later})
    if (!side->has(Buffer::kControl) || !side->has(Buffer::kRing))
      return fail(ErrorCode::kBadInput, "a stall shows in control buffer and ring, one of them is missing",
                  side->file, "name snapshots, or pass both raw buffers");
  if (earlier.slot_count() != later.slot_count())
    return fail(ErrorCode::kBadInput,
                fmt::format("a ring of {} slots, the other has {}", earlier.slot_count(), later.slot_count()),
                earlier.file, "take two looks at one ring");
  Stall stall{.epoch_before = earlier.buffers.control[protocol::kEpochWord],
              .epoch = later.buffers.control[protocol::kEpochWord],
              .done_before = earlier.buffers.control[protocol::kDoneCountWord],
              .done = later.buffers.control[protocol::kDoneCountWord]};
  for (std::uint32_t index = 0; index < later.slot_count(); ++index) {
    const protocol::Slot slot = later.slot(index);
    const auto status = static_cast<protocol::Status>(slot.status);
    if (status != protocol::Status::kPublished && status != protocol::Status::kClaimed) continue;
    ++(status == protocol::Status::kPublished ? stall.published : stall.claimed);
    if (earlier.slot(index) == slot) ++stall.untouched;
  }
  stall.suspected = stall.epoch == stall.epoch_before && stall.done == stall.done_before &&
                    stall.published + stall.claimed > 0;
  return stall;
}

}  // namespace vyre::inspection
