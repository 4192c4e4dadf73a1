#include "session/stream_layout.hpp"

#include <algorithm>

#include "vyre/protocol/opcodes.hpp"

namespace vyre::session {

namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint32_t kFreeWords = 16;
/// Of all chunk buffers: CPU devices have storage buffers of 128 MiB at most, and the workload has its part.
constexpr std::uint64_t kMostChunkBytes = 96U << 20;
constexpr std::uint32_t kLeastBuffers = 3;
constexpr std::uint32_t kSpareBuffers = 4;  ///< being worked on, beside those that are read into
constexpr std::uint64_t kMostResultWords = (64U << 20) / 4;
constexpr std::uint64_t kLeastMatches = 256;  ///< however many rules there are
constexpr std::uint32_t kMostPieces = 256;

std::uint64_t round_up(std::uint64_t size, std::uint64_t unit) { return (size + unit - 1) / unit * unit; }

/// Most patterns that end at one byte.
std::uint32_t most_outputs(const scan::Table& table) {
  std::uint32_t most = 1;
  for (std::size_t state = 0; state + 1 < table.output_begin.size(); ++state)
    most = std::max(most, table.output_begin[state + 1] - table.output_begin[state]);
  return most;
}

void lay_out_results(const workload::Workload& workload, const workload::StreamStep& step,
                     StreamLayout& layout) {
  const std::uint64_t areas = std::uint64_t{layout.buffers} * layout.rules;
  const std::uint64_t heads = std::uint64_t{protocol::kScanResultHeadWords} * layout.most_pieces;
  const std::uint64_t fitting =
      kMostResultWords / areas > heads ? (kMostResultWords / areas - heads) / protocol::kScanMatchWords : 0;
  layout.max_matches =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(step.max_matches, std::max(fitting, kLeastMatches)));
  std::uint64_t spare = layout.max_matches;
  for (const auto& rule : workload.scan_rules)
    spare =
        std::max<std::uint64_t>(spare, std::uint64_t{protocol::kScanAlignment} * most_outputs(rule.table));
  layout.spare_matches = static_cast<std::uint32_t>(std::min<std::uint64_t>(spare, 0x3FFF'FFFF));
}

void add(const workload::Workload& workload, const workload::Step& step, StreamMemory& memory) {
  if (const auto* repeat = std::get_if<workload::RepeatStep>(&step.action))
    for (const auto& inner : repeat->steps) add(workload, inner, memory);
  const auto* stream = std::get_if<workload::StreamStep>(&step.action);
  if (stream == nullptr) return;
  const StreamLayout layout = layout_of(workload, *stream);
  memory.arena_words = std::max(memory.arena_words, layout.arena_words());
  memory.result_words = std::max(memory.result_words, layout.result_words());
}

}  // namespace

StreamLayout layout_of(const workload::Workload& workload, const workload::StreamStep& step) {
  StreamLayout layout;
  layout.chunk_bytes = step.chunk_bytes;
  const std::uint64_t fitting =
      std::max<std::uint64_t>(kMostChunkBytes / std::max<std::uint64_t>(step.chunk_bytes, 1), kLeastBuffers);
  layout.buffers =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{step.depth} + kSpareBuffers, fitting));
  if (step.opcode == protocol::kOpScan) layout.rules = static_cast<std::uint32_t>(workload.scan_rules.size());
  const std::uint32_t slots_a_piece = std::max(layout.rules, 1U);
  layout.most_pieces = std::clamp(workload.slot_count / 2 / slots_a_piece, 1U, kMostPieces);

  const std::uint64_t region = round_up(std::uint64_t{4} * workload.arena_words, kPage);
  layout.first_cell = region / 4 + kFreeWords;
  const std::uint64_t cells = layout.rules == 0 ? 0 : std::uint64_t{2} * layout.buffers * layout.rules + 2;
  layout.first_buffer = round_up(4 * (layout.first_cell + cells), kPage);
  if (layout.rules != 0) lay_out_results(workload, step, layout);
  return layout;
}

StreamMemory memory_for_streams(const workload::Workload& workload) {
  StreamMemory memory{.arena_words = workload.arena_words};
  if (!workload.has_streams) return memory;
  const auto reader = workload::open_steps(workload);
  if (!reader) return memory;
  workload::Step step;
  for (auto more = (*reader)->next(step); more && *more; more = (*reader)->next(step))
    add(workload, step, memory);
  return memory;
}

}  // namespace vyre::session
