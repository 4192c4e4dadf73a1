// SCAN: one walk over the bytes, plain and slow. The twin of shaders/include/scan.glsl.
#include <atomic>
#include <optional>

#include "reference/operations.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;

/// One table of the buffer that scan::encode_for_kernel() makes.
class KernelTable {
 public:
  KernelTable(std::span<const std::uint32_t> words, std::uint32_t number) noexcept
      : words_(words),
        head_(words.subspan(protocol::kScanTablesHeadWord + std::size_t{protocol::kScanHeadWords} * number)) {
  }

  [[nodiscard]] std::uint32_t start() const noexcept { return head_[protocol::kScanStartWord]; }
  [[nodiscard]] bool is_row(std::uint32_t row) const noexcept {
    return row % head_[protocol::kScanClassesWord] == 0 &&
           row / head_[protocol::kScanClassesWord] < head_[protocol::kScanStatesWord];
  }
  [[nodiscard]] std::uint32_t entry(std::uint32_t row, std::uint32_t byte) const noexcept {
    const std::uint32_t classes = words_[head_[protocol::kScanClassOfWord] + byte / 4] >> (8 * (byte % 4));
    return words_[head_[protocol::kScanTransitionsWord] + row + (classes & 0xFF)];
  }
  [[nodiscard]] std::span<const std::uint32_t> outputs(std::uint32_t row) const noexcept {
    const std::uint32_t at = head_[protocol::kScanOutputBeginWord] + row / head_[protocol::kScanClassesWord];
    return words_.subspan(head_[protocol::kScanOutputsWord] + words_[at], words_[at + 1] - words_[at]);
  }

 private:
  std::span<const std::uint32_t> words_;
  std::span<const std::uint32_t> head_;
};

/// The words from `results` on, in whichever memory that names; nothing when they leave it.
std::optional<std::span<std::uint32_t>> result_words(const Environment& env, const descriptor::Scan& scan) {
  const bool apart = (scan.results & protocol::kInResultMemory) != 0;
  const auto memory = apart ? env.scans.results : env.store.arena();
  const std::uint64_t first = scan.results & ~protocol::kInResultMemory;
  const std::uint64_t count =
      protocol::kScanResultHeadWords + std::uint64_t{protocol::kScanMatchWords} * scan.most;
  if (first > memory.size() || count > memory.size() - first) return std::nullopt;
  return memory.subspan(first, count);
}

Check check(const Environment& env, const descriptor::Scan& scan) {
  if (env.scans.tables.empty() || scan.table >= env.scans.tables[0])
    return Fault{FaultCode::kNoScanTable, scan.table};
  if (scan.bytes > protocol::kMaxScanBytes) return Fault{FaultCode::kScanTooLong, scan.bytes};
  if (scan.at % protocol::kScanAlignment != 0) return Fault{FaultCode::kArenaMisaligned, scan.at};
  const std::uint32_t words = scan.bytes / 4 + (scan.bytes % 4 != 0 ? 1 : 0);
  const std::uint32_t arena = env.store.arena_words();
  if (scan.at / 4 > arena || words > arena - scan.at / 4)
    return Fault{FaultCode::kArenaOutOfRange, scan.at / 4};
  if (!result_words(env, scan))
    return (scan.results & protocol::kInResultMemory) != 0
               ? Fault{FaultCode::kNoResultWord, scan.results & ~protocol::kInResultMemory}
               : Fault{FaultCode::kArenaOutOfRange, scan.results};
  for (const std::uint32_t cell : {scan.entry, scan.exit})
    if (cell != 0)
      if (auto fault = env.store.check_arena(cell)) return fault;
  return std::nullopt;
}

void walk(const KernelTable& table, const descriptor::Scan& scan, std::uint32_t row,
          std::span<const std::uint32_t> bytes, std::span<std::uint32_t> results) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < scan.bytes; ++i) {
    const std::uint32_t entry = table.entry(row, bytes[i / 4] >> (8 * (i % 4)) & 0xFF);
    row = entry & ~protocol::kScanAccepts;
    if ((entry & protocol::kScanAccepts) == 0) continue;
    for (const std::uint32_t pattern : table.outputs(row)) {
      if (found < scan.most) {
        const std::size_t at =
            protocol::kScanResultHeadWords + std::size_t{protocol::kScanMatchWords} * found;
        results[at] = pattern;
        results[at + 1] = i + 1;
      }
      ++found;
    }
  }
  results[0] = found;
  results[1] = row;
}

}  // namespace

Outcome op_scan(Environment& env, const Operation& op) {
  const auto scan = descriptor::Scan::from_args(op.args);
  if (auto fault = check(env, scan)) return faulted(*fault);
  const KernelTable table(env.scans.tables, scan.table);
  std::uint32_t row = table.start();
  if (scan.entry != 0) {
    // Acquire: the host may have written it, and the bytes, meanwhile.
    const std::uint32_t cell = std::atomic_ref(env.store.arena()[scan.entry]).load(std::memory_order_acquire);
    if (cell == 0) return wait();
    if (!table.is_row(cell - 1)) return faulted(FaultCode::kNoScanRow, cell);
    row = cell - 1;
  }
  const auto results = *result_words(env, scan);
  walk(table, scan, row, env.store.arena().subspan(scan.at / 4), results);
  if (scan.exit != 0) env.store.write_arena(scan.exit, results[1] + 1);
  return done();
}

}  // namespace vyre::reference
