// Writing version 2: records gather in a buffer and go to the end of the file.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "recording/crc32c.hpp"
#include "recording/little_endian.hpp"
#include "recording/log_file.hpp"
#include "recording/log_payload.hpp"
#include "recording/log_v2_reader.hpp"
#include "recording/write_behind.hpp"
#include "vyre/codec/words.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::recording {
namespace {

constexpr const char* kRecordAnew = "record into a new file";

class LogV2Writer final : public LogWriter {
 public:
  LogV2Writer(LogFile file, std::uint64_t end) : end_(std::move(file), end) {}

  [[nodiscard]] Result<void> append(const LogRecord& record) override;
  [[nodiscard]] Result<void> append_publication(std::uint64_t time_ns, const PublicationRecord& head,
                                                std::span<const protocol::Slot> slots) override;
  [[nodiscard]] Result<void> flush() override { return end_.flush(); }
  [[nodiscard]] Result<void> close() override { return end_.close(); }
  [[nodiscard]] Lost lost() const noexcept override { return {}; }

 private:
  using Bytes = WriteBehind::Bytes;
  Result<void> put_record(RecordKind kind, std::uint64_t time_ns, Bytes first, Bytes second);
  [[nodiscard]] std::unexpected<Error> refuse(std::string what) const;

  WriteBehind end_;
  std::vector<std::byte> payload_;  ///< of one record
};

Result<void> LogV2Writer::append(const LogRecord& record) try {
  if (const auto* publication = std::get_if<PublicationRecord>(&record.what))
    return append_publication(record.time_ns, *publication, publication->slots);
  auto encoded = encode_payload(record, payload_);
  if (encoded.problem) return refuse(*std::move(encoded.problem));
  return put_record(encoded.kind, record.time_ns, payload_, {});
} catch (const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot write: {}", problem.what()), end_.path().string(),
              "free some memory and try again");
}

Result<void> LogV2Writer::append_publication(std::uint64_t time_ns, const PublicationRecord& head,
                                             std::span<const protocol::Slot> slots) try {
  if (auto problem = publication_problem(head, slots.size())) return refuse(*std::move(problem));
  const auto head_bytes = encode_publication_head(head, static_cast<std::uint32_t>(slots.size()));
  if constexpr (std::endian::native == std::endian::big) {
    std::vector<std::uint32_t> words(slots.size_bytes() / sizeof(std::uint32_t));
    std::memcpy(words.data(), slots.data(), slots.size_bytes());
    return put_record(RecordKind::kPublication, time_ns, head_bytes, codec::bytes_from_words(words));
  }
  return put_record(RecordKind::kPublication, time_ns, head_bytes, std::as_bytes(slots));
} catch (const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot write: {}", problem.what()), end_.path().string(),
              "free some memory and try again");
}

Result<void> LogV2Writer::put_record(RecordKind kind, std::uint64_t time_ns, Bytes first, Bytes second) {
  std::array<std::byte, kRecordHeadBytes> head{};
  store_le<std::uint32_t>(head, 0, static_cast<std::uint32_t>(first.size() + second.size()));
  store_le<std::uint16_t>(head, kRecordKindAt, static_cast<std::uint16_t>(kind));
  store_le<std::uint16_t>(head, kRecordCheckAt,
                          static_cast<std::uint16_t>(crc32c(std::span(head).first(kRecordCheckAt))));
  store_le<std::uint64_t>(head, kRecordTimeAt, time_ns);
  std::array<std::byte, kRecordCrcBytes> crc{};
  store_le<std::uint32_t>(crc, 0, crc32c(second, crc32c(first, crc32c(head))));
  return end_.append({head, first, second, crc});
}

std::unexpected<Error> LogV2Writer::refuse(std::string what) const {
  return fail(ErrorCode::kOutOfRange, std::move(what), end_.path().string(), "keep to the format's limits");
}

std::unexpected<Error> no_memory(const std::filesystem::path& path, const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot open the log: {}", problem.what()), path.string(),
              "free some memory and try again");
}

/// Where recording goes on: behind the last whole record. Errors: kBadInput (damage that is no cut tail,
/// behind which there may be more than would be worth losing); kFile.
Result<std::uint64_t> end_of_records(std::unique_ptr<LogSource> source) {
  VYRE_TRY(const auto reader, LogV2Reader::open(std::move(source)));
  LogRecord record;
  for (bool more = true; more;) { VYRE_TRY(more, reader->next(record)); }
  if (reader->damage() && !reader->tail_is_cut()) {
    Error error = *reader->damage();
    error.fix = kRecordAnew;
    return std::unexpected(std::move(error));
  }
  return reader->whole_bytes();
}

}  // namespace

Result<std::unique_ptr<LogWriter>> create_log(const std::filesystem::path& path) try {
  VYRE_TRY(LogFile file, LogFile::create(path, encode_v2_header(), kLogV2HeaderBytes));
  return std::make_unique<LogV2Writer>(std::move(file), kLogV2HeaderBytes);
} catch (const std::exception& problem) { return no_memory(path, problem); }

Result<std::unique_ptr<LogWriter>> append_log(const std::filesystem::path& path) try {
  std::error_code ignored;
  if (std::filesystem::symlink_status(path, ignored).type() == std::filesystem::file_type::not_found)
    return create_log(path);
  VYRE_TRY(LogFile file, LogFile::open(path));
  VYRE_TRY(auto source, file.source());
  if (source->size_bytes() == 0) {
    VYRE_CHECK(file.write_at(0, encode_v2_header()));
    return std::make_unique<LogV2Writer>(std::move(file), kLogV2HeaderBytes);
  }
  VYRE_TRY(const std::uint32_t version, read_log_version(*source));
  if (version != 2)
    return source->refuse(0, "a log of version 1 cannot go on as version 2",
                          "go on with version 1, or record into a new file");
  const std::uint64_t size = source->size_bytes();
  VYRE_TRY(const std::uint64_t end, end_of_records(std::move(source)));
  if (end < size) VYRE_CHECK(file.truncate(end));
  return std::make_unique<LogV2Writer>(std::move(file), end);
} catch (const std::exception& problem) { return no_memory(path, problem); }

}  // namespace vyre::recording
