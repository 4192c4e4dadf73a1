#include "recording/log_v1_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "recording/little_endian.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::recording {
namespace {

class LogV1Reader final : public LogReader {
 public:
  LogV1Reader(std::unique_ptr<LogSource> source, const LogV1Header& header)
      : source_(std::move(source)),
        header_(header),
        held_(std::min((source_->size_bytes() - kLogV1HeaderBytes) / kLogV1RecordBytes, header.capacity)) {}

  [[nodiscard]] std::uint32_t version() const noexcept override { return 1; }
  [[nodiscard]] const std::optional<Error>& damage() const noexcept override { return damage_; }
  /// A log of version 1 has its full size from the start, so a shorter file is no run's doing.
  [[nodiscard]] bool tail_is_cut() const noexcept override { return false; }
  [[nodiscard]] Result<bool> next(LogRecord& record) override;

 private:
  void end_here();

  std::unique_ptr<LogSource> source_;
  LogV1Header header_;
  std::uint64_t held_;        ///< records that the file has whole
  std::uint64_t looked_ = 0;  ///< records looked at, from header_.next on
  std::uint64_t given_ = 0;
  std::optional<Error> damage_;
};

void decode(std::span<const std::byte> bytes, std::uint64_t ticket, LogRecord& record) {
  if (!std::holds_alternative<PublicationRecord>(record.what)) record.what.emplace<PublicationRecord>();
  auto& read = std::get<PublicationRecord>(record.what);
  protocol::Slot slot{.status = static_cast<std::uint32_t>(protocol::Status::kPublished),
                      .opcode = load_le<std::uint32_t>(bytes, 20),
                      .tenant = load_le<std::uint32_t>(bytes, 16),
                      .priority = static_cast<std::uint32_t>(protocol::Priority::kNormal),
                      .args = {}};
  for (std::size_t arg = 0; arg < kLogV1Args; ++arg)
    slot.args[arg] = load_le<std::uint32_t>(bytes, 24 + 4 * arg);
  read.form = slot.opcode == protocol::kOpPackedSlot ? PublicationForm::kPacked : PublicationForm::kSingle;
  read.ticket = ticket;
  read.first_slot = load_le<std::uint32_t>(bytes, 12);
  read.at_slot = false;
  read.in_partition = false;
  read.window_ticket = 0;
  read.window_required = 0;
  read.slots.assign(1, slot);
  read.epoch = load_le<std::uint32_t>(bytes, 40);
  read.args_cut = true;
  for (std::size_t word = 0; word < read.other_words.size(); ++word)
    read.other_words[word] = load_le<std::uint32_t>(bytes, 44 + 4 * word);
  record.time_ns = load_le<std::uint64_t>(bytes, 4);
}

Result<bool> LogV1Reader::next(LogRecord& record) try {
  while (!damage_ && looked_ < header_.capacity) {
    const std::uint64_t index = (header_.next + looked_) % header_.capacity;
    if (index >= held_) {
      // What is missing before the first record was never written, or is older than all that is left. Once
      // records were given, going on behind the gap would join what does not follow.
      if (given_ != 0) break;
      ++looked_;
      continue;
    }
    record.offset = v1_file_bytes(index);
    VYRE_TRY(const auto bytes, source_->view(record.offset, kLogV1RecordBytes));
    const auto magic = load_le<std::uint32_t>(bytes, 0);
    if (magic != 0 && magic != kLogV1RecordMagic) {
      damage_ = source_
                    ->refuse(record.offset,
                             fmt::format("record {} begins with {:#010x}, not {:#010x} or 0", index, magic,
                                         kLogV1RecordMagic),
                             kTakeUnharmedCopy)
                    .error();
      return false;
    }
    ++looked_;
    if (magic == 0) continue;
    decode(bytes, ++given_, record);
    return true;
  }
  end_here();
  return false;
} catch (const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot read the log: {}", problem.what()), source_->name(),
              "free some memory and try again");
}

/// Says so if the file's size is not the one that the header asks for.
void LogV1Reader::end_here() {
  looked_ = header_.capacity;
  const std::uint64_t due = v1_file_bytes(header_.capacity);
  const std::uint64_t size = source_->size_bytes();
  if (damage_ || size == due) return;
  damage_ = source_
                ->refuse(std::min(size, due),
                         fmt::format("the header's {} records take {} bytes, the file has {}",
                                     header_.capacity, due, size),
                         kTakeUnharmedCopy)
                .error();
}

}  // namespace

Result<std::unique_ptr<LogReader>> open_v1_log(std::unique_ptr<LogSource> source) {
  VYRE_TRY(const LogV1Header header, read_v1_header(*source));
  return std::make_unique<LogV1Reader>(std::move(source), header);
}

}  // namespace vyre::recording
