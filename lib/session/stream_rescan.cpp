#include "session/stream_rescan.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "session/stream_faults.hpp"
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
  std::uint64_t at = word + protocol::kScanResultHeadWords;
  for (std::uint32_t i = 0; i < count; ++i, at += protocol::kScanMatchWords) {
    const std::uint32_t pattern = cells.take_result(at);
    const std::uint32_t end = cells.take_result(at + 1);
    findings.matches.push_back((std::uint64_t{from} + end) << 32 | pattern);
  }
}

Result<ScanHead> read_head(const StreamCells& cells, std::uint64_t word) {
  const ScanHead head{.found = cells.take_result(word), .row = cells.take_result(word + 1)};
  if (head.found != ring::kNoResultYet && head.row != ring::kNoResultYet) return head;
  return fail(ErrorCode::kDevice, "a scan is done, but what it found has not come", "",
              "report this, with the device and its driver");
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
    findings.faulted = StreamFaults(publisher_).has(ticket.id, ticket.first_slot);
    if (findings.faulted) return {};
    VYRE_TRY(const ScanHead head, read_head(cells_, area));
    const std::size_t before = findings.matches.size();
    read_matches(cells_, area, std::min(head.found, layout_.spare_matches), done, findings);
    if (head.found > layout_.spare_matches) {
      findings.matches.resize(before);
      VYRE_ASSERT(bytes > kUnit);  // the layout has room for all that so many bytes can have
      part = whole_units(bytes / 2);
      continue;
    }
    findings.row = head.row;
    done += bytes;
    entry = exit;
    spare = 1 - spare;
  }
  return {};
}

}  // namespace vyre::session
