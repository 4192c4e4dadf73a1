// Replay log reader: any bytes give records, and an error with its place where they end early. What is read
// reads the same twice, is no larger than the input allows, and encodes to a payload that reads the same.
#include <algorithm>
#include <string>
#include <vector>

#include "recording/crc32c.hpp"
#include "recording/little_endian.hpp"
#include "recording/log_payload.hpp"
#include "support/fuzz_input.hpp"
#include "vyre/recording/log_reader.hpp"

namespace {

using namespace vyre::recording;
using vyre::Error;

void check_error(const Error& error) {
  FUZZ_CHECK(error.where.starts_with("input: byte "));
  FUZZ_CHECK(!error.what.empty() && !error.fix.empty());
}

/// Reads `again` as `record` was read, but into memory of its own.
void check_round_trip(const LogRecord& record) {
  if (std::holds_alternative<PublicationRecord>(record.what)) return;
  std::vector<std::byte> payload;
  const auto encoded = encode_payload(record, payload);
  FUZZ_CHECK(!encoded.problem);
  LogRecord again;
  FUZZ_CHECK(!decode_payload(encoded.kind, payload, again));
  FUZZ_CHECK(again.what == record.what);
}

std::vector<LogRecord> read_all(std::span<const std::byte> bytes) {
  std::vector<LogRecord> records;
  const auto reader = open_log(bytes, "input");
  if (!reader) {
    check_error(reader.error());
    return records;
  }
  LogRecord record;
  while (true) {
    const auto more = (*reader)->next(record);
    FUZZ_CHECK(more.has_value());
    if (!*more) break;
    records.push_back(record);
  }
  if ((*reader)->damage()) check_error(*(*reader)->damage());
  FUZZ_CHECK((*reader)->damage() || !(*reader)->tail_is_cut());
  return records;
}

void check(std::span<const std::byte> bytes) {
  const auto records = read_all(bytes);
  std::size_t held_bytes = 0;
  for (const auto& record : records) {
    FUZZ_CHECK(record.offset < bytes.size());
    if (const auto* publication = std::get_if<PublicationRecord>(&record.what)) {
      FUZZ_CHECK(!publication->slots.empty());
      FUZZ_CHECK(publication->window_required <= publication->slots.size());
      held_bytes += (publication->args_cut ? 1 : vyre::protocol::kSlotBytes) * publication->slots.size();
    }
    if (const auto* seen = std::get_if<CheckpointRecord>(&record.what))
      held_bytes += 8 * seen->observables.size();
    check_round_trip(record);
  }
  FUZZ_CHECK(held_bytes <= bytes.size());
  const auto again = read_all(bytes);
  FUZZ_CHECK(std::ranges::equal(records, again, [](const LogRecord& a, const LogRecord& b) {
    return a.time_ns == b.time_ns && a.offset == b.offset && a.what == b.what;
  }));
}

/// Gives a log of version 2 the checksums that it should have, so that what lies behind them is reached.
void mend(std::vector<std::byte>& log) {
  const std::span<std::byte> bytes(log);
  if (bytes.size() < kLogV2HeaderBytes || bytes[7] != std::byte{'2'}) return;
  store_le<std::uint32_t>(bytes, kLogV2HeaderCrcAt, crc32c(bytes.first(kLogV2HeaderCrcAt)));
  for (std::size_t at = kLogV2HeaderBytes; bytes.size() - at >= kRecordHeadBytes + kRecordCrcBytes;) {
    const auto record = bytes.subspan(at);
    store_le<std::uint16_t>(record, kRecordCheckAt,
                            static_cast<std::uint16_t>(crc32c(record.first(kRecordCheckAt))));
    const std::uint64_t checked = kRecordHeadBytes + std::uint64_t{load_le<std::uint32_t>(record, 0)};
    if (checked > record.size() - kRecordCrcBytes) return;
    store_le<std::uint32_t>(record, checked, crc32c(record.first(checked)));
    at += checked + kRecordCrcBytes;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check(bytes);
  std::vector<std::byte> mended(bytes.begin(), bytes.end());
  mend(mended);
  check(mended);
  return 0;
}
