#include "recording/log_v2_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "recording/crc32c.hpp"
#include "recording/little_endian.hpp"
#include "recording/log_payload.hpp"

namespace vyre::recording {

namespace {
constexpr std::size_t kScanBytes = 65'536;
}

Result<std::unique_ptr<LogV2Reader>> LogV2Reader::open(std::unique_ptr<LogSource> source) {
  VYRE_CHECK(check_v2_header(*source));
  return std::unique_ptr<LogV2Reader>(new LogV2Reader(std::move(source)));
}

Result<bool> LogV2Reader::next(LogRecord& record) try {
  while (!damage_) {
    Head head;
    VYRE_TRY(const bool has_head, read_head(head));
    if (!has_head) return false;
    VYRE_TRY(const bool given, read_record(head, record));
    if (given) return true;
  }
  return false;
} catch (const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot read the log: {}", problem.what()), source_->name(),
              "free some memory and try again");
}

Result<bool> LogV2Reader::read_head(Head& head) {
  const std::uint64_t left = source_->size_bytes() - offset_;
  if (left == 0) return false;
  if (left < kRecordHeadBytes)
    return cut(fmt::format("the last record is cut: {} bytes of its head of {}", left, kRecordHeadBytes));
  VYRE_TRY(const auto bytes, source_->view(offset_, kRecordHeadBytes));
  head.payload_bytes = load_le<std::uint32_t>(bytes, 0);
  head.kind = load_le<std::uint16_t>(bytes, kRecordKindAt);
  head.time_ns = load_le<std::uint64_t>(bytes, kRecordTimeAt);
  head.record_bytes = kRecordHeadBytes + std::uint64_t{head.payload_bytes} + kRecordCrcBytes;
  const auto stored = load_le<std::uint16_t>(bytes, kRecordCheckAt);
  const auto check = static_cast<std::uint16_t>(crc32c(bytes.first(kRecordCheckAt)));
  if (check != stored) {
    // A file system may have given a file its length before its last bytes, when the power failed.
    VYRE_TRY(const bool zero, rest_is_zero());
    if (zero) return cut(fmt::format("the last {} bytes are 0: what was recorded there is lost", left));
    return damaged(fmt::format("a record's head is damaged: its check is {:#06x}, its bytes give {:#06x}",
                               stored, check),
                   kTakeUnharmedCopy);
  }
  if (head.payload_bytes > kMaxPayloadBytes || head.payload_bytes % 4 != 0)
    return damaged(fmt::format("a record of {} bytes, multiples of 4 up to {} are possible",
                               head.payload_bytes, kMaxPayloadBytes),
                   kTakeUnharmedCopy);
  if (head.record_bytes > left)
    return cut(fmt::format("the last record is cut: {} of its {} bytes", left, head.record_bytes));
  return true;
}

/// False: it is damaged, or may be passed over; reading goes on unless it is damaged.
Result<bool> LogV2Reader::read_record(const Head& head, LogRecord& record) {
  VYRE_TRY(const auto bytes, source_->view(offset_, head.record_bytes));
  const auto checked = bytes.first(bytes.size() - kRecordCrcBytes);
  const auto stored = load_le<std::uint32_t>(bytes, checked.size());
  if (const auto crc = crc32c(checked); crc != stored)
    return damaged(fmt::format("a record's CRC32C is {:#010x}, its bytes give {:#010x}", stored, crc),
                   kTakeUnharmedCopy);
  if ((head.kind & kOptionalKindBit) != 0) {
    offset_ += head.record_bytes;
    return false;
  }
  if (head.kind == 0 || head.kind > kLastRecordKind)
    return damaged(fmt::format("a record of kind {}, kinds 1 to {} are known", head.kind, kLastRecordKind),
                   kNewerVyre);
  if (auto wrong =
          decode_payload(static_cast<RecordKind>(head.kind), checked.subspan(kRecordHeadBytes), record))
    return damaged(*std::move(wrong), kTakeUnharmedCopy);
  record.time_ns = head.time_ns;
  record.offset = offset_;
  offset_ += head.record_bytes;
  return true;
}

Result<bool> LogV2Reader::rest_is_zero() {
  for (std::uint64_t at = offset_; at < source_->size_bytes();) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kScanBytes, source_->size_bytes() - at));
    VYRE_TRY(const auto bytes, source_->view(at, size));
    if (!std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; })) return false;
    at += size;
  }
  return true;
}

bool LogV2Reader::damaged(std::string what, const char* fix) {
  damage_ = source_->refuse(offset_, std::move(what), fix).error();
  return false;
}

bool LogV2Reader::cut(std::string what) {
  tail_is_cut_ = true;
  return damaged(std::move(what), "use what stands before it; recording may go on there");
}

}  // namespace vyre::recording
