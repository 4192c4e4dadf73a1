/// RingImage: the ring and control buffer that a workload's steps produce, made without a device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// A step that publishes nothing and so left no trace in the image.
struct SkippedStep {
  workload::Position position;
  std::string_view kind;  ///< "wait", "sleep", "snapshot", "host action"
};

struct RingImage {
  std::vector<std::uint32_t> ring;     ///< every slot PUBLISHED or EMPTY
  std::vector<std::uint32_t> control;  ///< as the kernel would find it at its start
  std::uint32_t slots_used = 0;
  std::vector<SkippedStep> skipped;  ///< each place in the file once, the first kMaxKeptSkipped
};
inline constexpr std::size_t kMaxKeptSkipped = 1000;

struct RingImageOptions {
  std::optional<std::uint32_t> slot_count;  ///< in place of the workload's
};

/// Publishes every step in order into a fresh ring, placed as a run places them while nothing finishes.
/// Errors: kTooMany (the steps need more slots than there are: says how many), those of expressions and
/// descriptors; `where` is the step's file:line:column.
[[nodiscard]] VYRE_API Result<RingImage> encode_ring(const workload::Workload& workload,
                                                     const RingImageOptions& options = {});

}  // namespace vyre::session
