#include "vyre/codec/debug_log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vyre::codec {

using protocol::kDebugHeaderWords;
using protocol::kDebugRecordWords;
using protocol::kMaxDebugRecords;

Result<std::vector<std::uint32_t>> encode_empty_debug_log(std::uint32_t record_count) {
  if (record_count > kMaxDebugRecords) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} debug records, a log has at most {}", record_count, kMaxDebugRecords),
                "encode_empty_debug_log", "ask for fewer records");
  }
  return std::vector<std::uint32_t>(kDebugHeaderWords + std::size_t{record_count} * kDebugRecordWords, 0);
}

Result<DebugLog> decode_debug_log(std::span<const std::uint32_t> debug_log) {
  if (debug_log.empty()) {
    return fail(ErrorCode::kBadInput, "the debug log has 0 words, its cursor alone has 1",
                "byte 0 of the debug log", "pass the whole buffer");
  }
  const std::size_t capacity = (debug_log.size() - kDebugHeaderWords) / kDebugRecordWords;
  if (capacity > kMaxDebugRecords) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} debug records, a log has at most {}", capacity, kMaxDebugRecords),
                fmt::format("byte {} of the debug log",
                            4 * (kDebugHeaderWords + std::size_t{kMaxDebugRecords} * kDebugRecordWords)),
                "pass the debug log alone");
  }
  const std::uint32_t cursor = debug_log[0];
  if (cursor % kDebugRecordWords != 0) {
    return fail(
        ErrorCode::kBadInput,
        fmt::format("the cursor stands at word {}, inside a record of {} words", cursor, kDebugRecordWords),
        "byte 0 of the debug log", "check who wrote the log: the cursor moves by whole records");
  }
  const std::uint32_t appended = cursor / kDebugRecordWords;
  const auto kept = static_cast<std::uint32_t>(std::min<std::size_t>(appended, capacity));
  DebugLog log;
  log.lost = appended - kept;
  log.records.reserve(kept);
  for (std::size_t record = 0; record < kept; ++record) {
    const auto words = debug_log.subspan(kDebugHeaderWords + record * kDebugRecordWords, kDebugRecordWords);
    log.records.push_back({words[0], {words[1], words[2], words[3]}});
  }
  return log;
}

}  // namespace vyre::codec
