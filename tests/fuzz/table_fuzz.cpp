// Tables: any bytes are a table file or an error with its place, and what is read can be walked. The input as
// a regular expression builds a table or an error, and as literals a table that finds them.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/crc32c.hpp"
#include "base/little_endian.hpp"
#include "scan/table_format.hpp"
#include "support/fuzz_input.hpp"
#include "vyre/scan/literals_file.hpp"
#include "vyre/scan/scan.hpp"
#include "vyre/scan/table.hpp"
#include "vyre/scan/table_file.hpp"

namespace {

using namespace vyre::scan;

void check_file(std::span<const std::byte> bytes) {
  const auto tables = decode_tables(bytes, "input");
  if (!tables) {
    FUZZ_CHECK(tables.error().where.starts_with("input: byte "));
    FUZZ_CHECK(!tables.error().what.empty() && !tables.error().fix.empty());
    return;
  }
  for (const Table& table : *tables) {
    std::uint64_t matches = 0;
    const std::uint32_t row =
        scan(table, table.start, bytes, 0, [&](std::uint32_t pattern, std::uint64_t end) {
          FUZZ_CHECK(pattern < table.patterns.size() && end > 0 && end <= bytes.size());
          ++matches;
        });
    FUZZ_CHECK(row < table.transitions.size());
    FUZZ_CHECK(matches <= bytes.size() * table.patterns.size());
    (void)leftmost_start(table, bytes, bytes.size());
    if (table.kind != TableKind::kLiterals) continue;
    Selection selection(table);
    std::vector<Found> found;
    (void)scan(table, table.start, bytes, 0,
               [&](std::uint32_t pattern, std::uint64_t end) { selection.add(pattern, end, found); });
    selection.finish(found);
    for (std::size_t i = 1; i < found.size(); ++i) FUZZ_CHECK(found[i].start >= found[i - 1].end);
  }
  const auto again = encode_tables(*tables);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(decode_tables(*again, "again") == *tables);
}

/// Gives a file the checksums that it should have, so that what lies behind them is reached.
void mend(std::span<std::byte> file) {
  const auto mend_crc = [&](std::size_t begin, std::size_t size) {
    vyre::base::store_le<std::uint32_t>(file, begin + size, vyre::base::crc32c(file.subspan(begin, size)));
  };
  if (file.size() < kHeaderBytes) return;
  mend_crc(0, kHeaderCrcAt);
  for (std::size_t at = kHeaderBytes; file.size() - at >= kHeadBytes;) {
    mend_crc(at, kHeadCrcAt);
    const auto body = vyre::base::load_le<std::uint64_t>(file, at + kBodyBytesAt);
    at += kHeadBytes;
    if (file.size() - at < kCrcBytes || body > file.size() - at - kCrcBytes) return;
    mend_crc(at, body);
    at += body + kCrcBytes;
  }
}

void check_regex(std::string_view text) {
  const bool ignore_case = !text.empty() && text.front() == '\0';
  const auto rule =
      build_regex(text.substr(ignore_case), {.ignore_case = ignore_case, .max_transition_bytes = 1 << 16});
  if (!rule) {
    FUZZ_CHECK(!rule.error().what.empty() && !rule.error().fix.empty());
    // Its syntax was checked before libfa saw it.
    FUZZ_CHECK(!rule.error().what.starts_with("libfa"));
    return;
  }
  const auto bytes = std::as_bytes(std::span(text));
  (void)scan(rule->scan, rule->scan.start, bytes, 0, [&](std::uint32_t, std::uint64_t end) {
    FUZZ_CHECK(leftmost_start(rule->reverse, bytes, end).has_value());
  });
  for (const Found& one : select_regex(*rule, bytes)) FUZZ_CHECK(one.start < one.end);
}

void check_literals(std::string_view text) {
  const auto literals = read_literals(text, true, "input");
  if (!literals) {
    FUZZ_CHECK(literals.error().where.starts_with("input"));
    return;
  }
  const auto table = build_literals(*literals, {.max_transition_bytes = 1 << 20});
  if (!table) return;
  const std::string& last = literals->back();
  bool seen = false;
  (void)scan(*table, table->start, std::as_bytes(std::span(last)), 0,
             [&](std::uint32_t pattern, std::uint64_t end) {
               seen = seen || (pattern + 1 == literals->size() && end == last.size());
             });
  FUZZ_CHECK(seen);
  const auto file = encode_tables(std::span(&*table, 1));
  FUZZ_CHECK(file && decode_tables(*file, "input") == std::vector{*table});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check_file(bytes);
  std::vector<std::byte> mended(bytes.begin(), bytes.end());
  mend(mended);
  check_file(mended);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size <= 64) check_regex(text);
  if (size <= 4096) check_literals(text);
  return 0;
}
