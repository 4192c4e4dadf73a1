#include "session/stream_rescan.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "vyre/descriptor/operations.hpp"

namespace vyre::session {

namespace {

constexpr std::uint32_t kUnit = protocol::kScanAlignment;

std::uint32_t whole_units(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(bytes / kUnit * kUnit, kUnit));
}

}  // namespace

void read_matches(const StreamCells& cells, std::uint64_t word, std::uint32_t count, std::uint32_t from,
                  ScanFindings& findings) {
  const auto words =
      cells.results(word + protocol::kScanResultHeadWords, std::uint64_t{protocol::kScanMatchWords} * count);
  for (std::size_t i = 0; i < words.size(); i += protocol::kScanMatchWords)
    findings.matches.push_back((std::uint64_t{from} + words[i + 1]) << 32 | words[i]);
}

Result<void> StreamRescan::run(const StreamSlot& slot, std::uint32_t found, ScanFindings& findings) {
  const auto area = static_cast<std::uint32_t>(layout_.spare_area());
  // As if the matches lay evenly, and then half of that.
  std::uint32_t part = whole_units(std::uint64_t{slot.bytes} * layout_.spare_matches / found / 2);
  std::uint32_t entry = slot.entry;
  std::uint32_t spare = 0;
  for (std::uint32_t done = 0; done < slot.bytes;) {
    const std::uint32_t bytes = std::min(part, slot.bytes - done);
    const std::uint32_t exit = layout_.spare_cell(spare);
    cells_.set_cell(exit, 0);
    cells_.clear_results(area);
    const auto args = descriptor::Scan{.at = slot.at + done,
                                       .bytes = bytes,
                                       .table = slot.rule,
                                       .results = protocol::kInResultMemory | area,
                                       .most = layout_.spare_matches,
                                       .entry = entry,
                                       .exit = exit}
                          .args();
    const descriptor::Single single{.opcode = descriptor::Scan::opcode, .args = args};
    const auto until = ring::Clock::now() + timeout_;
    VYRE_TRY(const auto ticket,
             publisher_.publish(single, {.priority = priority_, .at_slot = {}, .deadline = until}));
    VYRE_CHECK(publisher_.wait(ticket, until));
    const std::uint32_t in_part = cells_.result(area);
    if (in_part == kNothingWritten) {
      findings.faulted = true;
      return {};
    }
    if (in_part > layout_.spare_matches) {
      VYRE_ASSERT(bytes > kUnit);  // the layout has room for all that so many bytes can have
      part = whole_units(bytes / 2);
      continue;
    }
    read_matches(cells_, area, in_part, done, findings);
    findings.row = cells_.result(area + 1);
    done += bytes;
    entry = exit;
    spare = 1 - spare;
  }
  return {};
}

}  // namespace vyre::session
