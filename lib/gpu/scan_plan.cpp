#include "gpu/scan_plan.hpp"

#include <algorithm>

#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::gpu {

namespace {

/// A lane's segment on a GPU: long enough that its look around for work does not show, short enough that a
/// chunk keeps every lane busy.
constexpr std::uint32_t kGpuSegmentBytes = 512;
/// At least so many times what is read ahead of it.
constexpr std::uint32_t kLeastShare = 4;
/// On a CPU device some 128 turns of the loop over sixteen bytes, where nothing is found.
constexpr std::uint32_t kCpuSegmentBytes = 2048;
/// Of the back-edges of a slice; the rest is for the other operations and for the next pass.
constexpr std::uint32_t kMostPassCost = protocol::kSliceBackEdges / 3;
constexpr std::uint32_t kClassWords = 64;
/// Of shared memory, beside what the kernel itself keeps there.
constexpr std::uint32_t kSharedReserveWords = 64;

/// What shaders/include/scan.glsl takes at the most: the loops of walk_segment(), with a
/// match behind every byte. A loop that no lane enters counts once.
std::uint32_t cost_of(std::uint32_t segment, std::uint32_t read_ahead, std::uint32_t most_outputs) {
  return 3 * (read_ahead + segment) / 16 + segment * (2 + most_outputs) + 64;
}

class Planner {
 public:
  Planner(std::span<std::uint32_t> tables, bool cpu, std::uint32_t shared_words)
      : tables_(tables), cpu_(cpu), free_words_(cpu ? 0 : shared_words) {
    plan_.table_count = tables[0];
  }

  ScanPlan plan() {
    for (std::uint32_t i = 0; i < plan_.table_count; ++i) plan_segment(head(i));
    // The classes first: they are small, and looked at for every byte.
    for (std::uint32_t i = 0; i < plan_.table_count; ++i)
      share(head(i)[protocol::kScanSharedClassesWord], kClassWords);
    for (std::uint32_t i = 0; i < plan_.table_count; ++i)
      share(head(i)[protocol::kScanSharedWord], head(i)[protocol::kScanTransitionWordsWord]);
    return plan_;
  }

 private:
  std::span<std::uint32_t> head(std::uint32_t number) {
    return tables_.subspan(protocol::kScanTablesHeadWord + std::size_t{protocol::kScanHeadWords} * number,
                           protocol::kScanHeadWords);
  }

  void plan_segment(std::span<std::uint32_t> head) {
    const std::uint32_t read_ahead = head[protocol::kScanReadAheadWord];
    std::uint32_t segment = std::max(kGpuSegmentBytes, kLeastShare * read_ahead);
    if (cpu_) {
      segment = kCpuSegmentBytes;
      while (segment > protocol::kScanAlignment &&
             cost_of(segment, read_ahead, head[protocol::kScanMostOutputsWord]) > kMostPassCost)
        segment /= 2;
      // A lane that begins at the scan's first byte or behind it must be able to read ahead.
      if (segment < read_ahead) head[protocol::kScanFlagsWord] |= protocol::kScanUnbounded;
      plan_.pass_cost =
          std::max(plan_.pass_cost, cost_of(segment, read_ahead, head[protocol::kScanMostOutputsWord]));
    }
    head[protocol::kScanSegmentWord] = segment;
    if ((head[protocol::kScanFlagsWord] & protocol::kScanUnbounded) != 0) {
      head[protocol::kScanReadAheadWord] = std::min(read_ahead, segment);
      plan_.record_count = protocol::kScanRecords;
    }
  }

  void share(std::uint32_t& place, std::uint32_t words) {
    if (words > free_words_) return;
    place = plan_.shared_words;
    plan_.shared_words += words;
    free_words_ -= words;
  }

  std::span<std::uint32_t> tables_;
  bool cpu_;
  std::uint32_t free_words_;
  ScanPlan plan_;
};

}  // namespace

ScanPlan plan_scans(std::span<std::uint32_t> tables, const FoundDevice& device) {
  if (tables.empty()) return {};
  const std::uint32_t shared =
      device.handle.getProperties().limits.maxComputeSharedMemorySize / std::uint32_t{sizeof(std::uint32_t)};
  return Planner(tables, device.info.type == DeviceType::kCpu, shared - std::min(shared, kSharedReserveWords))
      .plan();
}

}  // namespace vyre::gpu
