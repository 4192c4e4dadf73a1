// Writing version 1: a ring of records, gathered in a buffer that ends where the ring does.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "recording/little_endian.hpp"
#include "recording/log_file.hpp"
#include "recording/log_header.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::recording {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

class LogV1Writer final : public LogWriter {
 public:
  /// `full`: the record to be written next holds something.
  LogV1Writer(LogFile file, const LogV1Header& header, bool full)
      : file_(std::move(file)), header_(header), buffered_from_(header.next), full_(full) {
    buffer_.reserve(kBufferBytes);
  }
  LogV1Writer(const LogV1Writer&) = delete;
  LogV1Writer& operator=(const LogV1Writer&) = delete;
  ~LogV1Writer() override { [[maybe_unused]] const auto unheard = flush(); }

  [[nodiscard]] Result<void> append(const LogRecord& record) override;
  [[nodiscard]] Result<void> append_publication(std::uint64_t time_ns, const PublicationRecord& head,
                                                std::span<const protocol::Slot> slots) override;
  [[nodiscard]] Result<void> flush() override;
  [[nodiscard]] Result<void> close() override;
  [[nodiscard]] Lost lost() const noexcept override { return lost_; }

 private:
  void put_slot(std::uint64_t time_ns, const PublicationRecord& head, std::uint32_t index,
                const protocol::Slot& slot);
  Result<void> keep(Result<void> result);

  LogFile file_;
  LogV1Header header_;  ///< as the file will have it after a flush
  std::vector<std::byte> buffer_;
  std::uint64_t buffered_from_;  ///< the buffer's first record
  bool full_;
  bool closed_ = false;
  std::uint32_t epoch_ = 0;  ///< last seen in a checkpoint
  Lost lost_;
  std::optional<Error> broken_;
};

Result<void> LogV1Writer::append(const LogRecord& record) {
  if (const auto* publication = std::get_if<PublicationRecord>(&record.what))
    return append_publication(record.time_ns, *publication, publication->slots);
  if (broken_) return std::unexpected(*broken_);
  if (const auto* seen = std::get_if<CheckpointRecord>(&record.what)) epoch_ = seen->epoch;
  ++lost_.other_records;
  return {};
}

Result<void> LogV1Writer::append_publication(std::uint64_t time_ns, const PublicationRecord& head,
                                             std::span<const protocol::Slot> slots) {
  if (broken_) return std::unexpected(*broken_);
  if (slots.empty())
    return fail(ErrorCode::kOutOfRange, "a publication of 0 slots", file_.path().string(),
                "give at least one slot");
  std::uint32_t index = 0;
  for (const auto& slot : slots) {
    put_slot(time_ns, head, index++, slot);
    if (++header_.next == header_.capacity) {
      header_.next = 0;
      VYRE_CHECK(flush());
      full_ = true;
    } else if (buffer_.size() + kLogV1RecordBytes > kBufferBytes) {
      VYRE_CHECK(flush());
    }
  }
  return {};
}

void LogV1Writer::put_slot(std::uint64_t time_ns, const PublicationRecord& head, std::uint32_t index,
                           const protocol::Slot& slot) {
  buffer_.resize(buffer_.size() + kLogV1RecordBytes);
  const auto record = std::span(buffer_).last(kLogV1RecordBytes);
  store_le<std::uint32_t>(record, 0, kLogV1RecordMagic);
  store_le<std::uint64_t>(record, 4, time_ns);
  store_le<std::uint32_t>(record, 12, head.first_slot + index);
  store_le<std::uint32_t>(record, 16, slot.tenant);
  store_le<std::uint32_t>(record, 20, slot.opcode);
  for (std::size_t arg = 0; arg < kLogV1Args; ++arg)
    store_le<std::uint32_t>(record, 24 + 4 * arg, slot.args[arg]);
  store_le<std::uint32_t>(record, 40, head.epoch.value_or(epoch_));
  if (index == 0)
    for (std::size_t word = 0; word < head.other_words.size(); ++word)
      store_le<std::uint32_t>(record, 44 + 4 * word, head.other_words[word]);
  if (std::any_of(slot.args.begin() + kLogV1Args, slot.args.end(),
                  [](std::uint32_t arg) { return arg != 0; }))
    ++lost_.slots_with_cut_args;
  if (full_) ++lost_.overwritten;
}

/// The records first: the header must not name records that are not there.
Result<void> LogV1Writer::flush() {
  if (broken_) return std::unexpected(*broken_);
  if (buffer_.empty()) return {};
  VYRE_CHECK(keep(file_.write_at(v1_file_bytes(buffered_from_), buffer_)));
  VYRE_CHECK(keep(file_.write_at(0, encode_v1_header(header_))));
  buffer_.clear();
  buffered_from_ = header_.next;
  return {};
}

Result<void> LogV1Writer::close() {
  if (closed_) return {};
  VYRE_CHECK(flush());
  closed_ = true;
  VYRE_CHECK(keep(file_.close()));
  broken_ = Error{ErrorCode::kFile, "the log is closed", file_.path().string(), "append before it is closed"};
  return {};
}

Result<void> LogV1Writer::keep(Result<void> result) {
  if (!result) broken_ = result.error();
  return result;
}

std::unexpected<Error> no_memory(const std::filesystem::path& path, const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot open the log: {}", problem.what()), path.string(),
              "free some memory and try again");
}

}  // namespace

Result<std::unique_ptr<LogWriter>> create_log_v1(const std::filesystem::path& path,
                                                 std::uint64_t capacity) try {
  if (capacity == 0 || capacity > kMaxLogV1Records)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("a log of {} records, 1 to {} are possible", capacity, kMaxLogV1Records),
                path.string(), "choose a capacity in that range");
  const LogV1Header header{.capacity = capacity, .next = 0};
  VYRE_TRY(LogFile file, LogFile::create(path, encode_v1_header(header), v1_file_bytes(capacity)));
  return std::make_unique<LogV1Writer>(std::move(file), header, false);
} catch (const std::exception& problem) { return no_memory(path, problem); }

Result<std::unique_ptr<LogWriter>> append_log_v1(const std::filesystem::path& path) try {
  VYRE_TRY(LogFile file, LogFile::open(path));
  VYRE_TRY(const auto source, file.source());
  VYRE_TRY(const std::uint32_t version, read_log_version(*source));
  if (version != 1)
    return source->refuse(0, "a log of version 2 cannot go on as version 1",
                          "go on with version 2, or record into a new file");
  VYRE_TRY(const LogV1Header header, read_v1_header(*source));
  const std::uint64_t due = v1_file_bytes(header.capacity);
  if (source->size_bytes() != due)
    return source->refuse(std::min(source->size_bytes(), due),
                          fmt::format("the header's {} records take {} bytes, the file has {}",
                                      header.capacity, due, source->size_bytes()),
                          "record into a new file");
  VYRE_TRY(const auto next, source->view(v1_file_bytes(header.next), kLogV1RecordBytes));
  const bool full = load_le<std::uint32_t>(next, 0) != 0;
  return std::make_unique<LogV1Writer>(std::move(file), header, full);
} catch (const std::exception& problem) { return no_memory(path, problem); }

}  // namespace vyre::recording
